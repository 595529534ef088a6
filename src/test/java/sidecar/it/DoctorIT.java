package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Answers;
import sidecar.kit.Draft;
import sidecar.kit.FreePorts;
import sidecar.kit.Gateway;
import sidecar.kit.Operator;
import sidecar.kit.Postgres;
import sidecar.kit.StubUpstream;

/** What {@code deploy/sidecar doctor} finds, with the server running and stopped. */
class DoctorIT {

    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final String ADMIN = "admin-token-of-this-test";

    @TempDir
    private Path home;

    private final StubUpstream upstream = new StubUpstream();
    private final int port = FreePorts.next();
    private final Map<String, String> environment = new HashMap<>();
    private Path data;

    @BeforeEach
    void layOut() throws IOException {
        Files.createSymbolicLink(home.resolve("deploy"), Path.of("deploy").toAbsolutePath());
        data = home.resolve("data");
        environment.put("SIDECAR_PORT", String.valueOf(port));
        environment.put("SIDECAR_METRICS_PORT", String.valueOf(FreePorts.next()));
        environment.put("SIDECAR_DATA_DIR", "data");
        environment.put("SIDECAR_HEALTH_PROBE_MODE", "off");
        environment.put("HOME", home.toString());
    }

    @AfterEach
    void stop() {
        operator().sidecar("stop");
        upstream.close();
    }

    private Operator operator() {
        return new Operator(home, environment);
    }

    private Operator.Said doctor(String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "doctor";
        System.arraycopy(words, 0, all, 1, words.length);
        return operator().sidecar(all);
    }

    private static List<String> failures(Operator.Said said) {
        return said.text().lines().filter(line -> line.startsWith("FAIL")).toList();
    }

