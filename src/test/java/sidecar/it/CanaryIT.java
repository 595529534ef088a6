package sidecar.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.Pages;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.RunScript;
import sidecar.kit.StubUpstream;

/**
 * Secrets with a mark in their middle go in wherever a secret can; the mark must come out nowhere: in no answer of any
 * endpoint or page, no line of the log at its loudest, no export, no metric, and in no byte of the data directory but
 * {@code sidecar.env}.
 */
class CanaryIT {

    private static final String MARK = "CaNaRy";
    private static final String HEX_MARK = "5ec4e7c0ffee5ec4e7";
    private static final String PHRASE = canary("phrase");
    private static final String ADMIN = canary("admin");
    private static final String VIEWER = canary("viewer");
    private static final String CLIENT = canary("client");
    private static final String KEY = canary("provider");
    private static final String HEADER = canary("header");
    private static final List<String> PLACES = List.of(
            "/",
            "/login",
            "/no-such-page",
            "/health",
            "/health/live",
            "/health/ready",
            "/metrics",
            "/openapi",
            "/openapi?format=JSON",
            "/docs",
            "/openapi.json");

    @TempDir
    private Path home;

    /** Everything that came out, and where. */
    private final List<Seen> seen = new ArrayList<>();

    private final StubUpstream upstream = new StubUpstream();
    private RunScript server;
    private Gateway gateway;

    private record Seen(String where, String text) {}

    /** What a mask shows of it, six characters and four, has no mark. */
    private static String canary(String name) {
        return "k3y-" + name.substring(0, 2) + MARK + name + "-0001";
    }

    private static String hexCanary(String end) {
        return "0123456789" + HEX_MARK + "0".repeat(64 - 10 - HEX_MARK.length() - end.length()) + end;
    }

    @BeforeEach
    void serve() throws IOException {
        Files.createSymbolicLink(home.resolve("deploy"), Path.of("deploy").toAbsolutePath());
        server = RunScript.start(
                        home,
                        Map.ofEntries(
                                Map.entry("SIDECAR_ENCRYPTION_KEY", hexCanary("aaaa")),
                                Map.entry("SIDECAR_ENCRYPTION_KEY_PREVIOUS", hexCanary("bbbb")),
                                Map.entry("SIDECAR_ADMIN_TOKEN", ADMIN),
                                Map.entry("SIDECAR_VIEWER_TOKEN", VIEWER),
                                Map.entry("SIDECAR_CLIENT_TOKEN", CLIENT),
                                Map.entry("SIDECAR_DB_PASSWORD", canary("database")),
                                Map.entry("SIDECAR_UPSTREAM", upstream.baseUrl()),
                                Map.entry("SIDECAR_API_KEY", canary("v1-environment")),
                                Map.entry("SIDECAR_HEALTH_CHECK_INTERVAL_SECONDS", "1"),
                                Map.entry("SIDECAR_QUEUE_TIMEOUT", "0"),
                                Map.entry("LOG_LEVEL", "trace")))
                .ready();
        gateway = new Gateway(server.port(), ADMIN);
    }

    @AfterEach
    void end() {
        server.close();
        upstream.close();
    }

    @Test
    void noSecretComesOutAnywhere() throws IOException {
        String id = provider();
        badProviders(id);
        exchanges();
        imports();
        carriedConfiguration();
        rotation();
        String session = signIns();
        everyPage(session);
        everyEndpoint(id);
        look("the log", server.text());
        server.terminate();
        server.exitStatus();
        look("the log at its end", server.text());
        everyFile();

        assertThat(server.text()).as("the loudest log").contains("FINE");
        assertThat(seen).hasSizeGreaterThan(300);
        assertThat(seen)
                .filteredOn(one -> one.text().contains(MARK) || one.text().contains(HEX_MARK))
                .extracting(one -> one.where() + ": " + around(one.text()))
                .isEmpty();
    }

    private static String around(String text) {
        int at = Math.max(text.indexOf(MARK), text.indexOf(HEX_MARK));
        return text.substring(Math.max(0, at - 120), Math.min(text.length(), at + 60));
    }

    private void look(String where, String text) {
        seen.add(new Seen(where, text));
    }

