package sidecar.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The kit against itself: what the integration tests believe must be so. */
class KitTest {

    private static final String CHAT = "/v1/chat/completions";

    private final StubUpstream stub = new StubUpstream();

    @AfterEach
    void close() {
        stub.close();
    }

    @Test
    void anHonestAnswerIsWhole() {
        try (RawClient client = chat(false)) {
            RawClient.Head head = client.head();
            String body = new String(client.body(), StandardCharsets.UTF_8);

            assertThat(head.status()).isEqualTo(200);
            assertThat(Json.read(body).path("model").asText()).isEqualTo("m");
            assertThat(client.end()).isEqualTo(RawClient.End.LENGTH);
        }
    }

    @Test
    void aStreamComesFrameByFrameAndEndsWithItsLastChunk() {
        stub.always(Answers.chatStream(List.of("a", "b"), new Usage(1, 2), Duration.ofMillis(20)));

        try (RawClient client = chat(true)) {
            client.head();
            List<RawClient.Frame> frames = client.frames();

            assertThat(frames).hasSize(5);
            assertThat(frames.get(1).data()).contains("\"a\"");
            assertThat(frames.get(4).data()).isEqualTo("[DONE]");
            assertThat(frames.get(2).atNanos()).isGreaterThan(frames.get(1).atNanos());
            assertThat(client.end()).isEqualTo(RawClient.End.LAST_CHUNK);
        }
    }

    @Test
    void everyCutIsSeenAsOne() {
        stub.next(Answers.shortBody("{\"a\":", 100), Answers.cutStream(List.of("a"), Call::fin));

        try (RawClient client = chat(false)) {
            client.head();
            client.body();
            assertThat(client.end()).isEqualTo(RawClient.End.CUT);
        }
        try (RawClient client = chat(true)) {
            client.head();
            assertThat(client.frames()).hasSize(2);
            assertThat(client.end()).isEqualTo(RawClient.End.CUT);
        }
    }

    @Test
    void aResetIsSeenAsOne() {
        CountDownLatch read = new CountDownLatch(1);
        // not before: a reset throws away what is still unread
        stub.next(call -> call.streamHead().event("1").await(read).reset());

        try (RawClient client = chat(true)) {
            client.head();
            client.frame();
            read.countDown();
            client.body();
            assertThat(client.end()).isEqualTo(RawClient.End.RESET);
        }
    }

    @Test
    void aConnectionServesManyRequests() {
        try (RawClient client = RawClient.to(stub.port())) {
            for (int i = 0; i < 3; i++) {
                client.post(CHAT, Gateway.chatBody("m", i % 2 == 1)).head();
                client.body();
                assertThat(client.end().whole()).isTrue();
            }
        }

        assertThat(stub.connections()).isEqualTo(1);
        assertThat(stub.received()).extracting(Received::connection).containsExactly(1, 1, 1);
    }

    @Test
    void aPeerThatLeavesIsNoticedWhileTheAnswerWaits() {
        stub.always(Answers.silence());
        RawClient polite = chat(false);
        RawClient rude = chat(false);
        Call first = stub.await(1);
        Call second = stub.await(2);
        assertThat(first.closedWithin(Duration.ofMillis(50))).isFalse();

        polite.close();
        rude.reset();

        assertThat(first.closedWithin(Await.PATIENCE)).isTrue();
        assertThat(second.closedWithin(Await.PATIENCE)).isTrue();
    }

    @Test
    void aConnectionThatTheStubEndsWasNotClosedByItsPeer() {
        stub.always(Answers.reset());
        try (RawClient client = chat(false)) {
            Call call = stub.await(1);
            Await.until(() -> !call.open(), "the reset");
            assertThat(call.closedWithin(Duration.ZERO)).isFalse();
            assertThat(client.closedWithin(Await.PATIENCE)).isTrue();
        }
    }

    @Test
    void aFloodIsHeldBackByASlowReader() {
        long all = 50_000_000;
        stub.always(
                call -> call.head(200, "Content-Length", String.valueOf(all)).flood(new byte[10_000], all));
        try (RawClient client = RawClient.to(stub.port(), 16 * 1024)) {
            client.post(CHAT, "{}").head();
            Call call = stub.await(1);
            Await.sleep(Duration.ofMillis(300));

            assertThat(call.sent()).isLessThan(8_000_000);
            assertThat(client.body()).hasSize((int) all);
            call.awaitPlayed(Await.PATIENCE);
        }
    }

    @Test
    void rulesAnswerByWhatIsAskedAndTheQueueGoesFirst() {
        stub.when(request -> request.model().equals("m"), Answers.json(201, "{}"))
                .when(request -> request.key().equals("k"), Answers.json(202, "{}"))
                .next(Answers.json(203, "{}"));
        Gateway any = new Gateway(stub.port(), "");

        assertThat(any.chat("m").status()).isEqualTo(203);
        assertThat(any.chat("m").status()).isEqualTo(201);
        assertThat(any.chat("m", "Authorization", "Bearer k").status()).isEqualTo(202);
        assertThat(any.chat("other").status()).isEqualTo(200);
    }

    @Test
    void chunkedRequestsAreReadWhole() {
        try (RawClient client = RawClient.to(stub.port())) {
            client.lines("POST /v1/x?a=b HTTP/1.1", "Host: h", "Transfer-Encoding: chunked", "")
                    .lines("5", "hello", "6", " world", "0", "");
            client.head();
        }

        assertThat(stub.only().text()).isEqualTo("hello world");
        assertThat(stub.only().target()).isEqualTo("/v1/x?a=b");
        assertThat(stub.only().path()).isEqualTo("/v1/x");
    }

    private RawClient chat(boolean stream) {
        return RawClient.to(stub.port()).post(CHAT, Gateway.chatBody("m", stream));
    }
}
