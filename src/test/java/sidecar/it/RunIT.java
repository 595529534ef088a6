package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.RunScript;
import sidecar.kit.StubUpstream;

/** The server as operators meet it: {@code deploy/run.sh}, its files, its words, its end. */
class RunIT {

    private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final String OTHER_KEY = "fedcba98".repeat(8);
    private static final String ADMIN = "admin-token-of-this-test";
    private static final String CHAT = "/v1/chat/completions";
    private static final String MODEL = "canon";

    @TempDir
    Path home;

    private final List<RunScript> servers = new ArrayList<>();
    private final StubUpstream upstream = new StubUpstream();

    @BeforeEach
    void layOut() throws IOException {
        deployFrom(Path.of("deploy").toAbsolutePath());
    }

    private void deployFrom(Path directory) throws IOException {
        Files.deleteIfExists(home.resolve("deploy"));
        Files.createSymbolicLink(home.resolve("deploy"), directory);
    }

    /** An installed directory as it comes: without sources, and without what {@code deploy/archive.sh} makes. */
    private Path installed() throws IOException {
        Path deploy = Files.createDirectories(home.resolve("installed/deploy"));
        Path target = Files.createDirectories(home.resolve("installed/target"));
        try (Stream<Path> scripts = Files.list(Path.of("deploy"))) {
            for (Path script : scripts.filter(Files::isRegularFile).toList()) {
                Files.copy(script, deploy.resolve(script.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        for (String part : List.of("sidecar.war", "payara-micro.jar")) {
            Files.createSymbolicLink(
                    target.resolve(part), Path.of("target", part).toAbsolutePath());
        }
        return deploy;
    }

    @AfterEach
    void stop() {
        servers.forEach(RunScript::close);
        upstream.close();
    }

    // --- the first steps

    @Test
    void theQuickStartWorksAsTypedAndSurvivesAKill() throws Exception {
        RunScript server = start(Map.of()).ready();
        assertThat(server.early())
                .as("a refused connection, or Sidecar's own answer")
                .isEmpty();
        Path secrets = home.resolve("data/sidecar.env");
        String token = line(secrets, "SIDECAR_ADMIN_TOKEN=");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets)))
                .isEqualTo("rw-------");
        assertThat(line(secrets, "SIDECAR_ENCRYPTION_KEY=")).matches("[0-9a-f]{64}");
        assertThat(server.output()).filteredOn(said -> said.contains(token)).hasSize(1);
        assertThat(server.text()).contains("http://127.0.0.1:" + server.port());
        upstream.when(request -> request.key().equals("key-that-fails"), Answers.error(500, "boom", "x"));

        List<String> said = new ArrayList<>();
        for (String block : quickStart()) {
            said.add(type(block.replace("127.0.0.1:9190", "127.0.0.1:" + server.port())));
        }

        assertThat(said).hasSize(4);
        assertThat(said.get(0).split("bkd_", -1)).as(said.get(0)).hasSize(3);
        assertThat(Json.read(said.get(1)).path("model").asText()).isEqualTo("small");
        assertThat(Json.read(said.get(1)).path("choices")).hasSize(1);
        assertThat(said.get(2)).contains("data: {").endsWith("data: [DONE]\n\n");
        assertThat(said.get(3)).contains("\"primary\"").contains("sidecar_requests_total");
        assertThat(upstream.received()).anyMatch(request -> request.key().equals("key-that-fails"));
        assertThat(upstream.received()).anyMatch(request -> request.key().equals("key-that-works"));

        server.kill();
        deployFrom(installed());
        RunScript again = start(Map.of()).ready();

        assertThat(again.text()).doesNotContain(token).doesNotContain("shown only now");
        Gateway gateway = new Gateway(again.port(), token);
        assertThat(gateway.providers())
                .extracting(one -> one.path("name").asText())
                .containsExactlyInAnyOrder("first", "second");
        assertThat(gateway.chat("small").status()).isEqualTo(200);
        for (String text : List.of(server.text(), again.text())) {
            assertThat(text).doesNotContain("key-that-fails").doesNotContain("key-that-works");
            assertThat(text).as("the script sets all that Sidecar wants").doesNotContain("this server lacks");
        }
    }

    /** The blocks of README's quick start after the first, which starts the server. */
    private static List<String> quickStart() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        int begin = readme.indexOf("## Quick start");
        int end = readme.indexOf("\n## ", begin + 1);
        List<String> blocks = Pattern.compile("(?s)```bash\\n(.*?)```")
                .matcher(readme.substring(begin, end))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
        assertThat(blocks.get(0).strip()).isEqualTo("deploy/run.sh");
        return blocks.subList(1, blocks.size());
    }

