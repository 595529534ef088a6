package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.Reply;
import sidecar.kit.RunScript;
import sidecar.kit.Shell;
import sidecar.kit.StubUpstream;

/** A configuration that moves from one Sidecar to another, which has another encryption key. */
class ConfigurationIT {

    private static final String ADMIN = "admin-token-of-this-test";
    private static final String PHRASE = "a \\\"quoted\\\" passphrase";
    private static final String KEY = "sk-carried-secret-0001";
    private static final String HEADER = "header-secret-0001";

    /** What is computed, or tells when. */
    private static final List<String> OF_THE_PLACE =
            List.of("updated_at", "window_used", "last_latency_ms", "last_status", "success_rate", "warnings");

    @TempDir
    private static Path home;

    private static final StubUpstream UPSTREAM = new StubUpstream();
    private static RunScript oldServer;
    private static RunScript newServer;
    private static Gateway old;
    private static Gateway fresh;

    @BeforeAll
    static void twoServers() throws IOException {
        oldServer = start("old", "00".repeat(31) + "aa");
        newServer = start("new", "00".repeat(31) + "bb");
        old = new Gateway(oldServer.ready().port(), ADMIN);
        fresh = new Gateway(newServer.ready().port(), ADMIN);
        fill();
    }

    private static RunScript start(String name, String key) throws IOException {
        Path directory = Files.createDirectory(home.resolve(name));
        Files.createSymbolicLink(directory.resolve("deploy"), Path.of("deploy").toAbsolutePath());
        return RunScript.start(
                directory,
                Map.of(
                        "SIDECAR_ENCRYPTION_KEY",
                        key,
                        "SIDECAR_ADMIN_TOKEN",
                        ADMIN,
                        "SIDECAR_HEALTH_PROBE_MODE",
                        "off"));
    }

    private static void fill() {
        ObjectNode rich = Draft.of("rich")
                .at(UPSTREAM)
                .serves(
                        "small",
                        Json.object()
                                .put("native_id", "vendor/small")
                                .put("reasoning", true)
                                .put("context_window", 4096))
                .fallback()
                .with("api_key", KEY)
                .with("label", "nvidia")
                .with("timeout_seconds", 77)
                .with("rpm_limit", 41)
                .with("rpd_limit", 1000)
                .with("tpm_limit", 90_000)
                .with("max_concurrency", 7)
                .with("quota_group", "shared")
                .with("limiter", "bucket")
                .with("cooldown_scope", "model")
                .with("weight", 3)
                .with("enabled", true)
                .with("notes", "two\nlines")
                .json();
        rich.putObject("headers").put("X-Secret", HEADER).putNull("User-Agent");
        rich.putObject("metadata").put("any", "thing").putNull("none");
        made(old.admin("POST", "/backends", rich.toString()));
        old.create(Draft.of("plain").at(UPSTREAM).serves("small", "s").with("enabled", false));
        made(old.admin(
                "POST",
                "/models",
                "{\"model\":\"small\",\"aliases\":[\"tiny\"],\"overflow_wait_seconds\":2.5,"
                        + "\"fallback_models\":[\"big\"],\"hidden\":true,\"translation\":\"native\"}"));
        made(old.admin("PUT", "/config/queue_max_depth", "{\"value\":77,\"description\":\"as agreed with the team\"}"));
    }

    private static void made(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        oldServer.close();
        newServer.close();
        UPSTREAM.close();
    }

    @BeforeEach
    @AfterEach
    void anEmptyNewServer() {
        fresh.clear();
        fresh.admin("DELETE", "/config/queue_max_depth", "");
        UPSTREAM.forget();
    }

    private static ObjectNode exported(String passphrase) {
        Reply reply = old.admin("POST", "/export", "{\"passphrase\":\"" + passphrase + "\"}");
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
        assertThat(reply.text()).doesNotContain(KEY).doesNotContain(HEADER);
        return (ObjectNode) reply.json();
    }

    private static Reply imported(Gateway into, JsonNode configuration, String passphrase, String query) {
        return into.admin(
                "POST",
                "/import" + query,
                "{\"configuration\":" + configuration + ",\"passphrase\":\"" + passphrase + "\"}");
    }

    private static List<JsonNode> providers(Gateway of) {
        List<JsonNode> all = new ArrayList<>();
        of.providers().forEach(one -> all.add(((ObjectNode) one.deepCopy()).remove(OF_THE_PLACE)));
        return all;
    }

    private static void isEmpty(Gateway of) {
        assertThat(of.providers()).isEmpty();
        assertThat(of.adminGet("/config/queue_max_depth").json().path("value").asText())
                .isEqualTo("500");
    }