    private Reply look(String where, Reply reply) {
        look(where + " answered " + reply.status(), reply.headers().lines() + "\n" + reply.text());
        return reply;
    }

    private Reply admin(String method, String path, String body) {
        return look(method + " " + path, gateway.admin(method, path, body));
    }

    // --- providers

    private String provider() {
        ObjectNode draft = Draft.of("canary")
                .at(upstream)
                .serves("canon", "native")
                .with("api_key", KEY)
                .json();
        draft.putObject("headers").put("X-Extra", HEADER);
        Reply made = admin("POST", "/backends", draft.toString());
        assertThat(made.status()).as(made.toString()).isEqualTo(200);
        return made.json().path("id").asText();
    }

    private void badProviders(String id) {
        for (String fields : List.of(
                "'api_key':'" + KEY + "'",
                "'name':'x','api_base_url':'http://user:" + canary("password") + "@127.0.0.1/v1','api_key':'k'",
                "'name':'x','api_base_url':'http://127.0.0.1/v1?key=" + canary("query") + "','api_key':'k'",
                "'name':'x','api_base_url':'http://127.0.0.1/v1','api_key':'two words " + canary("spaces") + "'",
                "'name':'x','api_base_url':'http://127.0.0.1/v1','api_key':['" + canary("list") + "']",
                "'name':'canary','api_base_url':'http://127.0.0.1/v1','api_key':'" + canary("twin") + "'",
                "'name':'x','api_base_url':'ftp://127.0.0.1','api_key':'k','headers':{'Host':'" + canary("host") + "'}",
                "'name':'x','headers':{'X-A':'line\\n" + canary("control") + "'}",
                "'name':'x','headers':'" + canary("headers") + "'",
                "'name':'x','api_key':" + canary("unquoted"),
                "'name':'x','api_key':'" + canary("unclosed"))) {
            String body = ("{" + fields + "}").replace('\'', '"');
            assertThat(admin("POST", "/backends", body).status()).as(body).isBetween(400, 499);
            assertThat(admin("PUT", "/backends/" + id, body).status()).as(body).isBetween(200, 499);
        }
        // the last good one of these has changed the key: it is set back
        assertThat(admin(
                                "PUT",
                                "/backends/" + id,
                                "{\"name\":\"canary\",\"api_key\":\"" + KEY + "\",\"api_base_url\":\""
                                        + upstream.baseUrl() + "\",\"headers\":{\"X-Extra\":\"" + HEADER
                                        + "\"},\"enabled\":true}")
                        .status())
                .isEqualTo(200);
    }

    // --- as a client

    private void exchanges() {
        upstream.when(request -> request.path().endsWith("/models"), Answers.models("upstream-a"));
        String leak = "your key " + KEY + " and " + HEADER + " are no good";
        for (Answer answer : List.of(
                Answers.error(400, leak, KEY),
                Answers.error(429, leak, HEADER),
                Answers.error(500, leak, "server_error"),
                Answers.error(403, leak, "forbidden"),
                Answers.error(404, leak, "model_not_found"),
                Answers.json(422, "{\"detail\":\"" + leak + "\"}"),
                Answers.json(200, "{\"error\":{\"message\":\"" + leak + "\"}}"),
                Answers.chat("well"))) {
            for (boolean stream : List.of(false, true)) {
                upstream.always(answer);
                admin(
                        "POST",
                        "/backends/" + gateway.provider("canary").path("id").asText() + "/clear-cooldown",
                        "");
                look("chat", chat("/v1/chat/completions?api_key=" + canary("query"), "Bearer " + CLIENT, stream));
            }
        }
        upstream.always(call -> call.streamHead()
                .event(Answers.textChunk("native", "begun "))
                .event("{\"error\":{\"message\":\"" + leak + "\"}}")
                .end());
        look("a stream that fails", chat("/v1/chat/completions", "Bearer " + CLIENT, true));
        upstream.always(Answers.wellBehaved("Hello."));
        for (String wrong : List.of(canary("guess"), ADMIN, VIEWER, KEY)) {
            look("a wrong client", chat("/v1/chat/completions?key=" + wrong, "Bearer " + wrong, false));
            look("a wrong client's list", gateway.get("/v1/models?key=" + wrong, "x-api-key", wrong));
        }
        look("a wrong path", gateway.get("/v1/files/" + "x?token=" + CLIENT, "Authorization", "Bearer " + CLIENT));
        look("no path", gateway.get("/" + "elsewhere?token=" + CLIENT, "Authorization", "Basic " + CLIENT));
        look(
                "a pinned one",
                gateway.chat("canon", "Authorization", "Bearer " + CLIENT, "X-Sidecar-Provider", "nobody"));
    }

