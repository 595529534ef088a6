package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Postgres;
import sidecar.kit.Received;

/** Two gateways of one PostgreSQL keep to each limit together; who cannot keep to the same ones is refused. */
class SharedLimitsIT {

    private static final String MODEL = OwnSidecar.MODEL;
    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final int LIMIT = 20;

    @TempDir
    private static Path home;

    private static Postgres postgres;
    private static OwnSidecar first;
    private static OwnSidecar second;

    @BeforeAll
    static void serve() throws IOException {
        postgres = Postgres.start();
        first = node("first", Map.of()).start();
        second = node("second", Map.of()).start();
        first.gateway()
                .create(Draft.of("provider")
                        .at(first.upstream())
                        .with("rpm_limit", LIMIT)
                        .serves(MODEL, "n"));
        Await.until(() -> second.gateway().chat(MODEL).status() == 200, "the provider, on the second");
    }

    private static OwnSidecar node(String name, Map<String, String> changes) throws IOException {
        return new OwnSidecar(Files.createDirectory(home.resolve(name)), environment(changes));
    }

    private static Map<String, String> environment(Map<String, String> changes) {
        Map<String, String> environment = new HashMap<>(postgres.environment());
        environment.put("SIDECAR_WINDOW_SECONDS", String.valueOf(WINDOW.toSeconds()));
        environment.putAll(changes);
        return environment;
    }

    @AfterAll
    static void end() {
        first.close();
        second.close();
        postgres.close();
    }

    @Test
    void theSumOfWhatBothSendKeepsToTheLimitAndUsesIt() {
        int before = first.upstream().count();
        OwnSidecar.Load load = first.load(12);
        OwnSidecar.Load other = second.load(12);
        Await.until(
                Duration.ofSeconds(40), () -> first.upstream().count() >= before + 5 * LIMIT, "five windows' requests");
        load.close();
        other.close();

        List<Long> sent = first.upstream().received().stream()
                .map(Received::atNanos)
                .sorted()
                .toList();
        int most = 0;
        for (int i = 0, from = 0; i < sent.size(); i++) {
            // what is received a moment late was sent in time
            while (sent.get(i) - sent.get(from) >= WINDOW.minusMillis(300).toNanos()) {
                from++;
            }
            most = Math.max(most, i - from + 1);
        }
        assertThat(most).isLessThanOrEqualTo(LIMIT);
        // both have their part, whoever came first
        assertThat(first.answered()).hasSizeGreaterThanOrEqualTo(LIMIT);
        assertThat(second.answered()).hasSizeGreaterThanOrEqualTo(LIMIT);
    }

    @Test
    void whoCannotKeepToTheSameLimitsIsRefusedAndToldWhy() throws IOException {
        assertThat(refusal("window", Map.of("SIDECAR_WINDOW_SECONDS", "6")))
                .contains("has window_seconds 5 and node_lease_seconds 300, this one 6 and 300");
        assertThat(refusal("key", Map.of("SIDECAR_ENCRYPTION_KEY", "ab".repeat(32))))
                .contains("SIDECAR_ENCRYPTION_KEY is not the key");
        Path copy = Files.createDirectory(home.resolve("copied"));
        Files.createDirectories(copy.resolve("data"));
        Files.copy(first.data().resolve("node"), copy.resolve("data").resolve("node"));
        assertThat(refused(new OwnSidecar(copy, environment(Map.of()))))
                .contains("another Sidecar is node ", "delete the file `node`");
        postgres.psql(
                "sidecar",
                "delete from flyway_schema_history where installed_rank = (select max(installed_rank) from flyway_schema_history)");
        assertThat(refusal("version", Map.of()))
                .contains("this version changes the database's schema, which other nodes use now: ", "stop them all");
    }

    private static String refusal(String name, Map<String, String> changes) throws IOException {
        return refused(node(name, changes));
    }

    private static String refused(OwnSidecar node) {
        try (node;
                var start = node.launch()) {
            assertThat(start.exitStatus()).as(start.text()).isEqualTo(3);
            return start.output().stream()
                    .filter(line -> line.startsWith("sidecar: refusing to start: "))
                    .reduce((one, two) -> one + "\n" + two)
                    .orElseThrow(() -> new AssertionError("no line in " + start.text()));
        }
    }
}
