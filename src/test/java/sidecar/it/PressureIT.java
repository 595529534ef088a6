package sidecar.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Call;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.RawClient;
import sidecar.kit.RawClient.Frame;
import sidecar.kit.Reply;
import sidecar.kit.ServerProcess;
import sidecar.kit.StubUpstream;
import sidecar.kit.Usage;

/**
 * Readers that are slow, clients that leave, many streams at once: what must hold however the two ends behave. The five
 * methods named {@code trap…} fail each when one known remedy of the data path is taken away.
 */
class PressureIT extends RunningSidecar {

    private static final String CHAT = "/v1/chat/completions";
    private static final String MODEL = "canon";
    private static final int SMALL_BUFFER = 16 * 1024;
    private static final long ALL = 50_000_000;
    private static final long MEGABYTE = 1_000_000;

    private final List<RawClient> clients = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void leave() {
        clients.forEach(RawClient::close);
        threads.shutdownNow();
    }

    // --- back-pressure

    /** Credit that is given back without having been earned lets the whole answer pile up in memory. */
    @Test
    void trap1_backPressureHolds() {
        StubUpstream upstream = provider("one", MODEL, "native").always(endlessEvents(ALL));
        RawClient client = reader();
        Call call = upstream.await(1);
        client.head();

        long ahead = settled(call);

        assertThat(ahead).as("bytes sent for a client that reads none").isLessThan(ALL / 5);
        long read = client.body().length;
        assertThat(read).as("bytes read in the end").isGreaterThanOrEqualTo(ALL);
        assertThat(client.end()).isEqualTo(RawClient.End.LAST_CHUNK);
    }

    @Test
    void aSlowReaderSlowsTheUpstreamAndCostsLessThanAMegabyte() {
        StubUpstream upstream = provider("one", MODEL, "native").always(endlessEvents(ALL));
        warmUp();
        long before = process().liveHeapBytes();
        int readers = 5;
        List<RawClient> slow =
                IntStream.range(0, readers).mapToObj(i -> reader()).toList();
        upstream.await(readers);
        slow.forEach(RawClient::head);

        readSlowly(slow, Duration.ofSeconds(4));

        long each = (process().liveHeapBytes() - before) / readers;
        assertThat(each).as("bytes of live heap for each slow reader").isLessThan(MEGABYTE);
        assertThat(upstream.calls())
                .allSatisfy(call -> assertThat(call.sent())
                        .as("bytes sent for a client that has read 40 KB")
                        .isLessThan(ALL / 5));
        assertThat(upstream.calls()).allSatisfy(call -> assertThat(call.open()).isTrue());
    }

    /** Ten kilobytes a second each. */
    private static void readSlowly(List<RawClient> slow, Duration time) {
        byte[] piece = new byte[1_000];
        for (long i = 0; i < time.toMillis() / 100; i++) {
            slow.forEach(client -> client.read(piece));
            Await.sleep(Duration.ofMillis(100));
        }
    }

    /** A write that may block on the reactor's thread stops every stream that the thread serves. */
    @Test
    void trap4_slowReaderDoesNotStallOthers() throws Exception {
        StubUpstream flood = provider("flood", "flood", "n").always(endlessEvents(ALL));
        int events = 40;
        Duration pause = Duration.ofMillis(50);
        provider("calm", MODEL, "n").always(Answers.chatStream(numbers(events), new Usage(1, 1), pause));
        List<RawClient> stuck =
                IntStream.range(0, 3).mapToObj(i -> reader("flood")).toList();
        flood.await(3);
        stuck.forEach(RawClient::head);
        flood.calls().forEach(PressureIT::settled);

        List<Future<List<Frame>>> streams = IntStream.range(0, 5)
                .mapToObj(i -> threads.submit(this::readStream))
                .toList();

        for (Future<List<Frame>> stream : streams) {
            List<Frame> frames = stream.get(2, TimeUnit.MINUTES);
            assertThat(frames).hasSizeGreaterThan(events);
            // a write that blocks does so for half a minute
            assertThat(longestGap(frames)).isLessThan(Duration.ofSeconds(15));
        }
    }

    private static Duration longestGap(List<Frame> frames) {
        long longest = 0;
        for (int i = 1; i < frames.size(); i++) {
            longest = Math.max(
                    longest, frames.get(i).atNanos() - frames.get(i - 1).atNanos());
        }
        return Duration.ofNanos(longest);
    }