    @Test
    void everythingArrivesUnderAnotherKeyAndASecondTimeChangesNothing() {
        ObjectNode configuration = exported(PHRASE);

        Reply preview = imported(fresh, configuration, PHRASE, "?dry_run=true");
        assertThat(preview.status()).as(preview.toString()).isEqualTo(200);
        isEmpty(fresh);
        Reply first = imported(fresh, configuration, PHRASE, "");
        Reply second = imported(fresh, configuration, PHRASE, "");

        made(first);
        assertThat(first.json().path("providers").toString())
                .isEqualTo("{\"created\":2,\"updated\":0,\"unchanged\":0}");
        assertThat(preview.json().path("providers")).isEqualTo(first.json().path("providers"));
        assertThat(first.json().path("missing")).isEmpty();
        for (String field : List.of("providers", "models", "settings")) {
            assertThat(second.json().path(field).path("created").asInt()).isZero();
            assertThat(second.json().path(field).path("updated").asInt()).isZero();
        }
        assertThat(providers(fresh)).isEqualTo(providers(old));
        assertThat(fresh.adminGet("/config/queue_max_depth")
                        .json()
                        .path("value")
                        .asText())
                .isEqualTo("77");
        assertThat(fresh.adminGet("/config").text()).contains("as agreed with the team");
        assertThat(fresh.adminGet("/models").json().path(0).path("aliases").toString())
                .isEqualTo("[\"tiny\"]");
        assertThat(fresh.adminGet("/models").json().path(0).path("translation").asText())
                .isEqualTo("native");
        assertThat(fresh.chat("tiny").status()).isEqualTo(200);
        assertThat(UPSTREAM.only().key()).isEqualTo(KEY);
        assertThat(UPSTREAM.only().header("X-Secret")).isEqualTo(HEADER);
    }

    @Test
    void itChangesWhatIsThereByNameAndLeavesTheRest() {
        fresh.create(Draft.of("rich").at(UPSTREAM).serves("other", "o").with("rpm_limit", 5));
        fresh.create(Draft.of("own").at(UPSTREAM).serves("own", "o"));

        Reply reply = imported(fresh, exported(PHRASE), PHRASE, "");

        assertThat(reply.json().path("providers").toString())
                .isEqualTo("{\"created\":1,\"updated\":1,\"unchanged\":0}");
        assertThat(fresh.provider("rich").path("rpm_limit").asInt()).isEqualTo(41);
        assertThat(fresh.provider("rich").path("model_mappings").has("other")).isFalse();
        assertThat(fresh.provider("own").path("rpm_limit").asInt()).isZero();
        assertThat(fresh.chat("small").status()).isEqualTo(200);
        assertThat(UPSTREAM.only().key()).isEqualTo(KEY);
    }

