package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.FreePorts;
import sidecar.kit.Gateway;
import sidecar.kit.Operator;
import sidecar.kit.RunScript;
import sidecar.kit.StubUpstream;

/** {@code deploy/sidecar import-v2}, with a database as Sidecar V2 left it. */
class ImportV2IT {

    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final String OTHER_KEY = "00".repeat(31) + "ff";
    private static final String ADMIN = "admin-token-of-this-test";

    @TempDir
    private Path home;

    private final StubUpstream upstream = new StubUpstream();
    private final List<RunScript> servers = new ArrayList<>();
    private final Map<String, String> environment =
            new HashMap<>(Map.of("SIDECAR_ADMIN_TOKEN", ADMIN, "SIDECAR_HEALTH_PROBE_MODE", "off"));
    private Path file;

    @BeforeEach
    void layOut() throws IOException {
        Files.createSymbolicLink(home.resolve("deploy"), Path.of("deploy").toAbsolutePath());
        file = home.resolve("sidecar.db");
        String sql = Files.readString(Path.of("src/test/resources/v2/database.sql"))
                .replace("@UPSTREAM@", "http://127.0.0.1:" + upstream.port());
        Path script = Files.writeString(home.resolve("database.sql"), sql);
        Operator.Said made =
                new Operator(home, Map.of()).type(List.of("bash", "-c", "sqlite3 -bail " + file + " < " + script));
        assertThat(made.status()).as(made.text()).isZero();
        environment.put("SIDECAR_PORT", String.valueOf(FreePorts.next()));
        environment.put("SIDECAR_METRICS_PORT", String.valueOf(FreePorts.next()));
        environment.put("SIDECAR_DATA_DIR", "data");
        environment.put("SIDECAR_ENCRYPTION_KEY", KEY);
    }

    @AfterEach
    void stop() {
        servers.forEach(RunScript::close);
        upstream.close();
    }

    private Gateway serve() {
        RunScript server = RunScript.start(home, environment);
        servers.add(server);
        server.ready();
        return new Gateway(Integer.parseInt(environment.get("SIDECAR_PORT")), ADMIN);
    }

    private void end() {
        RunScript last = servers.get(servers.size() - 1);
        last.terminate();
        last.exitStatus();
    }

    private Operator.Said importV2(String... more) {
        List<String> words = new ArrayList<>(List.of("import-v2", "sidecar.db"));
        words.addAll(List.of(more));
        return new Operator(home, environment).sidecar(words.toArray(String[]::new));
    }

    private static List<String> names(Gateway gateway) {
        List<String> names = new ArrayList<>();
        gateway.providers().forEach(one -> names.add(one.path("name").asText()));
        return names;
    }

    private static Map<String, JsonNode> history(Gateway gateway) {
        Map<String, JsonNode> history = new HashMap<>();
        for (String path : List.of(
                "/stats/total",
                "/stats/hourly",
                "/stats/daily?days=3650",
                "/stats/cooldown",
                "/stats/usage?by=provider,model&days=30")) {
            history.put(path, gateway.adminGet(path).json());
        }
        return history;
    }