    /** The container's own queue takes 8 MiB for each slow client unless it is told not to. */
    @Test
    void trap5_slowClientQueuesLittle() {
        StubUpstream upstream = provider("one", MODEL, "native").always(endlessEvents(ALL));
        warmUp();
        long before = process().liveHeapBytes();
        int readers = 5;
        List<RawClient> stuck =
                IntStream.range(0, readers).mapToObj(i -> reader()).toList();
        upstream.await(readers);
        stuck.forEach(RawClient::head);
        upstream.calls().forEach(PressureIT::settled);

        long each = (process().liveHeapBytes() - before) / readers;

        assertThat(each).as("bytes of live heap for each stuck reader").isLessThan(MEGABYTE);
        assertThat(upstream.calls())
                .allSatisfy(call -> assertThat(call.sent())
                        .as("bytes that left the upstream for a client that reads none")
                        .isLessThan(6 * MEGABYTE));
    }

    @Test
    void aPlainAnswerIsHeldBackBySlowReadersToo() {
        StubUpstream upstream = provider("one", MODEL, "native")
                .always(call -> call.head(200, "Content-Type", Answers.JSON, "Content-Length", String.valueOf(ALL))
                        .raw(begun(10_000))
                        .flood("x".repeat(10_000).getBytes(UTF_8), ALL - 10_000));
        RawClient client = reader();
        Call call = upstream.await(1);
        client.head();

        assertThat(settled(call)).isLessThan(ALL / 5);
        assertThat(client.body()).hasSize((int) ALL);
        assertThat(client.end().whole()).isTrue();
    }

    /** Behind a proxy they all have one address, which the operator may have too. */
    @Test
    void streamsThatAreNotReadKeepNoPageFromTheirAddress() {
        StubUpstream upstream = provider("one", MODEL, "native").always(endlessEvents(ALL));
        warmUp();
        int readers = 200;
        List<RawClient> stuck =
                IntStream.range(0, readers).mapToObj(i -> reader()).toList();
        upstream.await(readers);
        stuck.forEach(RawClient::head);
        settled(upstream.calls().get(readers - 1));

        assertThat(gateway().admin("GET", "/backends", "").status()).isEqualTo(200);
        assertThat(gateway().get("/login").status()).isEqualTo(200);
        assertThat(upstream.calls()).allSatisfy(call -> assertThat(call.open()).isTrue());
    }

    // --- clients that leave

    /** A heartbeat that cannot be written would tell too, much later. */
    private void withoutHeartbeats() {
        gateway().set("heartbeat_grace_seconds", "0");
    }

    static Stream<Arguments> leavings() {
        return Stream.of(false, true)
                .flatMap(stream -> Stream.of(false, true).map(midway -> Arguments.of(stream, midway)));
    }

    /** Cancelling the call alone leaves every upstream open whose connection came out of the pool. */
    @ParameterizedTest(name = "stream {0}, in mid-answer {1}")
    @MethodSource("leavings")
    void trap2_cancelReallyClosesThePooledConnection(boolean stream, boolean midway) throws Exception {
        withoutHeartbeats();
        int count = 20;
        StubUpstream upstream = provider("one", MODEL, "native");
        fillPool(upstream, count);
        int connections = upstream.connections();
        upstream.always(stuck(midway));

        for (int i = 0; i < count; i++) {
            clients.add(RawClient.to(gateway().port()).post(CHAT, Gateway.chatBody(MODEL, stream)));
        }
        upstream.await(2 * count);
        if (midway) {
            clients.forEach(client -> client.read(headThen(client)));
        }
        for (int i = 0; i < count; i++) {
            leave(i, clients.get(i));
        }

        assertThat(upstream.connections() - connections)
                .as(
                        "new connections: of most, the one out of the pool; the last answers' may have come back there too late")
                .isLessThan(count / 2);
        assertThat(upstream.calls().subList(count, 2 * count))
                .allSatisfy(
                        call -> assertThat(call.closedWithin(Await.PATIENCE)).isTrue());
        assertThat(upstream.count()).as("no attempt more").isEqualTo(2 * count);
    }

    /** The first bytes of an answer that is longer. */
    private static byte[] begun(int bytes) {
        String beginning = "{\"choices\":[{\"message\":{\"content\":\"";
        return (beginning + "x".repeat(bytes - beginning.length())).getBytes(UTF_8);
    }

    private static byte[] headThen(RawClient client) {
        assertThat(client.head().status()).isEqualTo(200);
        return new byte[1];
    }

    private static void leave(int i, RawClient client) {
        switch (i % 3) {
            case 0 -> client.close();
            case 1 -> client.reset();
            default -> client.halfClose();
        }
    }

