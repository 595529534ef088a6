package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.RunScript;
import sidecar.kit.StubUpstream;
import sidecar.kit.Usage;

/** What the ledger knows after the process that wrote it has ended. */
class LedgerRestartIT {

    private static final String ADMIN = "admin-token-of-this-test";
    private static final String MODEL = "canon";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @TempDir
    private Path home;

    private final StubUpstream upstream = new StubUpstream();
    private RunScript server;
    private Gateway gateway;

    @BeforeEach
    void serve() throws IOException {
        Files.createSymbolicLink(home.resolve("deploy"), Path.of("deploy").toAbsolutePath());
        upstream.always(Answers.chat("hello", new Usage(10, 5)));
        start();
        gateway.create(Draft.of("one").at(upstream).serves(MODEL, "n"));
    }

    @AfterEach
    void end() {
        server.close();
        upstream.close();
    }

    private void start() {
        server = RunScript.start(
                        home,
                        Map.of(
                                "SIDECAR_ENCRYPTION_KEY",
                                "00".repeat(31) + "ff",
                                "SIDECAR_ADMIN_TOKEN",
                                ADMIN,
                                "SIDECAR_HEALTH_PROBE_MODE",
                                "off"))
                .ready();
        gateway = new Gateway(server.port(), ADMIN);
    }

    private List<String> logged() {
        List<String> ids = new ArrayList<>();
        String before = "";
        do {
            JsonNode page = gateway.adminGet("/requests?limit=1000" + before).json();
            page.path("items").forEach(item -> ids.add(item.path("request_id").asText()));
            before = page.path("next").isNull()
                    ? ""
                    : "&before=" + page.path("next").asText();
        } while (!before.isEmpty());
        return ids;
    }

    private int inTheBooks() {
        int requests = 0;
        for (JsonNode row : gateway.adminGet("/stats/hourly").json()) {
            requests += row.path("request_count").asInt();
        }
        return requests;
    }

    @Test
    void aKillLosesAtMostTheLastSecondAndDoublesNothing() {
        Map<String, Long> answered = new ConcurrentHashMap<>();
        AtomicInteger number = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> clients = Stream.generate(() -> new Thread(() -> ask(answered, number, stop)))
                .limit(4)
                .toList();
        clients.forEach(Thread::start);
        Await.sleep(Duration.ofSeconds(4));

        long killed = System.nanoTime();
        server.kill();
        stop.set(true);
        clients.forEach(LedgerRestartIT::join);
        start();

        List<String> rows = logged();
        assertThat(answered).hasSizeGreaterThan(50);
        assertThat(rows).doesNotHaveDuplicates();
        assertThat(rows)
                .containsAll(answered.entrySet().stream()
                        .filter(one -> killed - one.getValue() > SECOND)
                        .map(Map.Entry::getKey)
                        .toList());
        assertThat(rows.size()).isLessThanOrEqualTo(upstream.count());
        assertThat(inTheBooks()).isEqualTo(rows.size());
        assertThat(gateway.adminGet("/stats/total")
                        .json()
                        .path("total_requests")
                        .asInt())
                .isEqualTo(rows.size());

        // and it goes on from there
        gateway.chat(MODEL);
        Await.until(SOON, () -> logged().size() == rows.size() + 1, "one more row");
        assertThat(inTheBooks()).isEqualTo(rows.size() + 1);
    }

    private void ask(Map<String, Long> answered, AtomicInteger number, AtomicBoolean stop) {
        while (!stop.get()) {
            String id = "k-" + number.incrementAndGet();
            try {
                if (gateway.chat(MODEL, "X-Request-Id", id).status() == 200) {
                    answered.put(id, System.nanoTime());
                }
            } catch (UncheckedIOException | AssertionError killed) {
                return;
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aStopLosesNothing() {
        for (int i = 0; i < 20; i++) {
            assertThat(gateway.chat(MODEL, "X-Request-Id", "s-" + i).status()).isEqualTo(200);
        }

        RunScript stopped = server;
        server.terminate();
        assertThat(server.exitStatus(SOON)).isEqualTo(143);
        start();

        assertThat(logged()).as("it said:\n%s", stopped.text()).hasSize(20);
        assertThat(inTheBooks()).isEqualTo(20);
        assertThat(gateway.metric("sidecar_requests_total")).isEqualTo(20);
    }
}