    private Reply chat(String target, String authorization, boolean stream) {
        return gateway.post(target, Gateway.chatBody("canon", stream), "Authorization", authorization);
    }

    // --- imports and exports

    private void imports() {
        for (String text : List.of(
                "two words " + canary("text"),
                "name,api_key\nx," + canary("csv"),
                "name,api_key,nonsense\nx," + canary("csv-more") + ",1,2,3",
                "KEY_ONE=" + canary("env") + " # comment",
                "{\"providers\": [{\"api_key\": \"" + canary("json") + "\"",
                "[{\"api_key\": " + canary("unquoted") + "}]",
                "{\"models\":{\"providers\":{\"x\":{\"baseUrl\":\"ftp://x\",\"apiKey\":\"" + canary("claw") + "\"}}}}",
                "http://127.0.0.1/v1 " + canary("pair"))) {
            look(
                    "an import",
                    gateway.admin(
                            "POST",
                            "/backends/import?dry_run=true",
                            Json.object().put("text", text).toString()));
            look(
                    "a bare import",
                    gateway.call(
                            "POST",
                            "/api/admin/backends/import?dry_run=true&base_url=" + upstream.baseUrl(),
                            text.getBytes(UTF_8),
                            "Authorization",
                            "Bearer " + ADMIN));
        }
        Reply kept = admin(
                "POST",
                "/backends/import",
                Json.object()
                        .put("text", canary("imported"))
                        .put("base_url", upstream.baseUrl())
                        .toString());
        assertThat(kept.status()).as(kept.toString()).isEqualTo(200);
    }

    private void carriedConfiguration() {
        Reply exported = admin("POST", "/export", "{\"passphrase\":\"" + PHRASE + "\"}");
        assertThat(exported.status()).isEqualTo(200);
        String configuration = exported.text();
        admin("POST", "/export", "");
        admin("POST", "/export", "{\"passphrase\":\"" + canary("bad") + "\u00e9\"}");
        admin("POST", "/export", "{\"passphrase\":" + canary("unquoted") + "}");
        admin("POST", "/import", "{\"configuration\":" + configuration + ",\"passphrase\":\"" + PHRASE + "\"}");
        admin(
                "POST",
                "/import?dry_run=true",
                "{\"configuration\":" + configuration + ",\"passphrase\":\"" + canary("wrong") + "\"}");
        admin("POST", "/import", "{\"configuration\":" + configuration + ",\"passphrase\":" + canary("unquoted"));
        ObjectNode plain = (ObjectNode) Json.read(configuration);
        plain.remove("secrets");
        ((ObjectNode) plain.path("providers").path(0)).put("api_key", "two words " + canary("spaces"));
        admin("POST", "/import", plain.toString());
    }

    private void rotation() throws IOException {
        admin("POST", "/keys/rotate", "");
        Path file = home.resolve("data/sidecar.env");
        Files.writeString(
                file,
                "SIDECAR_ENCRYPTION_KEY_PREVIOUS=" + hexCanary("aaaa") + "\nSIDECAR_ENCRYPTION_KEY=" + hexCanary("cccc")
                        + "\n");
        assertThat(admin("POST", "/keys/rotate", "").json().path("sidecar_env").asText())
                .isEqualTo("in_use");
        Files.writeString(file, "SIDECAR_ENCRYPTION_KEY=" + canary("no-key") + "\n");
        admin("POST", "/keys/rotate", "");
    }

    // --- pages

    private String signIns() {
        signIn(canary("guess"));
        signIn(CLIENT);
        String session = signIn(ADMIN);
        assertThat(gateway.get("/dashboard", "Cookie", session).status()).isEqualTo(200);
        return session;
    }