    private void secrets() throws IOException {
        Files.createDirectories(data);
        Path file = data.resolve("sidecar.env");
        Files.writeString(file, "SIDECAR_ENCRYPTION_KEY=" + KEY + "\nSIDECAR_ADMIN_TOKEN=" + ADMIN + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void beforeTheFirstStartNothingIsWrong() {
        Operator.Said said = doctor();

        assertThat(failures(said)).isEmpty();
        assertThat(said.status()).as(said.text()).isZero();
        assertThat(said.text()).contains("ok    Java ", "port " + port + " is free", "nothing to repair");
        assertThat(data).doesNotExist();
    }

    @Test
    void everyFindingSaysWhatToDo() throws IOException {
        Files.createDirectories(data);
        Path file = Files.writeString(
                data.resolve("sidecar.env"),
                "SIDECAR_ENCRYPTION_KEY=0011\nhello\nSIDECAR_ADMIN_TOKEN=change-me\nSIDECAR_CLIENT_TOKEN=tooshort42\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        operator().type(List.of("sqlite3", "v2.db", "create table t (a)"));
        environment.put("SIDECAR_DB_PATH", home.resolve("v2.db").toString());
        try (StubUpstream other = new StubUpstream()) {
            environment.put("SIDECAR_PORT", String.valueOf(other.port()));

            Operator.Said said = doctor();

            assertThat(said.status()).isEqualTo(1);
            assertThat(failures(said)).hasSize(7);
            assertThat(said.text())
                    .contains(
                            "sidecar.env may be read by others (mode 644)",
                            "→ chmod 600 ",
                            "line 2 is not NAME=value",
                            "SIDECAR_ENCRYPTION_KEY is not 64 hex digits",
                            "SIDECAR_ADMIN_TOKEN is a well-known default",
                            "SIDECAR_CLIENT_TOKEN has less than 16 characters",
                            "port " + other.port() + " is taken by another program",
                            "→ deploy/sidecar import-v2 " + home.resolve("v2.db"),
                            "7 to repair")
                    .doesNotContain("tooshort42")
                    .doesNotContain("change-me");
        }
    }

    @Test
    void backupsAreLookedForWhereTheServerPutsThem() throws IOException {
        environment.put("SIDECAR_BACKUP_DIR", "copies");

        assertThat(doctor().text())
                .contains("backup directory " + home.toRealPath().resolve("data/copies") + ":");
    }

    @Test
    void theSameTokenForEverythingIsFound() throws IOException {
        secrets();
        environment.put("SIDECAR_VIEWER_TOKEN", ADMIN);
        environment.put("SIDECAR_HOST", "0.0.0.0");
        environment.put("SIDECAR_ALLOW_OPEN", "true");

        Operator.Said said = doctor();

        assertThat(failures(said)).hasSize(2);
        assertThat(said.text())
                .contains(
                        "SIDECAR_VIEWER_TOKEN is the same as SIDECAR_ADMIN_TOKEN",
                        "SIDECAR_ALLOW_OPEN lets everybody in")
                .doesNotContain(ADMIN);
    }

    @Test
    void aRunningServerIsAskedForItsDatabaseProvidersAndClients() throws IOException {
        secrets();
        assertThat(operator().sidecar("start").status()).isZero();
        Gateway gateway = new Gateway(port, ADMIN);
        upstream.always(Answers.json(200, "{\"object\":\"list\",\"data\":[{\"id\":\"n\"}]}"));
        gateway.create(Draft.of("good one").at(upstream).serves("m", "n"));
        Path agent = Files.createDirectories(home.resolve(".openclaw")).resolve("openclaw.json");
        Files.writeString(agent, openClaw("http://127.0.0.1:" + port + "/v1", "openai-completions"));

        Operator.Said healthy = doctor();

        assertThat(failures(healthy)).isEmpty();
        assertThat(healthy.status()).isZero();
        assertThat(healthy.text())
                .contains(
                        "port " + port + " is Sidecar's",
                        "sidecar.mv.db (",
                        "answers",
                        "ok    provider good one answers in ",
                        "ok    openclaw: sidecar in " + agent);

        gateway.create(
                Draft.of("nobody").serves("m", "n").with("api_base_url", "http://127.0.0.1:" + FreePorts.next()));
        Files.writeString(agent, openClaw("http://localhost:" + port, "openai-chat"));
        Path codex = Files.writeString(
                home.resolve("config.toml"),
                "[model_providers.sidecar]\nbase_url = \"http://127.0.0.1:" + port + "/v1\"\nwire_api = \"chat\"\n");
        Operator.Said sick = doctor();
        gateway.admin("PUT", "/config/translation", "{\"value\":\"native\"}");
        Operator.Said asked = doctor("--client", "codex", "config.toml", "--client", "opencode", "database.json");

        assertThat(sick.status()).isEqualTo(1);
        assertThat(failures(sick)).hasSize(3);
        assertThat(sick.text())
                .contains(
                        "provider nobody does not answer",
                        "the address is http://localhost:" + port,
                        "→ it must be http://localhost:" + port + "/v1",
                        "api is openai-chat")
                .doesNotContain(ADMIN);
        assertThat(asked.text())
                .contains(
                        "codex: sidecar in " + codex + ": wire_api is chat",
                        "it speaks openai-responses, and no enabled provider does",
                        "opencode: " + home.resolve("database.json"));
    }

    /** Each with everything that the recipe of its kind has, and then with what people have instead. */
    @Test
    void theSettingsOfEveryKnownAgentAreUnderstood() throws IOException {
        String base = "http://127.0.0.1:" + port;
        write(".openclaw/openclaw.json", openClaw(base + "/v1", "openai-completions"));
        write(
                ".config/opencode/opencode.json",
                "{\"provider\": {\"sidecar\": {\"npm\": \"@ai-sdk/openai-compatible\", \"options\": {\"baseURL\": \""
                        + base + "/v1\", \"headerTimeout\": 600000, \"chunkTimeout\": false}}}}");
        write(
                ".claude/settings.json",
                "{\"apiKeyHelper\": \"printenv T\", \"env\": {\"ANTHROPIC_BASE_URL\": \"" + base + "\"}}");
        write(
                ".codex/config.toml",
                "[model_providers.sidecar]\nbase_url = \"" + base
                        + "/v1\"\nwire_api = \"responses\"\nstream_idle_timeout_ms = 600_000\n");
        write(
                ".qwen/settings.json",
                "{\"modelProviders\": {\"openai\": [{\"id\": \"m\", \"envKey\": \"T\", \"baseUrl\": \"" + base
                        + "/v1\", \"generationConfig\": {\"timeout\": 600000}}]}}");
        write(
                ".cline/data/settings/providers.json",
                "{\"providers\": {\"openai-compatible\": {\"settings\": {\"baseUrl\": \"" + base + "/v1\"}}}}");

        Operator.Said well = doctor();

        assertThat(failures(well)).isEmpty();
        assertThat(well.text())
                .contains(
                        "ok    openclaw: sidecar in ",
                        "ok    opencode: sidecar in ",
                        "ok    claudecode: env in ",
                        "ok    codex: sidecar in ",
                        "ok    qwencode: openai in ",
                        "ok    cline: openai-compatible in ")
                .doesNotContain("gives up");

        write(".claude/settings.json", "{\"env\": {\"ANTHROPIC_BASE_URL\": \"" + base + "/v1\"}}");
        write(".codex/config.toml", "[model_providers.sidecar]\nbase_url = \"" + base + "/v1\"\n");
        write(".openclaw/openclaw.json", openClaw("http://host.docker.internal:" + port + "/v1", "openai-completions"));
        Operator.Said ill = doctor();

        assertThat(failures(ill)).hasSize(1);
        assertThat(ill.text())
                .contains(
                        "→ it must be " + base + "\n",
                        "it gives up after 300 s",
                        "after some 165 s",
                        "→ set timeoutSeconds: 600");
    }

    private void write(String path, String text) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** With what people write into such files: comments, bare names, commas too many. */
    private static String openClaw(String url, String api) {
        return "{\n  // mine\n  models: {\n    providers: {\n"
                + "      sidecar: { baseUrl: \"" + url + "\", apiKey: 'any // text', api: \"" + api
                + "\", models: [], },\n"
                + "      \"other\": { \"baseUrl\": \"https://integrate.api.nvidia.com/v1\", \"apiKey\": \"x\" },\n"
                + "    },\n  },\n}\n";
    }

    @Test
    void theDatabaseOfAStoppedServerIsOpenedAndLeftAsItIs() throws Exception {
        secrets();
        operator().sidecar("start");
        operator().sidecar("stop");
        Path database = data.resolve("sidecar.mv.db");
        byte[] before = Files.readAllBytes(database);

        Operator.Said well = doctor();

        assertThat(failures(well)).isEmpty();
        assertThat(well.text()).containsPattern("ok    database " + database + " opens \\(schema \\d+, ");
        assertThat(Files.readAllBytes(database)).isEqualTo(before);

        newerSchema(data.resolve("sidecar"));
        assertThat(doctor().text()).contains("was made by a newer Sidecar (schema 999");

        Files.write(
                database, "not a database".repeat(1_000).getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
        Operator.Said damaged = doctor();
        assertThat(damaged.status()).isEqualTo(1);
        assertThat(damaged.text()).contains("does not open", "→ restore a backup: deploy/sidecar restore FILE");
    }

    private static void newerSchema(Path database) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + database, "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute("insert into \"flyway_schema_history\" (\"installed_rank\", \"version\", \"description\","
                    + " \"type\", \"script\", \"installed_by\", \"execution_time\", \"success\")"
                    + " values (999, '999', 'later', 'SQL', 'V999__later.sql', 'sa', 1, true)");
        }
    }

    @Test
    void aDatabaseOfPostgresqlIsAskedWhetherSidecarRunsOrNot() throws IOException {
        secrets();
        try (Postgres postgres = Postgres.start()) {
            environment.putAll(postgres.environment());
            String found = doctor().text();
            assertThat(found)
                    .containsPattern("ok    the database jdbc:postgresql://127.0.0.1:" + postgres.port()
                            + "/sidecar: PostgreSQL 1[4-9]")
                    .containsPattern("ok    a question to the database takes [0-9.]+ ms")
                    .containsPattern("ok    the database's clock is 0.[0-9] s ");

            environment.put("SIDECAR_DB_PASSWORD", "another");
            Operator.Said refused = doctor();
            assertThat(failures(refused))
                    .singleElement()
                    .asString()
                    .contains("password authentication failed", "check SIDECAR_DB_USER and SIDECAR_DB_PASSWORD");
            assertThat(refused.text()).doesNotContain(Postgres.PASSWORD);
        }
    }
}
