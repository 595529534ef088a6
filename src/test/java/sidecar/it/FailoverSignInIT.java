package sidecar.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Await;
import sidecar.kit.Browser;
import sidecar.kit.FreePorts;
import sidecar.kit.Gateway;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;

/**
 * Sign-ins at a server that is killed, started again, and killed for good. Another one takes its address, with a database of its own and the same
 * encryption key and tokens, as another node behind the same balancer would; the tests ask that one.
 */
class FailoverSignInIT {

    private static final String SESSION = "sidecar_session";
    private static final String SIGN_IN = "sidecar_sign_in";
    private static final String[] HTML = {"Accept", "text/html"};
    private static final Pattern FORM = Pattern.compile("<form id=\"leave\".*?</form>", Pattern.DOTALL);
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\"[^>]*? value=\"([^\"]*)\"");
    private static final Pattern NONCE = Pattern.compile("nonce=\"([^\"]+)\"");
    private static final Pattern LINK = Pattern.compile("<a id=\"(leave:[^\"]+)\"");

    @TempDir
    private static Path firstHome;

    @TempDir
    private static Path secondHome;

    private static OwnSidecar first;
    private static OwnSidecar second;
    private static Browser browser;
    private static Map<String, String> admin;
    private static Map<String, String> viewer;
    private static Reply afterRestart;
    private static String leaveForm;

    @BeforeAll
    static void theServerDiesUnderItsVisitors() {
        Map<String, String> address = Map.of("SIDECAR_PORT", String.valueOf(FreePorts.next()));
        first = new OwnSidecar(firstHome, address).start();
        browser = new Browser(first.gateway().root());
        admin = cookies(first.gateway().signIn(OwnSidecar.ADMIN));
        viewer = cookies(first.gateway().signIn(OwnSidecar.VIEWER));
        first.server().kill();
        first.start();
        afterRestart = get(first.gateway(), "/dashboard", admin);
        leaveForm = leaveForm(afterRestart.text());
        browser.signIn(OwnSidecar.ADMIN);
        browser.awaitText("#live", "Live");
        first.server().kill();
        second = new OwnSidecar(secondHome, address).start();
    }

    @AfterAll
    static void end() {
        browser.close();
        first.close();
        second.close();
    }

    private static Map<String, String> cookies(Reply reply) {
        Map<String, String> cookies = new HashMap<>();
        for (String line : reply.headers().all("Set-Cookie")) {
            String[] pair = line.substring(0, line.indexOf(';')).split("=", 2);
            cookies.put(pair[0], pair[1]);
        }
        return cookies;
    }

    private static String header(Map<String, String> cookies) {
        return cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
    }

    private static Map<String, String> with(Map<String, String> cookies, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(cookies);
        all.putAll(more);
        return all;
    }

    private static Reply get(Gateway gateway, String path, Map<String, String> cookies) {
        return gateway.get(path, "Accept", "text/html", "Cookie", header(cookies));
    }

    private static Reply get(String path, Map<String, String> cookies) {
        return get(second.gateway(), path, cookies);
    }

    /** The form by which somebody signs out, filled in. */
    private static String leaveForm(String page) {
        Matcher form = FORM.matcher(page);
        assertThat(form.find()).as(page).isTrue();
        Matcher link = LINK.matcher(form.group());
        assertThat(link.find()).as(form.group()).isTrue();
        Map<String, String> fields = new HashMap<>(Map.of(link.group(1), link.group(1)));
        Matcher nonce = NONCE.matcher(page);
        assertThat(nonce.find()).as(page).isTrue();
        fields.put("primefaces.nonce", nonce.group(1));
        HIDDEN.matcher(form.group()).results().forEach(input -> fields.put(input.group(1), input.group(2)));
        return fields.entrySet().stream()
                .map(field ->
                        URLEncoder.encode(field.getKey(), UTF_8) + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static Reply post(String path, String form, Map<String, String> cookies, String... more) {
        String[] headers = java.util.Arrays.copyOf(more, more.length + 4);
        headers[more.length] = "Content-Type";
        headers[more.length + 1] = "application/x-www-form-urlencoded";
        headers[more.length + 2] = "Cookie";
        headers[more.length + 3] = header(cookies);
        return second.gateway().call("POST", path, form.getBytes(UTF_8), headers);
    }

    @Test
    void aRestartSignsNobodyOut() {
        assertThat(afterRestart.status()).isEqualTo(200);
        assertThat(afterRestart.text()).contains("<h1>Dashboard</h1>");
    }

    @ParameterizedTest
    @CsvSource({"/dashboard, Dashboard", "/models, Models", "/settings, Settings"})
    void anotherNodeShowsItsPages(String path, String title) {
        Reply page = get(path, admin);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("<h1>" + title + "</h1>");
    }

    @Test
    void anotherNodeMakesASessionOfItsOwn() {
        Map<String, String> made = cookies(get("/dashboard", admin));

        assertThat(made.get(SESSION)).isNotEmpty().isNotEqualTo(admin.get(SESSION));
        assertThat(made.get(SIGN_IN)).isNotEmpty();
        assertThat(get("/dashboard", admin).headers().all("Set-Cookie"))
                .hasSize(2)
                .allSatisfy(cookie -> assertThat(cookie)
                        .containsIgnoringCase("; Path=/; HttpOnly; SameSite=Strict")
                        .doesNotContain("Secure", "Max-Age", "Expires"));
        Reply next = get("/dashboard", with(admin, made));
        assertThat(next.status()).isEqualTo(200);
        assertThat(next.headers().all("Set-Cookie")).as("the second page").isEmpty();
        assertThat(get("/dashboard", Map.of(SESSION, made.get(SESSION))).status())
                .isEqualTo(200);
    }

    @Test
    void theIdThatABrowserBringsIsNotTakenUp() {
        Map<String, String> made = cookies(get("/dashboard", with(admin, Map.of(SESSION, "0123456789abcdef"))));

        assertThat(made.get(SESSION)).isNotEmpty().isNotEqualTo("0123456789abcdef");
    }

    @Test
    void aViewerStaysOne() {
        Reply page = get("/dashboard", viewer);

        assertThat(page.text()).contains("Viewer").doesNotContain("> Admin<");
        assertThat(get("/dashboard", admin).text()).contains("> Admin<");
    }

    @Test
    void theApiIsReadAndNeverWritten() {
        String cookie = header(admin);

        Reply read = second.gateway().get("/api/admin/pools", "Cookie", cookie);
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.headers().all("Set-Cookie")).isEmpty();
        assertThat(second.gateway()
                        .call("DELETE", "/api/admin/config/queue_max_depth", new byte[0], "Cookie", cookie)
                        .status())
                .isEqualTo(401);
        assertThat(second.gateway()
                        .post("/api/admin/backends", "{}", "Cookie", cookie)
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/login",
                "/v1/models",
                "/health",
                "/nothing",
                "/jakarta.faces.resource/console.css.xhtml?ln=sidecar"
            })
    void nothingElseBeginsASession(String path) {
        assertThat(get(path, admin).headers().all("Set-Cookie")).isEmpty();
    }

    @Test
    void theShortNameOfModelsIsClientsAsBefore() {
        Reply models = second.gateway().get("/models", "Cookie", header(admin), "Accept", "application/json");

        assertThat(models.json().path("object").asText()).isEqualTo("list");
        assertThat(models.headers().all("Set-Cookie")).isEmpty();
    }

    @Test
    void aForgedCookieIsNobodys() {
        String right = viewer.get(SIGN_IN);
        String last = right.endsWith("0") ? "1" : "0";
        for (String forged :
                new String[] {right.substring(0, right.length() - 1) + last, right.replace("viewer", "admin"), "", "x"
                }) {
            Map<String, String> cookies = with(viewer, Map.of(SIGN_IN, forged));
            assertThat(get("/dashboard", cookies).status()).as(forged).isEqualTo(302);
            assertThat(get("/models", cookies).status()).as(forged).isEqualTo(302);
            assertThat(second.gateway()
                            .get("/api/admin/pools", "Cookie", header(cookies))
                            .status())
                    .as(forged)
                    .isEqualTo(401);
        }
        assertThat(get("/dashboard", viewer).status()).isEqualTo(200);
    }

    @Test
    void whoSignsOutIsOutThereToo() {
        Map<String, String> other = cookies(second.gateway().signIn(OwnSidecar.ADMIN));
        Map<String, String> brought = Map.of(SIGN_IN, other.get(SIGN_IN));
        Reply page = get("/dashboard", brought);
        Map<String, String> cookies = with(brought, cookies(page));

        try (RawClient stream = RawClient.to(second.gateway().port())) {
            stream.request("GET", "/dashboard/sse", new byte[0], "Cookie", header(cookies));
            assertThat(stream.head().status()).isEqualTo(200);
            assertThat(stream.frame()).isPresent();
            Reply left = post("/dashboard", leaveForm(page.text()), cookies);

            assertThat(left.header("Location")).isEqualTo("/login");
            assertThat(left.headers().all("Set-Cookie"))
                    .anySatisfy(cookie ->
                            assertThat(cookie).startsWith(SIGN_IN + "=;").contains("Max-Age=0"));
            Await.until(() -> stream.frame().isEmpty(), "the end of the stream");
        }
        assertThat(get("/dashboard", cookies).status()).isEqualTo(302);
        assertThat(get("/dashboard", other).status())
                .as("another session of the same sign-in")
                .isEqualTo(302);
    }

    @Test
    void theStreamGoesOnAndSpeaksThePagesLanguage() {
        try (RawClient stream = RawClient.to(second.gateway().port())) {
            stream.request("GET", "/dashboard/sse", new byte[0], "Cookie", header(admin) + "; sidecar_lang=zh-CN");

            RawClient.Head head = stream.head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers().all("Set-Cookie"))
                    .anySatisfy(cookie -> assertThat(cookie).startsWith(SESSION + "="));
            assertThat(stream.frame()).isPresent();
        }
    }

    /** The page is one of the server that is gone. */
    @Test
    void whatIsSentFromAnOldPageLeadsToANewOne() {
        Map<String, String> known = with(admin, cookies(get("/dashboard", admin)));
        for (Map<String, String> cookies : java.util.List.of(admin, known)) {
            Reply reply = post("/dashboard", leaveForm, cookies, HTML);
            assertThat(reply.status()).isEqualTo(302);
            assertThat(reply.header("Location")).isEqualTo("/dashboard#reloaded");

            Reply script = post(
                    "/dashboard",
                    leaveForm + "&jakarta.faces.partial.ajax=true",
                    cookies,
                    "Faces-Request",
                    "partial/ajax");
            assertThat(script.status()).isEqualTo(200);
            assertThat(script.text()).contains("Console.reload()");
            assertThat(get("/dashboard", cookies).status())
                    .as("still signed in")
                    .isEqualTo(200);
        }
    }

    @Test
    void anOpenDashboardGoesOnAndAnOldPageIsLoadedAnew() {
        browser.awaitText("#live", "Live");
        assertThat(browser.path()).isEqualTo("/dashboard");

        browser.click("[title='Sign out']");

        browser.awaitText("#notices_container", "has loaded it anew");
        assertThat(browser.path()).isEqualTo("/dashboard");
        browser.click("[title='Sign out']");
        browser.awaitPath("/login");
        browser.open("/dashboard");
        browser.awaitPath("/login?from=%2Fdashboard&ended=true");
    }
}