    private String type(String block) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder("bash", "-euo", "pipefail", "-c", block)
                .directory(home.toFile())
                .redirectErrorStream(true);
        shell.environment()
                .putAll(Map.of("BASE_URL", upstream.baseUrl(), "KEY_1", "key-that-fails", "KEY_2", "key-that-works"));
        shell.environment().put("no_proxy", "*");
        Process process = shell.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static String line(Path file, String prefix) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(prefix))
                .findFirst()
                .orElseThrow()
                .substring(prefix.length());
    }

    // --- what the environment says

    @Test
    void theEnvironmentIsHonoured() {
        RunScript server = start(Map.of(
                        "SIDECAR_ENCRYPTION_KEY", KEY,
                        "SIDECAR_ADMIN_TOKEN", ADMIN,
                        "SIDECAR_UPSTREAM", upstream.baseUrl(),
                        "SIDECAR_API_KEY", "nvapi-from-the-environment",
                        "SIDECAR_CLIENT_TOKEN", "a-client-token-of-16+",
                        "SIDECAR_RATE_RPM", "17",
                        "SIDECAR_COOLDOWN_BASE", "12.5",
                        "SIDECAR_TYPING_ERROR", "1",
                        "SIDECAR_COOLDOWN_MAX", "",
                        "LOG_FORMAT", "json"))
                .ready();
        Gateway gateway = new Gateway(server.port(), ADMIN);

        JsonNode made = gateway.provider("v1-env");
        assertThat(made.path("source").asText()).isEqualTo("env");
        assertThat(made.path("model_mappings").path("*").path("native_id").asText())
                .isEqualTo("*");
        assertThat(made.path("rpm_limit").asInt()).isEqualTo(17);
        assertThat(gateway.adminGet("/config/cooldown_base_seconds")
                        .json()
                        .path("value")
                        .asText())
                .isEqualTo("12.5");
        assertThat(gateway.adminGet("/config/cooldown_max_seconds")
                        .json()
                        .path("value")
                        .asText())
                .isEqualTo("600");
        assertThat(home.resolve("data/sidecar.env")).doesNotExist();

        assertThat(gateway.chat("any-model").status()).isEqualTo(401);
        assertThat(gateway.chat("any-model", "Authorization", "Bearer wrong").status())
                .isEqualTo(401);
        assertThat(gateway.chat("any-model", "Authorization", "Bearer " + ADMIN).status())
                .isEqualTo(401);
        assertThat(gateway.get("/v1/models").status()).isEqualTo(401);
        assertThat(gateway.chat("any-model", "x-api-key", "a-client-token-of-16+")
                        .status())
                .isEqualTo(200);
        Reply reply = gateway.chat(
                "any-model", "Authorization", "Bearer a-client-token-of-16+", "X-Request-Id", "look-for-me-1");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(upstream.received()).allSatisfy(request -> {
            assertThat(request.key()).isEqualTo("nvapi-from-the-environment");
            assertThat(request.model()).isEqualTo("any-model");
        });

        Await.until(() -> server.text().contains("look-for-me-1"), "the exchange's line in the log");
        String line = server.output().stream()
                .filter(said -> said.contains("look-for-me-1"))
                .findFirst()
                .orElseThrow();
        assertThat(Json.read(line).toString())
                .contains("v1-env")
                .contains("any-model")
                .contains("env");
        assertThat(server.text())
                .contains("SIDECAR_TYPING_ERROR")
                .doesNotContain("nvapi-from-the-environment")
                .doesNotContain("a-client-token-of-16+")
                .doesNotContain(ADMIN)
                .doesNotContain(KEY);
    }

    @Test
    void badValuesStopTheStartWithOneLineThatNamesThemAll() {
        RunScript server = start(Map.of(
                "SIDECAR_ENCRYPTION_KEY", KEY,
                "SIDECAR_ADMIN_TOKEN", "change-me",
                "SIDECAR_VIEWER_TOKEN", "fifteen-letters",
                "SIDECAR_QUEUE_MAX", "many"));

        assertRefused(server, "SIDECAR_ADMIN_TOKEN");
        assertThat(server.text())
                .contains("SIDECAR_VIEWER_TOKEN", "SIDECAR_QUEUE_MAX", "many")
                .doesNotContain("fifteen-letters");
    }

    /** The server itself says nothing of it, and would go on without its port. */
    @Test
    void aPortThatIsTakenWhileTheServerStartsEndsTheStart() throws IOException {
        RunScript server = start(Map.of("SIDECAR_ENCRYPTION_KEY", KEY, "SIDECAR_ADMIN_TOKEN", ADMIN));
        Await.until(() -> server.text().contains("starting Sidecar at "), "a port that was found free");
        try (ServerSocket other = new ServerSocket(server.port(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(other.isBound()).isTrue();
            Await.until(
                    Duration.ofMinutes(10), () -> !server.alive(), () -> "an end of it; it said:\n" + server.text());
        }

        assertThat(server.exitStatus()).isEqualTo(3);
        assertThat(server.text()).contains("refusing to start: port " + server.port() + " ", "SIDECAR_PORT");
    }

    @ParameterizedTest
    @CsvSource({"SIDECAR_PORT, 99999", "LOG_LEVEL, loud"})
    void whatTheScriptNeedsItselfIsRefusedBeforeTheServerStarts(String name, String value) {
        RunScript server = start(Map.of("SIDECAR_ENCRYPTION_KEY", KEY, "SIDECAR_ADMIN_TOKEN", ADMIN, name, value));

        assertRefused(server, name);
        assertThat(server.text()).contains(value);
    }

    @Test
    void withoutTheEncryptionKeyItDoesNotStart() throws IOException {
        Files.createDirectories(home.resolve("data"));
        Files.writeString(home.resolve("data/sidecar.env"), "SIDECAR_ADMIN_TOKEN=" + ADMIN + "\n");

        assertRefused(start(Map.of()), "SIDECAR_ENCRYPTION_KEY");
    }

    @Test
    void anotherKeyOpensNothingThatIsStoredAndATokenThatAClientHasStaysThatClients() throws IOException {
        RunScript first = serving();
        String token = new Gateway(first.port(), ADMIN)
                .admin("POST", "/clients", "{\"name\":\"ann\"}")
                .json()
                .path("token")
                .asText();
        first.terminate();
        assertThat(first.exitStatus()).isEqualTo(143);
        try (var files = Files.walk(home.resolve("data"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .noneMatch(file -> contains(file, "sk-kept-secret-4711"))
                    .noneMatch(file -> contains(file, token));
        }

        assertRefused(
                start(Map.of("SIDECAR_ENCRYPTION_KEY", OTHER_KEY, "SIDECAR_ADMIN_TOKEN", ADMIN)),
                "SIDECAR_ENCRYPTION_KEY is not the key that the secrets of this database are sealed with");

        RunScript second = start(Map.of(
                        "SIDECAR_ENCRYPTION_KEY", KEY, "SIDECAR_ADMIN_TOKEN", ADMIN, "SIDECAR_CLIENT_TOKEN", token))
                .ready();
        assertThat(second.text()).contains("is the token of client ann, and stays that client's");
        assertThat(new Gateway(second.port(), ADMIN).adminGet("/clients").json())
                .singleElement()
                .satisfies(ann -> assertThat(ann.path("name").asText()).isEqualTo("ann"));
    }

    private static boolean contains(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void assertRefused(RunScript server, String name) {
        assertThat(server.exitStatus()).as(server.text()).isNotZero();
        assertThat(server.output().stream().filter(line -> line.contains(name)))
                .as(server.text())
                .hasSize(1);
        assertThat(server.text()).doesNotContain("\tat ").doesNotContain("Exception");
    }

    // --- the end

    @Test
    void withoutAnAdminTokenItServesAndAStreamThatNeverEndsDoesNotKeepItAlive() throws IOException {
        Files.createDirectories(home.resolve("data"));
        Files.writeString(home.resolve("data/sidecar.env"), "SIDECAR_ENCRYPTION_KEY=" + KEY + "\n");
        RunScript server = start(Map.of(
                        "SIDECAR_UPSTREAM",
                        upstream.baseUrl(),
                        "SIDECAR_API_KEY",
                        "nvapi-from-the-environment",
                        "SIDECAR_SHUTDOWN_GRACE_SECONDS",
                        "2",
                        // whoever watches a start must not be the end of it, as with the class archive
                        "JAVA_OPTS",
                        RunScript.QUICK_START + " -XX:StartFlightRecording=maxsize=1m"))
                .ready();
        Reply admin = new Gateway(server.port(), "").get("/api/admin/backends", "Authorization", "Bearer x");
        assertThat(admin.status()).isEqualTo(401);
        assertThat(admin.json().path("detail").asText()).isEqualTo("Admin API not configured: set SIDECAR_ADMIN_TOKEN");
        upstream.always(call ->
                call.streamHead().event(Answers.textChunk("n", "begun ")).stall());
        try (RawClient client = RawClient.to(server.port())) {
            client.post(CHAT, Gateway.chatBody(MODEL, true));
            assertThat(client.head().status()).isEqualTo(200);
            assertThat(client.frame().orElseThrow().data()).contains("begun");

            server.terminate();
            List<RawClient.Frame> rest = client.frames();

            assertThat(rest.toString()).contains("\"error\"").doesNotContain("[DONE]");
        }
        assertThat(server.exitStatus()).isEqualTo(143);
    }

    /** A ready server with one provider. */
    private RunScript serving() {
        RunScript server = start(Map.of("SIDECAR_ENCRYPTION_KEY", KEY, "SIDECAR_ADMIN_TOKEN", ADMIN))
                .ready();
        new Gateway(server.port(), ADMIN)
                .create(Draft.of("one").at(upstream).serves(MODEL, "n").with("api_key", "sk-kept-secret-4711"));
        return server;
    }

    private RunScript start(Map<String, String> environment) {
        RunScript server = RunScript.start(home, environment);
        servers.add(server);
        return server;
    }
}