    @Test
    void withV2sKeyEverythingIsTakenOverAndASecondTimeDoublesAndUndoesNothing() {
        environment.put("SIDECAR_ENCRYPTION_KEY", OTHER_KEY);
        assertAnotherKeyOpensNothing(serve());
        end();
        environment.put("SIDECAR_ENCRYPTION_KEY_PREVIOUS", KEY);
        Gateway gateway = serve();

        Operator.Said asked = importV2("--dry-run");
        assertThat(asked.text()).contains("dry run", "providers: 4 imported, 3 left out");
        assertThat(names(gateway)).isEmpty();
        assertThat(history(gateway).get("/stats/total").path("total_requests").asInt())
                .isZero();

        Operator.Said first = importV2();

        assertThat(first.text())
                .contains(
                        "providers: 4 imported, 3 left out:",
                        "  rotated: its key was sealed with another SIDECAR_ENCRYPTION_KEY",
                        "  unchecked: api_base_url ",
                        "rpm_limit must be an integer",
                        "  masked: api_key is a mask; give the key itself",
                        "  note: stopped: rpm_limit was 0",
                        "  note: first: the name is taken; it is called first (bkd_000000000006) now",
                        "days of usage: 3 imported, 1 left out:",
                        "  use_000000000005: prompt_tokens is not a count",
                        "cooldowns: 2 imported, 1 older than is kept",
                        "settings: 2 imported, 3 left out:",
                        "  nonsense: Unknown config key",
                        "  port: port can be set in the environment only",
                        "  queue_timeout_seconds: ")
                .doesNotContain("nvapi-");
        assertThat(first.status()).as(first.text()).isEqualTo(1);
        assertProviders(gateway);
        assertHistory(gateway);
        Map<String, JsonNode> history = history(gateway);

        gateway.update("bkd_000000000001", "{\"rpm_limit\":7,\"name\":\"renamed\"}");
        gateway.admin("DELETE", "/backends/bkd_000000000002", "");
        gateway.admin("DELETE", "/config/queue_max_depth", "");
        gateway.set("default_rpm_limit", "5");
        Operator.Said second = importV2();

        assertThat(second.text())
                .contains(
                        "providers: 0 imported, 4 here already, 3 left out:",
                        "days of usage: 0 imported, 3 here already",
                        "cooldowns: 0 imported, 2 here already",
                        "settings: 0 imported, 2 here already");
        assertThat(names(gateway)).containsExactly("renamed", "stopped", "first (bkd_000000000006)");
        assertThat(gateway.provider("renamed").path("rpm_limit").asInt()).isEqualTo(7);
        assertThat(gateway.adminGet("/config/queue_max_depth")
                        .json()
                        .path("value")
                        .asText())
                .isEqualTo("500");
        assertThat(gateway.adminGet("/config/default_rpm_limit")
                        .json()
                        .path("value")
                        .asText())
                .isEqualTo("5");
        assertThat(history(gateway)).isEqualTo(history);

        end();
        Gateway again = serve();
        assertThat(history(again)).as("after a restart").isEqualTo(history);
        assertThat(again.chat("canon-a").status()).isEqualTo(200);
        assertThat(upstream.only().key()).isIn("nvapi-of-the-first-0001", "nvapi-of-the-sixth-0006");
    }