    @Test
    void anotherPassphraseOrNoneIsRefusedAndNothingIsStored() {
        ObjectNode configuration = exported(PHRASE);

        Reply wrong = imported(fresh, configuration, "another passphrase", "");
        Reply none = fresh.admin("POST", "/import", configuration.toString());
        Reply weak = old.admin("POST", "/export", "{\"passphrase\":\"short\"}");

        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.json().path("detail").asText()).startsWith("The passphrase does not open the secrets");
        assertThat(none.status()).isEqualTo(400);
        assertThat(none.json().path("detail").asText()).contains("need their passphrase");
        assertThat(weak.json().path("detail").asText())
                .isEqualTo("passphrase must have 12 to 1024 printable ASCII characters");
        isEmpty(fresh);
    }

    @Test
    void withoutSecretsItSaysWhichKeysAreMissing() {
        ObjectNode configuration = exported("");
        assertThat(configuration.has("secrets")).isFalse();

        Reply reply = fresh.admin("POST", "/import", configuration.toString());

        made(reply);
        assertThat(reply.json().path("missing").toString())
                .isEqualTo(
                        "[\"provider rich: header X-Secret\",\"provider rich: api_key\",\"provider plain: api_key\"]");
        JsonNode rich = fresh.provider("rich");
        assertThat(rich.path("status").asText()).isEqualTo("error");
        assertThat(rich.path("reason").asText()).isEqualTo("its key is missing or cannot be read: enter it");
        fresh.update(rich.path("id").asText(), "{\"api_key\":\"sk-entered-by-hand-1\"}");
        assertThat(fresh.chat("small").status()).isEqualTo(200);
        assertThat(UPSTREAM.only().key()).isEqualTo("sk-entered-by-hand-1");

        // where the secrets are already, they stay
        made(old.admin("POST", "/import", configuration.toString()));
        assertThat(old.chat("small").status()).isEqualTo(200);
        assertThat(UPSTREAM.received().get(1).key()).isEqualTo(KEY);
        assertThat(UPSTREAM.received().get(1).header("X-Secret")).isEqualTo(HEADER);
    }

    @Test
    void secretsGoNowhereElseThanBefore() {
        ObjectNode withSecrets = exported(PHRASE);
        ObjectNode without = exported("");
        for (ObjectNode configuration : List.of(withSecrets, without)) {
            ((ObjectNode) configuration.path("providers").path(0)).put("api_base_url", "http://127.0.0.1:9/v1");
        }

        Reply carried = imported(fresh, withSecrets, PHRASE, "");
        Reply stored = old.admin("POST", "/import", without.toString());

        assertThat(carried.status()).isEqualTo(400);
        assertThat(carried.json().path("detail").asText()).contains("providers[0]: api_base_url was changed");
        assertThat(stored.status()).isEqualTo(400);
        assertThat(stored.json().path("detail").asText()).contains("providers[0]: api_base_url leads to another host");
        isEmpty(fresh);
        assertThat(old.provider("rich").path("api_base_url").asText()).isEqualTo(UPSTREAM.baseUrl());
    }

    @Test
    void oneBadEntryOfAnyPartRefusesAll() {
        for (String bad : List.of(
                "{\"key\":\"no_such_setting\",\"value\":1}",
                "{\"key\":\"queue_max_depth\",\"value\":\"many\"}",
                "{\"key\":\"admin_token\",\"value\":\"x\"}")) {
            ObjectNode configuration = exported(PHRASE);
            configuration.putArray("settings").add(Json.read(bad));

            Reply reply = imported(fresh, configuration, PHRASE, "");

            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.json().path("errors").path(0).path("field").asText())
                    .isEqualTo("settings[0]");
            isEmpty(fresh);
        }
        ObjectNode twice = exported(PHRASE);
        twice.withArray("models").add(twice.path("models").path(0).deepCopy());
        assertThat(imported(fresh, twice, PHRASE, "").status()).isEqualTo(400);
        isEmpty(fresh);
    }

    @Test
    void clientsThatStandThereTwiceAndThoseOfTheEnvironmentAreRefused() {
        for (String bad : List.of(
                "[{\"name\":\"ann\"},{\"name\":\"ann\"}]",
                "[{\"name\":\"ann\"},{\"name\":\" ann \"}]",
                "[{\"name\":\"env\",\"rpm_limit\":1}]")) {
            ObjectNode configuration = exported("");
            configuration.set("clients", Json.read(bad));

            Reply reply = imported(fresh, configuration, "", "");

            assertThat(reply.status()).as(reply.toString()).isEqualTo(400);
            assertThat(reply.json().path("detail").asText()).startsWith("clients[");
            isEmpty(fresh);
            assertThat(fresh.adminGet("/clients").json()).isEmpty();
        }
    }

    @Test
    void aClientIsTheSameWithSpacesAroundItsName() {
        made(fresh.admin("POST", "/clients", "{\"name\":\"ann\"}"));
        String id = fresh.adminGet("/clients").json().path(0).path("id").asText();
        ObjectNode configuration = exported("");
        configuration.set("clients", Json.read("[{\"name\":\" ann \",\"rpm_limit\":7}]"));

        Reply reply = imported(fresh, configuration, "", "");
        JsonNode client = fresh.adminGet("/clients/" + id).json();
        fresh.admin("DELETE", "/clients/" + id + "?confirm=open", "");

        made(reply);
        assertThat(client.path("rpm_limit").asInt()).isEqualTo(7);
    }

    @Test
    void whatIsNoConfigurationIsRefusedWithASentence() {
        for (String body : List.of(
                "", "[]", "{}", "{\"format\":\"other\"}", "{\"format\":\"sidecar-configuration\",\"version\":2}")) {
            Reply reply = fresh.admin("POST", "/import", body);
            assertThat(reply.status()).as(body).isEqualTo(400);
            assertThat(reply.json().path("detail").asText()).isNotEmpty();
        }
        made(fresh.admin("POST", "/import", "{\"format\":\"sidecar-configuration\",\"version\":1,\"clients\":[]}"));
    }

    @Test
    void theCommandsAskNoSecretOnTheirCommandLine() throws IOException {
        Path file = home.resolve("moved.json");
        Path phrase = home.resolve("phrase");
        Files.writeString(phrase, PHRASE.replace("\\", "") + "\n");

        Shell.run(command(oldServer, "old", phrase) + "export " + file);
        String said = Shell.run(command(newServer, "new", phrase) + "import --dry-run " + file);
        isEmpty(fresh);
        Shell.run(command(newServer, "new", phrase) + "import " + file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(said).contains("\"dry_run\":true").contains("\"created\":2");
        assertThat(providers(fresh)).isEqualTo(providers(old));
    }

    private static String command(RunScript server, String name, Path phrase) {
        return "env -i PATH=\"$PATH\" SIDECAR_PORT=" + server.port() + " SIDECAR_ADMIN_TOKEN=" + ADMIN
                + " SIDECAR_DATA_DIR=" + home.resolve(name + "/data") + " SIDECAR_PASSPHRASE_FILE=" + phrase
                + " deploy/sidecar ";
    }
}