    /** The cookie afterwards. */
    private String signIn(String token) {
        Reply form = look("the sign-in", gateway.get("/login"));
        String cookie = cookie(form, "");
        Matcher state = Pattern.compile("name=\"jakarta.faces.ViewState\"[^>]*value=\"([^\"]+)\"")
                .matcher(form.text());
        assertThat(state.find()).as(form.text()).isTrue();
        String body = "login=login&login%3Aenter=&from=&login%3Atoken=" + encoded(token) + "&jakarta.faces.ViewState="
                + encoded(state.group(1));
        Reply reply = look(
                "a try to sign in",
                gateway.call(
                        "POST",
                        "/login",
                        body.getBytes(UTF_8),
                        "Cookie",
                        cookie,
                        "Content-Type",
                        "application/x-www-form-urlencoded"));
        return cookie(reply, cookie);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private static String cookie(Reply reply, String fallback) {
        return reply.headers().all("Set-Cookie").stream()
                .filter(line -> line.startsWith("sidecar_session="))
                .map(line -> line.substring(0, line.indexOf(';')))
                .findFirst()
                .orElse(fallback);
    }

    private void visit(String path, String session) {
        look(path, gateway.get(path));
        look(path + " signed in", gateway.get(path, "Cookie", session, "Accept", "text/html"));
        look(path + " with a token", gateway.get(path, "Authorization", "Bearer " + VIEWER));
    }

    private void everyPage(String session) {
        Pages.all().forEach(page -> visit("/" + page, session));
        PLACES.forEach(place -> visit(place, session));
        try (RawClient stream = RawClient.to(server.port())) {
            stream.request("GET", "/dashboard/sse", new byte[0], "Authorization", "Bearer " + VIEWER);
            assertThat(stream.head().status()).isEqualTo(200);
            look("the dashboard's stream", stream.frame().orElseThrow().data());
        }
    }

    // --- the API, as it describes itself

    private void everyEndpoint(String id) {
        JsonNode paths = gateway.get("/openapi?format=JSON").json().path("paths");
        assertThat(paths.size()).isGreaterThan(20);
        List<String> calls = new ArrayList<>();
        paths.properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> calls.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
        // what deletes comes last
        calls.sort((a, b) -> Boolean.compare(a.startsWith("DELETE"), b.startsWith("DELETE")));
        for (String call : calls) {
            String method = call.substring(0, call.indexOf(' '));
            String target = call.substring(method.length() + 1)
                    .replace("{id}", id)
                    .replace("{key}", "queue_max_depth")
                    .replaceAll("\\{model[^}]*}", "canon");
            if (method.matches("GET|POST|PUT|DELETE|HEAD")) {
                everyCaller(method, target);
            }
        }
    }

    private void everyCaller(String method, String target) {
        String query = target + "?token=" + canary("query") + "&format=json&by=client";
        List<String> bodies = method.matches("POST|PUT")
                ? List.of(
                        "",
                        "{\"api_key\":\"" + canary("field") + "\"}",
                        "{\"api_key\":" + canary("unquoted") + "}",
                        "{\"passphrase\":\"" + canary("field") + "\"}")
                : List.of("");
        for (String body : bodies) {
            for (String authorization :
                    List.of("Bearer " + ADMIN, "Bearer " + VIEWER, "Bearer " + canary("guess"), "Basic " + ADMIN)) {
                look(
                        method + " " + target,
                        gateway.call(
                                method,
                                query,
                                body.getBytes(UTF_8),
                                "Authorization",
                                authorization,
                                "Content-Type",
                                Answers.JSON));
            }
            look(method + " " + target, gateway.call(method, query, body.getBytes(UTF_8)));
        }
    }

    // --- the disk

    private void everyFile() throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("data"))) {
            files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().equals("sidecar.env"))
                    .filter(file -> !file.startsWith(home.resolve("data/run")))
                    .forEach(file -> look(file.toString(), bytes(file)));
        }
        assertThat(seen)
                .anyMatch(one ->
                        one.where().endsWith("sidecar.mv.db") && one.text().length() > 10_000);
    }

    private static String bytes(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