    private void assertAnotherKeyOpensNothing(Gateway gateway) {
        Operator.Said refused = importV2();

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.text()).contains("Set SIDECAR_ENCRYPTION_KEY_PREVIOUS to the key that V2 ran with");
        assertThat(names(gateway)).isEmpty();
        assertThat(gateway.adminGet("/stats/total")
                        .json()
                        .path("total_requests")
                        .asInt())
                .isZero();
    }

    private void assertProviders(Gateway gateway) {
        assertThat(names(gateway)).containsExactlyInAnyOrder("first", "second", "stopped", "first (bkd_000000000006)");
        JsonNode first = gateway.provider("first");
        assertThat(first.path("id").asText()).isEqualTo("bkd_000000000001");
        assertThat(first.path("label").asText()).isEqualTo("nvidia");
        assertThat(first.path("api_key").asText()).isEqualTo("nvapi-****0001");
        assertThat(first.path("timeout_seconds").asInt()).isEqualTo(5);
        assertThat(first.path("rpm_limit").asInt()).isEqualTo(100);
        assertThat(first.path("metadata").path("owner").asText()).isEqualTo("ops");
        assertThat(first.path("created_at").asText()).isEqualTo("2025-11-01T05:30:57Z");
        assertThat(first.path("model_mappings")
                        .path("canon-a")
                        .path("native_id")
                        .asText())
                .isEqualTo("native-a");
        assertThat(gateway.provider("second").path("enabled").asBoolean()).isFalse();
        assertThat(gateway.provider("second").path("pool").asText()).isEqualTo("fallback");
        assertThat(gateway.provider("second").path("source").asText()).isEqualTo("env");
        assertThat(gateway.provider("stopped").path("enabled").asBoolean()).isFalse();
        assertThat(gateway.provider("stopped").path("rpm_limit").asInt()).isEqualTo(40);
    }

    private static void assertHistory(Gateway gateway) {
        JsonNode v2 = gateway.adminGet("/stats/usage?by=client&days=3650").json();
        JsonNode sums = row(v2, "client", "sidecar-v2");
        assertThat(sums.path("request_count").asInt()).isEqualTo(2 + 4 + 1 + 1 + 10 + 4 + 20);
        assertThat(sums.path("error_count").asInt()).isEqualTo(3);
        assertThat(sums.path("total_tokens").asInt()).isEqualTo(34 + 40 + 10 + 10 + 100 + 80 + 200);
        assertThat(sums.path("cost").decimalValue()).isEqualByComparingTo("2.723");
        JsonNode hourly = gateway.adminGet("/stats/hourly?hours=168&backend_id=bkd_000000000001")
                .json();
        assertThat(hourly).hasSize(2);
        assertThat(hourly.toString()).contains("\"avg_latency_ms\":46", "\"backend_name\":\"first\"");
        JsonNode lost = row(gateway.adminGet("/stats/usage?by=provider&days=30").json(), "backend_id", "deleted-in-v2");
        assertThat(lost.path("request_count").asInt()).isEqualTo(24);
        JsonNode cooldowns = gateway.adminGet("/stats/cooldown").json();
        assertThat(cooldowns)
                .hasSize(2)
                .allMatch(event -> !event.path("ended_at").isNull());
        assertThat(gateway.adminGet("/config/default_rpm_limit")
                        .json()
                        .path("value")
                        .asText())
                .isEqualTo("99");
    }

    private static JsonNode row(JsonNode rows, String field, String value) {
        for (JsonNode row : rows) {
            if (row.path(field).asText().equals(value)) {
                return row;
            }
        }
        throw new AssertionError("no " + field + " " + value + " in " + rows);
    }

    @Test
    void whereThePathIsV2sFileTheDatabaseComesToLieBeside() throws IOException {
        environment.put("SIDECAR_DB_PATH", file.toString());
        byte[] before = Files.readAllBytes(file);
        RunScript refused = RunScript.start(home, environment);
        servers.add(refused);
        assertThat(refused.exitStatus()).isNotZero();
        assertThat(refused.text()).contains("deploy/sidecar import-v2 " + file);

        Operator.Said asked = importV2("--dry-run");
        assertThat(asked.text()).contains("providers: 4 imported");
        assertThat(home.resolve("sidecar.db.mv.db")).doesNotExist();
        Operator.Said first = importV2();

        assertThat(first.text()).contains("providers: 4 imported", "stopped");
        assertThat(home.resolve("sidecar.db.mv.db")).exists();
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        // and from now on it starts with that path, and with V2's key alone
        Gateway gateway = serve();
        assertThat(names(gateway)).hasSize(4);
        assertThat(gateway.chat("canon-a").status()).isEqualTo(200);
        assertThat(upstream.only().key()).isIn("nvapi-of-the-first-0001", "nvapi-of-the-sixth-0006");
    }

    @Test
    void whatIsNoDatabaseOfV2IsRefusedByName() throws IOException {
        Files.writeString(home.resolve("note.txt"), "hello");
        Operator operator = new Operator(home, environment);
        operator.type(List.of("sqlite3", "other.db", "create table t (a)"));

        for (String name : List.of("missing.db", "note.txt", "other.db")) {
            Operator.Said said = operator.sidecar("import-v2", name);

            assertThat(said.status()).as(said.text()).isEqualTo(2);
            assertThat(said.text()).contains(home.resolve(name).toString());
        }
        assertThat(operator.sidecar("import-v2").status()).isEqualTo(2);
        assertThat(home.resolve("data/sidecar.mv.db")).doesNotExist();
    }
}
