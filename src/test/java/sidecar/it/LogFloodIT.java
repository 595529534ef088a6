package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sidecar.kit.Await;
import sidecar.kit.RawClient;
import sidecar.kit.RunScript;

/** Whatever somebody sends costs one line of the log at most, and a flood of it a few. */
class LogFloodIT {

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String STATELESS = "jakarta.faces.ViewState=stateless";
    private static final String AJAX = "jakarta.faces.partial.ajax=true&jakarta.faces.source=x&";
    private static final String PARTIAL = "Faces-Request: partial/ajax\r\n";
    private static final String SCRIPT = "/jakarta.faces.resource/components.js.xhtml?ln=primefaces";

    @TempDir
    private static Path home;

    private static OwnSidecar sidecar;

    private static final AtomicInteger MARKERS = new AtomicInteger();

    @BeforeAll
    static void start() {
        sidecar = new OwnSidecar(home, Map.of("JAVA_OPTS", RunScript.SHIPPED_HEAP)).start();
    }

    @AfterAll
    static void stop() {
        sidecar.close();
    }

    /** How a client leaves. */
    private enum Leave {
        AFTER_THE_ANSWER,
        HALF_CLOSED,
        RESET
    }

    private static String head(String method, String path, String headers) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n";
    }

    private static String post(String path, String type, String body, String headers) {
        return head("POST", path, "Content-Type: " + type + "\r\nContent-Length: " + body.length() + "\r\n" + headers)
                + body;
    }

    /** Promises more than it sends. */
    private static String cut(String path, String headers) {
        return head("POST", path, "Content-Type: application/json\r\nContent-Length: 1000\r\n" + headers) + "{\"a\":";
    }

    static Stream<Arguments> oddities() {
        String admin = "Authorization: Bearer " + OwnSidecar.ADMIN + "\r\n";
        String form = "&login=login&login:token=x&login:enter=";
        return Stream.of(
                Arguments.of("no view of ours", post("/login", FORM, "jakarta.faces.ViewState=12:34" + form, "")),
                Arguments.of("a wrong nonce", post("/login", FORM, STATELESS + form + "&primefaces.nonce=abc", "")),
                Arguments.of("ajax without a view", post("/login", FORM, AJAX, PARTIAL)),
                Arguments.of(
                        "ajax with a wrong nonce",
                        post("/login", FORM, AJAX + STATELESS + "&primefaces.nonce=i%ff", PARTIAL)),
                Arguments.of(
                        "an event of nothing",
                        post(
                                "/login",
                                FORM,
                                AJAX + STATELESS + "&jakarta.faces.partial.event=x&jakarta.faces.behavior.event=y",
                                PARTIAL)),
                Arguments.of("multipart without boundary", post("/login", "multipart/form-data", "abc", "")),
                Arguments.of("odd multipart", post("/login", "multipart/form-data; boundary=b", "--b\r\nx\r\n", "")),
                Arguments.of("multipart for a script", post(SCRIPT, "multipart/form-data", "abc", "")),
                Arguments.of("a charset that is none", post("/login", FORM + "; charset=nope", "a=b", "")),
                Arguments.of("escapes that are none", post("/login", FORM, "a=%zz&b=%", "")),
                Arguments.of("very many parameters", post("/login", FORM, "a=b&".repeat(20_000), "")),
                Arguments.of("a very long parameter", post("/login", FORM, "a=" + "b".repeat(3_000_000), "")),
                Arguments.of("a resource without a name", head("GET", "/jakarta.faces.resource/.xhtml?ln=", "")),
                Arguments.of("a resource of nobody", head("GET", "/jakarta.faces.resource/no.js.xhtml?ln=x", "")),
                Arguments.of("a resource outside", head("GET", SCRIPT + "&loc=../..&con=zz", "")),
                Arguments.of("a date that is none", head("GET", SCRIPT, "If-Modified-Since: garbage\r\n")),
                Arguments.of("a page with such a date", head("GET", "/login", "If-Modified-Since: garbage\r\n")),
                Arguments.of("odd cookies", head("GET", "/login", "Cookie: $Version=1; a=\"\\\"; sidecar_lang=%%\r\n")),
                Arguments.of("odd languages", head("GET", "/login", "Accept-Language: ;;q=x,@@,zz-aaaaaaaaaaaa\r\n")),
                Arguments.of("a method of its own", head("FOO", "/login", "")),
                Arguments.of("a session of nobody", head("GET", "/dashboard", "Cookie: sidecar_session=../../x\r\n")),
                Arguments.of("a wrong admin token", head("GET", "/api/admin/pools", "Authorization: Bearer no\r\n")),
                Arguments.of("an odd admin type", post("/api/admin/backends", "///", "{}", admin)),
                Arguments.of("an odd admin charset", post("/api/admin/backends", "a/b;charset=no", "{}", admin)),
                Arguments.of("an admin body that is no JSON", post("/api/admin/backends", "a/b", "{{{", admin)),
                Arguments.of("odd metrics", head("GET", "/metrics?scope=x", "Accept: ///\r\n")),
                Arguments.of("an odd description", head("GET", "/openapi?format=zz", "Accept: ///\r\n")));
    }

    static Stream<Arguments> quitters() {
        String admin = "Authorization: Bearer " + OwnSidecar.ADMIN + "\r\n";
        String chunked = head("POST", "/api/admin/backends", "Transfer-Encoding: chunked\r\n" + admin) + "5\r\n{\"a\":";
        String part = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nabc";
        String multipart =
                head("POST", "/login", "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n")
                        + part;
        return Stream.of(
                Arguments.of("an admin body", cut("/api/admin/backends", admin), Leave.HALF_CLOSED),
                Arguments.of("an admin body, reset", cut("/api/admin/backends", admin), Leave.RESET),
                Arguments.of("chunks of an admin body", chunked, Leave.HALF_CLOSED),
                Arguments.of("a configuration", cut("/api/admin/configuration", admin), Leave.HALF_CLOSED),
                Arguments.of("a list to import", cut("/api/admin/backends/import", admin), Leave.HALF_CLOSED),
                Arguments.of("an admin body of nobody", cut("/api/admin/backends", ""), Leave.HALF_CLOSED),
                Arguments.of("a form", cut("/login", ""), Leave.HALF_CLOSED),
                Arguments.of("a form, reset", cut("/login", ""), Leave.RESET),
                Arguments.of("a form in parts", multipart, Leave.HALF_CLOSED),
                Arguments.of("a form in parts, reset", multipart, Leave.RESET),
                Arguments.of("a chat", cut("/v1/chat/completions", ""), Leave.HALF_CLOSED),
                Arguments.of("a script", head("GET", SCRIPT, "").repeat(3), Leave.RESET),
                Arguments.of("a page", head("GET", "/login", "").repeat(3), Leave.RESET),
                Arguments.of("figures", head("GET", "/metrics", "").repeat(3), Leave.RESET),
                Arguments.of("a description", head("GET", "/openapi", "").repeat(3), Leave.RESET),
                Arguments.of(
                        "an admin answer",
                        head("GET", "/api/admin/config", admin).repeat(3),
                        Leave.RESET));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddities")
    void anOddRequestIsWorthALineAtMost(String name, String request) {
        assertThat(logOf(() -> send(request, Leave.AFTER_THE_ANSWER))).as(name).hasSizeLessThanOrEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("quitters")
    void whoLeavesInTheMiddleIsWorthALineAtMost(String name, String request, Leave leave) {
        assertThat(logOf(() -> send(request, leave))).as(name).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aFloodIsWorthAFewLinesAMinute() {
        String request = post("/login", FORM, AJAX, PARTIAL);
        long began = System.nanoTime();

        List<String> log = logOf(() -> {
            for (int i = 0; i < 100; i++) {
                send(request, Leave.AFTER_THE_ANSWER);
            }
        });

        // ten in each minute that it took, begun ones too
        long minutes = Duration.ofNanos(System.nanoTime() - began).toMinutes() + 1;
        assertThat(log).hasSizeLessThanOrEqualTo((int) (10 * minutes));
        assertThat(log).anyMatch(line -> line.contains("left out"));
    }

    private static void send(String request, Leave leave) {
        try (RawClient client = RawClient.to(sidecar.gateway().port(), leave == Leave.RESET ? 2_048 : 0)) {
            client.send(request);
            if (leave == Leave.RESET) {
                if (request.startsWith("GET")) {
                    client.head(); // and nothing of what comes after it
                }
                client.reset();
                return;
            }
            if (leave == Leave.HALF_CLOSED) {
                client.halfClose();
            }
            client.everything(Duration.ofSeconds(20));
        } catch (UncheckedIOException closed) {
            // as the server likes
        }
    }

    /** What the server writes meanwhile; a line that it writes for us says where that ends. */
    private List<String> logOf(Runnable work) {
        int from = mark();
        work.run();
        int to = mark();
        return sidecar.server().output().subList(from + 1, to).stream()
                .filter(line -> !line.contains("Backups")) // made whenever it is time
                .toList();
    }

    private int mark() {
        String name = "marker-" + MARKERS.incrementAndGet() + "-";
        sidecar.gateway().admin("POST", "/clients", "{\"name\":\"" + name + "\"}");
        Await.until(Duration.ofSeconds(30), () -> place(name) >= 0, "a line about " + name);
        return place(name);
    }

    private static int place(String text) {
        List<String> lines = sidecar.server().output();
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (lines.get(i).contains(text)) {
                return i;
            }
        }
        return -1;
    }
}