    /** Answers nothing; or, in mid-answer, more than is held back, and then no more. */
    private static Answer stuck(boolean midway) {
        return call -> {
            if (midway && call.request().stream()) {
                call.streamHead().event(Answers.textChunk("native", "some text"));
            } else if (midway) {
                call.head(200, "Content-Type", Answers.JSON, "Transfer-Encoding", "chunked")
                        .chunk(begun(2 << 20));
            }
            call.stall();
        };
    }

    private void fillPool(StubUpstream upstream, int count) throws Exception {
        CountDownLatch together = new CountDownLatch(count);
        upstream.always(call -> {
            together.countDown();
            call.await(together);
            Answers.chat("ok").play(call);
        });
        List<Future<Integer>> answers = IntStream.range(0, count)
                .mapToObj(i -> threads.submit(() -> gateway().chat(MODEL).status()))
                .toList();
        for (Future<Integer> answer : answers) {
            assertThat(answer.get(2, TimeUnit.MINUTES)).isEqualTo(200);
        }
        assertThat(upstream.openConnections()).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatLeavesAFreshConnectionClosesItToo(boolean stream) {
        withoutHeartbeats();
        StubUpstream upstream = provider("one", MODEL, "native").always(Answers.silence());
        RawClient client = RawClient.to(gateway().port()).post(CHAT, Gateway.chatBody(MODEL, stream));
        Call call = upstream.await(1);

        client.close();

        assertThat(call.closedWithin(Await.PATIENCE)).isTrue();
        assertThat(upstream.count()).isEqualTo(1);
    }

    @Test
    void aClientThatLeavesDuringTheRetriesEndsThem() {
        // half a second apart at the least, and more each time
        gateway().set("max_pool_retries", "20");
        StubUpstream upstream = provider("one", MODEL, "native").always(Answers.error(500, "boom", "x"));
        String id = "leaves-during-retries";
        RawClient client =
                RawClient.to(gateway().port()).post(CHAT, Gateway.chatBody(MODEL, false), "X-Request-Id", id);
        upstream.await(1);

        client.close();
        Await.until(
                () -> newest().path("request_id").asText().equals(id),
                () -> "its end in the log, there is " + newest());

        assertThat(newest().path("outcome").asText()).isEqualTo("client_gone");
        assertThat(newest().path("attempts").asInt())
                .isGreaterThanOrEqualTo(upstream.count())
                .isLessThan(20);
    }

    private JsonNode newest() {
        return gateway().adminGet("/requests?limit=1").json().path("items").path(0);
    }

    @Test
    void aClientThatLeavesBlamesNobody() {
        withoutHeartbeats();
        StubUpstream upstream = provider("one", MODEL, "native").always(Answers.silence());
        for (int i = 1; i <= 6; i++) {
            RawClient client = RawClient.to(gateway().port()).post(CHAT, Gateway.chatBody(MODEL, true));
            Call call = upstream.await(i);
            client.reset();
            assertThat(call.closedWithin(Await.PATIENCE)).isTrue();
        }

        assertThat(gateway().provider("one").path("health").asText()).isEqualTo("healthy");
    }

    @Test
    void aSlowReaderThatLeavesClosesTheUpstream() {
        withoutHeartbeats();
        StubUpstream upstream = provider("one", MODEL, "native").always(endlessEvents(ALL));
        RawClient client = reader();
        Call call = upstream.await(1);
        client.head();
        settled(call);

        client.reset();

        assertThat(call.closedWithin(Await.PATIENCE)).isTrue();
    }

    // --- bodies that find no memory

    @Test
    void longBodiesWaitInFilesAndAreSentTwiceByteForByte() throws Exception {
        int bodies = 4;
        gateway().set("max_held_request_bytes", "1048576");
        gateway().set("routing_strategy", "ordered");
        CountDownLatch go = new CountDownLatch(1);
        StubUpstream bad = provider("bad", MODEL, "native-bad").always(call -> {
            call.await(go);
            Answers.error(503, "later", "x").play(call);
        });
        StubUpstream good = provider("good", MODEL, "native-good");
        ServerProcess server = process();

        List<Future<Integer>> answers = IntStream.range(0, bodies)
                .mapToObj(i -> threads.submit(
                        () -> gateway().post(CHAT, longBody(i, MODEL)).status()))
                .toList();
        bad.await(bodies);
        int files = server.openFiles("/spool/");
        go.countDown();

        for (Future<Integer> answer : answers) {
            assertThat(answer.get(2, TimeUnit.MINUTES)).isEqualTo(200);
        }
        assertThat(files).as("spooled files").isEqualTo(bodies);
        assertThat(texts(bad)).containsExactlyInAnyOrderElementsOf(longBodies(bodies, "native-bad"));
        assertThat(texts(good)).containsExactlyInAnyOrderElementsOf(longBodies(bodies, "native-good"));
        Await.until(() -> server.openFiles("/spool/") == 0, "no file to be left");
    }

    /** Five megabytes, each of them different. */
    private static String longBody(int number, String model) {
        return "{\"pad\":\"" + ("é" + number).repeat(5_000_000 / 3) + "\",\"model\":\"" + model + "\",\"messages\":[]}";
    }

    /** Not the bodies themselves: a failing test would print them. */
    private static List<Integer> longBodies(int count, String model) {
        return IntStream.range(0, count)
                .mapToObj(i -> Arrays.hashCode(longBody(i, model).getBytes(UTF_8)))
                .toList();
    }

    private static List<Integer> texts(StubUpstream upstream) {
        return upstream.received().stream()
                .map(request -> Arrays.hashCode(request.body()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatLeavesTakesItsFileAlong(boolean answering) {
        withoutHeartbeats();
        gateway().set("max_held_request_bytes", "1024");
        StubUpstream upstream = provider("one", MODEL, "native").always(stuck(answering));
        RawClient client = RawClient.to(gateway().port()).post(CHAT, longBody(1, MODEL));
        clients.add(client);
        Call call = upstream.await(1);
        ServerProcess server = process();
        if (answering) {
            client.head();
        }
        Await.until(
                () -> server.openFiles("/spool/") == (answering ? 0 : 1), "the file to be held no longer than needed");

        client.close();

        assertThat(call.closedWithin(Await.PATIENCE)).isTrue();
        Await.until(() -> server.openFiles("/spool/") == 0, () -> "the file to be gone");
    }

    @Test
    void aBodyThatFindsNoRoomAtAllIsRefused() {
        gateway().set("max_held_request_bytes", "1024");
        gateway().set("max_spool_bytes", "1048576");
        StubUpstream upstream = provider("one", MODEL, "native");

        Reply longOne = gateway().post(CHAT, longBody(1, MODEL));
        Reply shortOne = gateway().post(CHAT, longBody(1, MODEL).substring(0, 10_000));

        assertThat(longOne.status()).isEqualTo(503);
        assertThat(longOne.error().path("code").asText()).isEqualTo("queue_full");
        assertThat(shortOne.error().path("code").asText()).isEqualTo("queue_full");
        assertThat(upstream.count()).isZero();
        ServerProcess server = process();
        Await.until(() -> server.openFiles("/spool/") == 0, "no file to be left");
    }

    // --- upstreams that break off

    /** Completing the request ends a cut answer as if it were whole. */
    @Test
    void trap3_aCutAnswerIsNeverEndedAsIfItWereWhole() {
        CountDownLatch plainBegun = new CountDownLatch(1);
        CountDownLatch streamBegun = new CountDownLatch(1);
        // at once it could still be a failed attempt: nothing may have been relayed yet
        provider("one", MODEL, "native").always(call -> {
            if (call.request().stream()) {
                call.streamHead().event(Answers.textChunk("native", "some text"));
                call.await(streamBegun).fin();
            } else {
                call.head(200, "Content-Type", Answers.JSON, "Transfer-Encoding", "chunked")
                        .chunk(begun(2 << 20));
                call.await(plainBegun).fin();
            }
        });

        try (RawClient plain = RawClient.to(gateway().port()).post(CHAT, Gateway.chatBody(MODEL, false));
                RawClient stream = RawClient.to(gateway().port()).post(CHAT, Gateway.chatBody(MODEL, true))) {
            plain.head();
            plainBegun.countDown();
            plain.body();
            stream.head();
            stream.framesUpTo("some text");
            streamBegun.countDown();
            String events = stream.frames().toString();

            assertThat(plain.end().whole()).isFalse();
            assertThat(events).contains("\"error\"").doesNotContain("[DONE]");
        }
    }

    // --- many at once

    @Test
    void twoHundredStreamsArriveWholeAndInOrderWithoutAThreadForEach() throws Exception {
        int streams = 200;
        int events = 64;
        CountDownLatch go = new CountDownLatch(1);
        StubUpstream upstream = provider("one", MODEL, "native");
        warmUp();
        upstream.forget();
        upstream.always(call -> {
            String model = call.request().model();
            call.streamHead().event(Answers.textChunk(model, "begin"));
            call.await(go);
            for (int i = 0; i < events; i++) {
                call.pause(Duration.ofMillis(20)).event(Answers.textChunk(model, "<" + i + ">"));
            }
            call.event(Answers.chunk(model, "{}", "stop")).event("[DONE]").end();
        });
        ServerProcess server = process();
        int threadsBefore = server.threads();

        List<Future<List<Frame>>> answers = IntStream.range(0, streams)
                .mapToObj(i -> threads.submit(this::readStream))
                .toList();
        upstream.await(streams);
        int threadsDuring = server.threads();
        go.countDown();

        String expected = "begin" + String.join("", numbers(events));
        for (Future<List<Frame>> answer : answers) {
            List<Frame> frames = answer.get(5, TimeUnit.MINUTES);
            assertThat(text(frames)).isEqualTo(expected);
            assertThat(frames.get(frames.size() - 1).data()).isEqualTo("[DONE]");
        }
        assertThat(threadsDuring - threadsBefore)
                .as("threads more with %s streams open, after %s", streams, threadsBefore)
                .isLessThan(streams / 5);
    }

    private static String text(List<Frame> frames) {
        StringBuilder text = new StringBuilder();
        for (Frame frame : frames) {
            if (frame.data().startsWith("{")) {
                text.append(Json.read(frame.data())
                        .path("choices")
                        .path(0)
                        .path("delta")
                        .path("content")
                        .asText());
            }
        }
        return text.toString();
    }

    @Test
    void upstreamConnectionsAreUsedAgain() {
        StubUpstream upstream = provider("one", MODEL, "native");
        for (int i = 0; i < 10; i++) {
            assertThat((i % 2 == 0 ? gateway().chat(MODEL) : gateway().chatStream(MODEL)).status())
                    .isEqualTo(200);
        }

        assertThat(upstream.connections()).isLessThanOrEqualTo(2);
    }

    @Test
    void aPooledConnectionThatTheUpstreamClosedIsNotAFailureOfTheProvider() {
        StubUpstream upstream = provider("one", MODEL, "native");
        upstream.next(call -> {
            Answers.chat("first").play(call);
            call.fin();
        });
        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
        Await.until(() -> upstream.openConnections() == 0, "the end of the first connection");

        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);

        assertThat(gateway().provider("one").path("health").asText()).isEqualTo("healthy");
    }

    // --- helpers

    /** An open streaming request whose client takes next to nothing ahead of reading. */
    private RawClient reader() {
        return reader(MODEL);
    }

    private RawClient reader(String model) {
        RawClient client = RawClient.to(gateway().port(), SMALL_BUFFER).post(CHAT, Gateway.chatBody(model, true));
        clients.add(client);
        return client;
    }

    private List<Frame> readStream() {
        try (RawClient client = RawClient.to(gateway().port())) {
            client.post(CHAT, Gateway.chatBody(MODEL, true));
            assertThat(client.head().status()).isEqualTo(200);
            List<Frame> frames = client.frames();
            assertThat(client.end()).isEqualTo(RawClient.End.LAST_CHUNK);
            return frames;
        }
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(i -> "<" + i + ">").toList();
    }

    /** Events of about 8 KB each, as fast as they are taken, and a proper end. */
    private static Answer endlessEvents(long bytes) {
        return call -> {
            String one = "data: " + Answers.textChunk(call.request().model(), "x".repeat(8_000)) + "\n\n";
            byte[] event = one.getBytes(UTF_8);
            byte[] head = (Integer.toHexString(event.length) + "\r\n").getBytes(UTF_8);
            byte[] chunk = Arrays.copyOf(head, head.length + event.length + 2);
            System.arraycopy(event, 0, chunk, head.length, event.length);
            chunk[chunk.length - 2] = '\r';
            chunk[chunk.length - 1] = '\n';
            call.streamHead()
                    .flood(chunk, bytes + bytes / 100)
                    .event(Answers.chunk(call.request().model(), "{}", "stop"))
                    .event("[DONE]")
                    .end();
        };
    }

    /** What the upstream has sent, once it sends no more. */
    private static long settled(Call call) {
        long before = -1;
        for (long now = call.sent(); now != before; now = call.sent()) {
            before = now;
            Await.sleep(Duration.ofSeconds(1));
        }
        return before;
    }

    /** Once through the code, so that what is loaded and cached only once is not counted. */
    private void warmUp() {
        StubUpstream other = provider("warm", "warm", "n").always(endlessEvents(2 * MEGABYTE));
        for (int i = 0; i < 3; i++) {
            try (RawClient client = reader("warm")) {
                client.head();
                client.body();
            }
        }
        assertThat(other.count()).isEqualTo(3);
    }
}
