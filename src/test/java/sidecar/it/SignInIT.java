package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Cookie;

/** Coming in, being known, and going out. */
class SignInIT extends BrowsingSidecar {

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
        browser().open("/providers");

        browser().fill("#login\\:token", VIEWER);
        browser().click("#login\\:enter");

        browser().awaitPath("/providers");
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

    @Test
    void aWrongTokenIsRefusedAndAfterFiveOnesHasToWait() {
        browser().open("/login");
        for (int i = 0; i < 5; i++) {
            browser().fill("#login\\:token", "not-the-token-" + i);
            browser().click("#login\\:enter");
            browser().awaitText("#login\\:messages", "neither");
            browser().open("/login");
        }

        browser().fill("#login\\:token", ADMIN);
        browser().click("#login\\:enter");
        browser().awaitText("#login\\:messages", "Try again in");

        // a second later the right one is let in, and all is forgotten
        sidecar.kit.Await.sleep(java.time.Duration.ofMillis(1_200));
        browser().signIn(ADMIN);
    }

    @Test
    void theSessionChangesItsIdAndIsHiddenFromScripts() {
        browser().open("/login");
        String before = session().getValue();

        browser().signIn(ADMIN);

        Cookie after = session();
        assertThat(after.getValue()).isNotEqualTo(before);
        assertThat(after.isHttpOnly()).isTrue();
        assertThat(after.getSameSite()).isEqualToIgnoringCase("Strict");
    }

    private Cookie session() {
        return browser().cookies().stream()
                .filter(cookie -> cookie.getName().equals("sidecar_session"))
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
}
