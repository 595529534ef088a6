package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Cookie;
import sidecar.kit.Await;
import sidecar.kit.Pages;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;

/** Coming in, being known, and going out. */
class SignInIT extends BrowsingSidecar {

    /** Failures before the first pause. */
    private static final int FREE = 5;

    /** Seconds. */
    private static final int LONGEST_PAUSE = 256;

    @Test
    void theFrontDoorLeadsByWayOfTheSignInToTheDashboard() {
        browser().open("/");
        assertThat(browser().path()).isEqualTo("/login?from=%2Fdashboard");

        browser().fill("#login\\:token", ADMIN);
        browser().click("#login\\:enter");

        browser().awaitPath("/dashboard");
        assertThat(browser().text("h1")).isEqualTo("Dashboard");
        assertThat(browser().text(".who")).isEqualTo("Admin");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void whoWasOnTheWayToAPageGetsThere() {
        browser().open("/requests?model=vendor/x:1");

        browser().fill("#login\\:token", VIEWER);
        browser().click("#login\\:enter");

        browser().awaitPath("/requests?model=vendor/x:1");
        assertThat(browser().text(".who")).startsWith("Viewer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.example/x", "https://evil.example/", "/\\evil.example", "/login"})
    void aLinkLeadsNowhereElse(String from) {
        browser().open("/login?from=" + from);

        browser().fill("#login\\:token", ADMIN);
        browser().click("#login\\:enter");

        browser().awaitPath("/dashboard");
    }

    // Each failure from the fifth on makes the pause longer. Where a try takes longer than a pause, nothing is seen of
    // it: then there is one failure more the next time, until the pause is the longer one.

    private static final int MOST_FAILURES_MORE = 6;
    private static final String WRONG = "neither";
    private static final String WAIT = "Try again in";
    private static final String IN = "in";

    @Test
    void aWrongTokenIsRefusedAndAfterFiveOnesHasToWait() {
        boolean seen = false;
        for (int more = 0; !seen && more <= MOST_FAILURES_MORE; more++) {
            fail(FREE + more);

            String answer = tried(ADMIN);
            seen = answer.equals(WAIT);
            assertThat(answer).isIn(WAIT, IN);
        }

        assertThat(seen).as("the right token had to wait").isTrue();
        // later it is let in, and all is forgotten
        enter(ADMIN);
        for (int i = 1; i < FREE; i++) {
            assertThat(tried("not-the-token-" + i)).isEqualTo(WRONG);
        }
        assertThat(tried(ADMIN)).isEqualTo(IN);
    }

    /** Shows wrong tokens until so many have been looked at, however often it is told to wait. */
    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            afterPauses("not-the-token-" + i, WRONG);
        }
    }

    private void enter(String token) {
        afterPauses(token, IN);
    }

    private void afterPauses(String token, String wanted) {
        String answer = tried(token);
        for (int pause = 1; answer.equals(WAIT) && pause <= LONGEST_PAUSE; pause *= 2) {
            Await.sleep(Duration.ofSeconds(pause));
            answer = tried(token);
        }
        assertThat(answer).isEqualTo(wanted);
    }

    /** What becomes of a try to sign in. */
    private String tried(String token) {
        browser().open("/login");
        browser().fill("#login\\:token", token);
        browser().click("#login\\:enter");
        String[] answer = {""};
        Await.until(
                () -> {
                    String text = browser().textNow("body");
                    answer[0] = browser().path().equals("/dashboard")
                            ? IN
                            : Stream.of(WRONG, WAIT)
                                    .filter(text::contains)
                                    .findFirst()
                                    .orElse("");
                    return !answer[0].isEmpty();
                },
                () -> "an answer to a sign-in, at " + browser().path() + ": "
                        + browser().textNow("body"));
        if (answer[0].equals(IN)) {
            browser().forgetSignIn();
        }
        return answer[0];
    }

    @Test
    void theSessionChangesItsIdAndIsHiddenFromScripts() {
        browser().open("/login");
        assertThat(browser().cookies()).extracting(Cookie::getName).doesNotContain("sidecar_session");
        browser().signIn(VIEWER);
        String before = session().getValue();

        browser().open("/login");
        browser().signIn(ADMIN);

        Cookie after = session();
        assertThat(after.getValue()).isNotEqualTo(before);
        assertThat(after.isHttpOnly()).isTrue();
        assertThat(after.getSameSite()).isEqualToIgnoringCase("Strict");
        Cookie signIn = cookie("sidecar_sign_in");
        assertThat(signIn.isHttpOnly()).isTrue();
        assertThat(signIn.getSameSite()).isEqualTo("Strict");
        assertThat(signIn.getExpiry()).as("it ends with the browser").isNull();
        assertThat(signIn.getValue()).contains("admin").doesNotContain(ADMIN);
    }

    private Cookie session() {
        return cookie("sidecar_session");
    }

    private Cookie cookie(String name) {
        return browser().cookies().stream()
                .filter(cookie -> cookie.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whoSignsOutIsOut() {
        browser().signIn(ADMIN);
        String session = session().getValue();

        browser().click("[title='Sign out']");
        browser().awaitPath("/login");

        assertThat(gateway()
                        .get("/dashboard", "Cookie", "sidecar_session=" + session)
                        .status())
                .isEqualTo(302);
        assertThat(gateway()
                        .get("/api/admin/pools", "Cookie", "sidecar_session=" + session)
                        .status())
                .isEqualTo(401);
    }

    /** As after a restart, or at another node. */
    @Test
    void whoseSessionIsGoneStaysSignedInAndIsToldThatThePageWasLoadedAnew() {
        browser().signIn(VIEWER);
        String before = session().getValue();
        browser().open("/clients?q=some");
        browser().awaitText("h1", "Clients");
        browser().forgetCookie("sidecar_session");

        browser().awaitText("#notices_container", "has loaded it anew"); // its poll asked

        assertThat(browser().path()).isEqualTo("/clients?q=some");
        assertThat(browser().text(".who")).startsWith("Viewer");
        assertThat(session().getValue()).isNotEqualTo(before);
    }

    @Test
    void aCopyOfACookieIsVoidOnceItIsSignedOut() {
        browser().signIn(ADMIN);
        String copy = "sidecar_sign_in=" + cookie("sidecar_sign_in").getValue();
        assertThat(gateway().get("/dashboard", "Cookie", copy).status()).isEqualTo(200);

        browser().click("[title='Sign out']");
        browser().awaitPath("/login");

        assertThat(browser().cookies()).extracting(Cookie::getName).doesNotContain("sidecar_sign_in");
        assertThat(gateway().get("/dashboard", "Cookie", copy).status()).isEqualTo(302);
        assertThat(gateway().get("/api/admin/pools", "Cookie", copy).status()).isEqualTo(401);
    }

    @Test
    void aSessionReadsTheApiAndNeverWritesIt() {
        browser().signIn(ADMIN);
        String cookie = "sidecar_session=" + session().getValue();

        assertThat(gateway().get("/api/admin/pools", "Cookie", cookie).status()).isEqualTo(200);
        assertThat(gateway()
                        .call("DELETE", "/api/admin/config/queue_max_depth", new byte[0], "Cookie", cookie)
                        .status())
                .isEqualTo(401);
        assertThat(gateway().post("/api/admin/backends", "{}", "Cookie", cookie).status())
                .isEqualTo(401);
    }

    @Test
    void aViewersTokenBuysNoMoreGuessesAtTheAdmins() {
        fail(FREE - 1);
        boolean seen = false;
        for (int more = 0; !seen && more <= MOST_FAILURES_MORE; more++) {
            enter(VIEWER);
            fail(1);

            seen = tried("not-the-token").equals(WAIT);
        }

        assertThat(seen).as("who guesses after a viewer's sign-in had to wait").isTrue();
        enter(ADMIN);
    }

    @Test
    void theStreamOfASessionEndsWithIt() {
        browser().signIn(ADMIN);
        try (RawClient stream = RawClient.to(gateway().port())) {
            stream.request(
                    "GET",
                    "/dashboard/sse",
                    new byte[0],
                    "Cookie",
                    "sidecar_session=" + session().getValue());
            assertThat(stream.head().status()).isEqualTo(200);
            assertThat(stream.frame()).isPresent();

            browser().click("[title='Sign out']");
            browser().awaitPath("/login");

            Await.until(() -> stream.frame().isEmpty(), "the end of the stream");
        }
    }

    @Test
    void noRedirectNamesTheHost() {
        for (String path : new String[] {"/dashboard", "/models", "/"}) {
            Reply reply = gateway().get(path, "Accept", "text/html");

            assertThat(reply.status()).as(path).isEqualTo(302);
            assertThat(reply.header("Location")).as(path).startsWith("/");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/dashboard", "/models"})
    void aPageIsNeverKeptAndRunsOnlyItsOwnScripts(String path) {
        browser().signIn(ADMIN);

        Reply reply =
                gateway().get(path, "Cookie", "sidecar_session=" + session().getValue(), "Accept", "text/html");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers().first("Cache-Control")).contains("no-store");
        assertThat(reply.headers().first("X-Content-Type-Options")).contains("nosniff");
        String policy = reply.headers().first("Content-Security-Policy").orElseThrow();
        assertThat(policy).contains("default-src 'self'", "frame-ancestors 'none'", "script-src 'self' 'nonce-");
        assertThat(policy.substring(policy.indexOf("script-src"))).doesNotContain("unsafe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/jakarta.faces.resource/console.css.xhtml?ln=sidecar"})
    void aPageIsPackedForWhoUnpacksAndIsTheSameThen(String path) throws IOException {
        Reply plain = gateway().get(path);
        Reply packed = gateway().get(path, "Accept-Encoding", "br, gzip;q=0.8");
        Reply refused = gateway().get(path, "Accept-Encoding", "gzip;q=0");

        assertThat(plain.headers().first("Content-Encoding")).isEmpty();
        assertThat(refused.headers().first("Content-Encoding")).isEmpty();
        assertThat(packed.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(packed.header("Vary")).contains("Accept-Encoding");
        assertThat(packed.header("Content-Length")).isEqualTo(Integer.toString(packed.body().length));
        try (GZIPInputStream body = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(steady(new String(body.readAllBytes(), StandardCharsets.UTF_8)))
                    .isEqualTo(steady(plain.text()));
        }
    }

    /** Without what is another one in every answer: view state and nonce. */
    private static String steady(String page) {
        return page.replaceAll("value=\"-?\\d+:-?\\d+\"", "").replaceAll("nonce[^ >]+|[\\w+/]{20,}={0,2}", "");
    }

    @ParameterizedTest
    @CsvSource({
        "/dashboard.xhtml, 302",
        "/providers, 302",
        "/providers;x=1, 302",
        "/clients, 302",
        "/faces/providers.xhtml, 302",
        "/providers.xhtml/, 404",
        "/broken.xhtml, 302",
        "/WEB-INF/templates/console.xhtml, 302"
    })
    void noWayAroundTheDoorLeadsToAPage(String path, int status) {
        Reply reply = gateway().get(path);

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.text()).doesNotContain("<html");
    }

    @Test
    void theFirstVisitIsLightAndTheNextOneLighter() {
        browser().clearCache();
        long login = browser().open("/login").transferred();
        browser().signIn(ADMIN);
        browser().awaitText("h1", "Dashboard");
        long dashboard = browser().transferred();

        assertThat(login + dashboard).isLessThan(1_500_000);
        for (String page : Pages.all()) {
            browser().open("/" + page); // its own script and style
            long again = browser().open("/" + page).transferred();
            assertThat(again).as(page).isBetween(1L, 60_000L);
        }
    }
}
