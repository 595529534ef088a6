package sidecar.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.door.edge.ConcurrencyLimitFilter;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Call;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.RunScript;
import sidecar.kit.StubUpstream;

/** Being told to stop, at the worst moments. */
class StopIT {

    private static final String ADMIN = "admin-token-of-this-test";
    private static final String CHAT = "/v1/chat/completions";
    private static final int STOPPED = 143;

    /** Seconds; enough for fifty streams to end in, however busy the machine is. */
    private static final int GRACE = 30;

    /** A bound of what takes seconds on an idle machine. */
    private static final Duration BOOT = Duration.ofMinutes(5);

    /** Seconds; more than any test waits for the end. */
    private static final int ENDLESS = 600;

    @TempDir
    private Path home;

    private final StubUpstream upstream = new StubUpstream();
    private final List<RunScript> servers = new ArrayList<>();
    private final List<RawClient> clients = new ArrayList<>();
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @BeforeEach
    void layOut() throws IOException {
        Files.createSymbolicLink(home.resolve("deploy"), Path.of("deploy").toAbsolutePath());
    }

    @AfterEach
    void clear() {
        mayEnd.countDown();
        clients.forEach(RawClient::close);
        servers.forEach(RunScript::close);
        upstream.close();
    }

    private RunScript start(int graceSeconds) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "SIDECAR_ENCRYPTION_KEY",
                "00".repeat(31) + "ff",
                "SIDECAR_ADMIN_TOKEN",
                ADMIN,
                "SIDECAR_QUEUE_TIMEOUT",
                "86400",
                "SIDECAR_REQUEST_DEADLINE_SECONDS",
                "86400",
                "SIDECAR_WINDOW_SECONDS",
                "3600",
                "SIDECAR_HEALTH_PROBE_MODE",
                "off",
                "SIDECAR_SHUTDOWN_GRACE_SECONDS",
                String.valueOf(graceSeconds)));
        RunScript server = RunScript.start(home, environment);
        servers.add(server);
        return server;
    }

    private static Gateway gateway(RunScript server) {
        return new Gateway(server.port(), ADMIN);
    }

    private RawClient client(RunScript server) {
        RawClient client = RawClient.to(server.port());
        clients.add(client);
        return client;
    }

    private RawClient chat(RunScript server, String model, boolean stream, String id) {
        return client(server).post(CHAT, Gateway.chatBody(model, stream), "X-Request-Id", id);
    }

    /** Begins to speak, and goes on when it may, or never. */
    private Answer stream(boolean ends) {
        return call -> {
            String model = call.request().model();
            call.streamHead().event(Answers.textChunk(model, "first half "));
            if (!ends) {
                call.stall();
                return;
            }
            call.await(mayEnd);
            call.event(Answers.textChunk(model, "second half"))
                    .event(Answers.chunk(model, "{}", "stop"))
                    .event("[DONE]")
                    .end();
        };
    }

    private static void flood(Call call) throws IOException {
        call.streamHead();
        byte[] event = ("data: " + Answers.textChunk("n", "x".repeat(4_000)) + "\n\n").getBytes(ISO_8859_1);
        try {
            while (true) {
                call.chunk(event);
            }
        } catch (UncheckedIOException gone) {
            // that is what we wait for
        }
    }

    private static Reply read(RawClient client) {
        RawClient.Head head = client.head();
        byte[] body = client.body();
        return new Reply(head.status(), head.headers(), body, client.end());
    }

    private List<String> logged() {
        return inDatabase("select request_id || ' ' || outcome from request_log");
    }

    private List<String> inDatabase(String query) {
        return OwnSidecar.inDatabase(home.resolve("data/sidecar"), query);
    }

    @Test
    void fiftyStreamsAQueueThreeDashboardsAndOneWhoReadsNothingEndWithinTheGraceAndNothingIsLost() {
        RunScript server = start(GRACE).ready();
        Gateway gateway = gateway(server);
        gateway.create(Draft.of("ends").at(upstream).serves("ends", "ends-n"));
        gateway.create(Draft.of("hangs").at(upstream).serves("hangs", "hangs-n"));
        gateway.create(
                Draft.of("narrow").at(upstream).serves("narrow", "narrow-n").with("rpm_limit", 2));
        gateway.create(Draft.of("floods").at(upstream).serves("floods", "floods-n"));
        upstream.when(request -> request.model().equals("floods-n"), StopIT::flood);
        upstream.when(request -> request.model().equals("ends-n"), stream(true));
        upstream.when(request -> request.model().equals("hangs-n"), stream(false));
        List<RawClient> ending = IntStream.range(0, 25)
                .mapToObj(i -> chat(server, "ends", true, "ends-" + i))
                .toList();
        List<RawClient> hanging = IntStream.range(0, 25)
                .mapToObj(i -> chat(server, "hangs", true, "hangs-" + i))
                .toList();
        for (RawClient stream : ending) {
            assertThat(stream.head().status()).isEqualTo(200);
            assertThat(stream.frame().orElseThrow().data()).contains("first half");
        }
        for (RawClient stream : hanging) {
            assertThat(stream.head().status()).isEqualTo(200);
            assertThat(stream.frame().orElseThrow().data()).contains("first half");
        }
        for (int i = 0; i < 2; i++) {
            assertThat(read(chat(server, "narrow", false, "served-" + i)).status())
                    .isEqualTo(200);
        }
        List<RawClient> waiting = IntStream.range(0, 10)
                .mapToObj(i -> chat(server, "narrow", i % 2 == 0, "waits-" + i))
                .toList();
        Await.until(() -> gateway.adminGet("/queue").json().path("depth").asInt() == 10, "a queue of ten");
        List<RawClient> dashboards = IntStream.range(0, 3)
                .mapToObj(i -> client(server)
                        .request("GET", "/dashboard/sse", new byte[0], "Authorization", "Bearer " + ADMIN))
                .toList();
        dashboards.forEach(one -> assertThat(one.head().status()).isEqualTo(200));
        // who reads nothing does not hold up the end
        RawClient deaf = RawClient.to(server.port(), 16 * 1024);
        clients.add(deaf);
        deaf.post(CHAT, Gateway.chatBody("floods", true), "X-Request-Id", "deaf");
        assertThat(deaf.head().status()).isEqualTo(200);
        RawClient half = client(server);
        half.lines(
                        "POST " + CHAT + " HTTP/1.1",
                        "Host: localhost",
                        "Content-Type: application/json",
                        "Content-Length: 99",
                        "")
                .send("{\"model\":");

        long told = System.nanoTime();
        server.terminate();
        List<Reply> refused = new ArrayList<>(waiting.stream().map(StopIT::read).toList());
        dashboards.forEach(RawClient::frames);
        Reply late = gateway.chat("ends", "X-Request-Id", "late");
        Reply health = gateway.get("/health");
        int ready = gateway.get("/health/ready").status();
        // only now: had those been kept waiting until the grace was over, these would be cut too
        mayEnd.countDown();
        List<List<RawClient.Frame>> whole =
                ending.stream().map(RawClient::frames).toList();
        List<List<RawClient.Frame>> cut =
                hanging.stream().map(RawClient::frames).toList();
        int status = server.exitStatus();
        Duration took = Duration.ofNanos(System.nanoTime() - told);

        assertThat(health.status()).isEqualTo(503);
        assertThat(health.text()).contains("draining");
        assertThat(ready).isEqualTo(503);
        refused.add(late);
        assertThat(refused).allSatisfy(reply -> {
            assertThat(reply.status()).as(reply.toString()).isEqualTo(503);
            assertThat(reply.error().path("code").asText()).isEqualTo("draining");
            assertThat(reply.headers().has("Retry-After")).isTrue();
        });
        assertThat(dashboards).allSatisfy(one -> assertThat(one.end().whole()).isTrue());
        assertThat(whole).allSatisfy(frames -> {
            assertThat(frames.toString()).contains("second half").doesNotContain("\"error\"");
            assertThat(frames.get(frames.size() - 1).data()).isEqualTo("[DONE]");
        });
        assertThat(cut)
                .allSatisfy(frames -> assertThat(frames.toString())
                        .contains("\"error\"")
                        .contains("draining")
                        .doesNotContain("[DONE]"));
        assertThat(hanging).allSatisfy(one -> assertThat(one.end()).isEqualTo(RawClient.End.LAST_CHUNK));
        assertThat(new String(half.everything(Await.PATIENCE), ISO_8859_1))
                .as("half a request")
                .doesNotContain(" 200 ");
        assertThat(status).isEqualTo(STOPPED);
        assertThat(took).as("those that hang have the whole grace").isGreaterThan(Duration.ofSeconds(GRACE));
        assertThat(server.text()).doesNotContain("\tat ");

        List<String> expected = new ArrayList<>(List.of("served-0 ok", "served-1 ok"));
        IntStream.range(0, 25).forEach(i -> expected.addAll(List.of("ends-" + i + " ok", "hangs-" + i + " shutdown")));
        IntStream.range(0, 10).forEach(i -> expected.add("waits-" + i + " draining"));
        expected.add("deaf shutdown");
        assertThat(logged()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void aThirdSignalEndsItOnTheSpotAndInTheNextRunASecondOneCutsAtOnceAndStillLosesNothing() {
        RunScript first = start(ENDLESS).ready();
        gateway(first).create(Draft.of("hangs").at(upstream).serves("hangs", "n"));
        upstream.always(stream(false));
        hangingStream(first, "spot");

        first.terminate();
        Await.until(() -> first.text().contains("draining"), "a drain");
        // the JVM runs one handler a signal, and a signal that comes before the last was taken is the same one
        first.terminate();
        Await.sleep(Duration.ofMillis(5));
        first.terminate();
        assertThat(first.exitStatus()).isEqualTo(STOPPED);

        RunScript second = start(ENDLESS).ready();
        RawClient stream = hangingStream(second, "cut");
        second.terminate();
        Await.until(() -> second.text().contains("draining"), "a drain");
        second.terminate();

        assertThat(stream.frames().toString()).contains("\"error\"").contains("draining");
        assertThat(second.exitStatus()).isEqualTo(STOPPED);
        assertThat(logged().stream().filter(row -> row.startsWith("cut ")))
                .as(second.text())
                .containsExactly("cut shutdown");
    }

    private RawClient hangingStream(RunScript server, String id) {
        RawClient stream = chat(server, "hangs", true, id);
        assertThat(stream.head().status()).isEqualTo(200);
        return stream;
    }

    /** How far a start has come. */
    private enum StartStage {
        SCRIPT_LAUNCHED {
            @Override
            boolean reached(RunScript server, Path data) {
                return true;
            }
        },
        SERVER_PROCESS_RUNS {
            @Override
            boolean reached(RunScript server, Path data) {
                return server.isServerProcess();
            }
        },
        SERVER_LOGS {
            @Override
            boolean reached(RunScript server, Path data) {
                return server.text().contains("Created virtual server");
            }
        },
        DATABASE_CREATED {
            @Override
            boolean reached(RunScript server, Path data) {
                return Files.exists(data.resolve("sidecar.mv.db"));
            }
        };

        abstract boolean reached(RunScript server, Path data);
    }

    /** Each start goes on with what the one before has left, and comes further. */
    @Test
    void aStopDuringTheStartEndsItAndTheNextStartWorksAndStopsWhenTheLastChangeIsMade() {
        for (StartStage stage : StartStage.values()) {
            RunScript server = start(5);
            Await.until(
                    BOOT, () -> stage.reached(server, home.resolve("data")) || !server.alive(), stage + " of a start");
            assertThat(server.alive()).as(stage + ": " + server.text()).isTrue();

            server.terminate();

            assertThat(server.exitStatus()).as(stage + ": " + server.text()).isEqualTo(STOPPED);
            // the server may complain of its own configuration that its own hook has closed
            assertThat(server.text()).as(stage.toString()).doesNotContain("\tat sidecar.", "refusing to start");
        }
        aStopWaitsForAChangeUnderWayAndForNothingElse(start(ENDLESS).ready());
    }

    private void aStopWaitsForAChangeUnderWayAndForNothingElse(RunScript server) {
        String id = gateway(server)
                .create(Draft.of("one").at(upstream).serves("m", "n"))
                .path("id")
                .asText();
        String change = "{\"notes\": \"saved at the last moment\"}";
        RawClient operator = client(server);
        operator.lines(
                        "PUT /api/admin/backends/" + id + " HTTP/1.1",
                        "Host: localhost",
                        "Authorization: Bearer " + ADMIN,
                        "Content-Length: " + change.length(),
                        "")
                .send(change.substring(0, 9));
        Await.until(
                () -> server.server()
                                .threadsIn(ConcurrencyLimitFilter.class, "org.glassfish.grizzly.http.io.InputBuffer")
                        > 0,
                "a thread that waits for the rest");

        server.terminate();
        Await.until(() -> server.text().contains("draining"), "a drain");
        // time to end in for a server that would not wait
        Await.sleep(Duration.ofMillis(500));
        operator.send(change.substring(9));

        assertThat(operator.head().status()).isEqualTo(200);
        assertThat(server.exitStatus()).isEqualTo(STOPPED);
        assertThat(inDatabase("select notes from provider")).containsExactly("saved at the last moment");
    }
}
