package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.RawClient;
import sidecar.kit.Usage;

/** The live page. */
class DashboardPageIT extends BrowsingSidecar {

    private static final String LANE = "#lanes .lane";

    private JsonNode recent() {
        return gateway().adminGet("/stats/recent").json();
    }

    private void awaitLive() {
        browser().awaitText("#live", "Live");
    }

    @Test
    void anEmptySidecarSaysWhatToDoFirst() {
        browser().signIn(ADMIN);

        browser().awaitText("#first-run h2", "Add your keys");
        assertThat(browser().attribute("#first-run a.button", "href")).isEqualTo("/providers?import");
        assertThat(browser().visible("#board")).isFalse();
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void aViewerIsNotOfferedToAddKeys() {
        browser().signIn(VIEWER);

        browser().awaitText("#first-run h2", "Add your keys");
        assertThat(browser().visible("#first-run a.button")).isFalse();
    }

    @Test
    void theCardsSayWhatRestSays() {
        browser().signIn(ADMIN);
        provider("one", "canon", "n").always(Answers.chat("hi", new Usage(1_200, 34)));
        for (int i = 0; i < 3; i++) {
            gateway().chat("canon");
        }
        browser().open("/dashboard");
        awaitLive();

        // the minute may be going by: what the page shows must be what REST says in the same moment
        Await.until(
                () -> {
                    JsonNode rest = recent();
                    JsonNode total = gateway().adminGet("/stats/total").json();
                    return shown("rpm")
                                    .equals(number(rest.path("last_minute")
                                            .path("requests")
                                            .asLong()))
                            && browser()
                                    .text("#stat-tokens .more")
                                    .startsWith(
                                            compact(total.path("total_tokens").asLong()))
                            && browser()
                                    .text("#stat-inflight .more")
                                    .startsWith(
                                            number(total.path("total_requests").asLong()))
                            && browser()
                                    .attribute("#stat-tokens .value", "title")
                                    .equals(number(rest.path("last_hour")
                                            .path("total_tokens")
                                            .asLong()))
                            // tokens without a price that is known cost nothing that is known; others may have had one
                            && shown("cost").equals("no price")
                                    == (rest.path("last_hour").path("cost").asDouble() == 0)
                            && shown("queue").equals("0")
                            && shown("providers").equals("1 / 1");
                },
                () -> "cards equal to " + recent() + ", are: " + browser().text("#stats"));
        assertThat(browser().complaints()).isEmpty();
    }

    private String shown(String card) {
        return browser().text("#stat-" + card + " .value");
    }

    private static String number(long value) {
        return String.format(Locale.ENGLISH, "%,d", value);
    }

    /** As the page writes it below ten thousand. */
    private static String compact(long value) {
        return value < 10_000 ? number(value) : "";
    }

    @Test
    void theTrafficChartShowsWhatWasSent() {
        browser().signIn(ADMIN);
        provider("one", "canon", "n");
        gateway().chat("canon");
        gateway().chat("canon");

        browser().open("/dashboard");
        awaitLive();

        browser()
                .awaitScript(
                        "return !!window.Chart && !!Chart.getChart('chart-traffic') && Chart.getChart('chart-traffic').data.labels.length === 60");
        Await.until(
                () -> drawn("chart-traffic", 0) == sum("successes") && drawn("chart-tokens", 0) == sum("prompt_tokens"),
                () -> "bars: " + drawn("chart-traffic", 0) + " of " + sum("successes"));
        assertThat(drawn("chart-traffic", 0)).isGreaterThanOrEqualTo(2);
        // the same in words, for whoever cannot see it
        assertThat((String)
                        browser().script("return document.getElementById('chart-traffic').getAttribute('aria-label')"))
                .contains("Answered: ", ", at most ")
                .doesNotContain("{", "undefined");
    }

    private long drawn(String chart, int series) {
        return ((Number) browser()
                        .script(
                                "return Chart.getChart(arguments[0]).data.datasets[arguments[1]].data.reduce((a, b) => a + b, 0)",
                                chart,
                                series))
                .longValue();
    }

    private long sum(String figure) {
        long sum = 0;
        for (JsonNode minute : recent().path("minutes")) {
            sum += minute.path(figure).asLong();
        }
        return sum;
    }

    @Test
    void aNewProviderAndItsWindowAppearWithoutAReload() {
        browser().signIn(ADMIN);
        awaitLive();
        gateway().set("window_seconds", "3600");
        gateway().create(Draft.of("fresh").at(stub()).serves("canon", "n").with("rpm_limit", 40));

        browser().awaitText(LANE, "fresh");
        gateway().chat("canon");
        browser().awaitText(LANE, "1/40");

        assertThat(browser().text(LANE + " .state")).isEqualTo("healthy");
    }

    @Test
    void aCooldownCountsDown() {
        browser().signIn(ADMIN);
        // from ten minutes on, seconds are not shown
        provider("cold", "canon", "n").always(Answers.rateLimited("590"));
        gateway().impatient();
        gateway().chat("canon");

        browser().awaitText(LANE + " .lane-note", "left");
        String before = browser().text(LANE + " .lane-note");
        Await.until(() -> !browser().text(LANE + " .lane-note").equals(before), "the countdown to move");
        assertThat(browser().text(LANE + " .state")).isEqualTo("cooling");
        assertThat(browser().text(LANE + " .lane-note")).contains("429");
    }

    @Test
    void whoHadToWaitLearnsHowManyKeysWouldHaveHelped() {
        String id = gateway()
                .create(Draft.of("narrow").at(stub()).serves("canon", "n").with("rpm_limit", 1))
                .path("id")
                .asText();
        gateway().patient();
        gateway().chat("canon");
        try (RawClient waiter = RawClient.to(gateway().port())) {
            waiter.post("/v1/chat/completions", Gateway.chatBody("canon", false));
            browser().signIn(ADMIN);
            browser().awaitText("#stat-queue .value", "1");
            assertThat(browser().attribute("#stat-queue", "class")).contains("attention");
            assertThat(browser().text(LANE + " .lane-note")).startsWith("full, next place in");
            gateway().update(id, "{\"rpm_limit\": 2}");
            assertThat(waiter.head().status()).isEqualTo(200);
            gateway().update(id, "{\"rpm_limit\": 1}");
        }
        JsonNode more = recent().path("more_keys");
        if (more.isNull()) {
            // the two began in different minutes: then one place a minute was enough
            assertThat(browser().visible("#advice")).isFalse();
        } else {
            browser().awaitText("#advice", "You would need " + more.path("keys").asLong() + " more key");
        }
    }

    @Test
    void theRingShowsTheModelThatIsWaitedForAndNotAllTogether() {
        gateway().create(Draft.of("narrow").at(stub()).serves("tight", "n").with("rpm_limit", 1));
        gateway().create(Draft.of("wide").at(stub()).serves("roomy", "n").with("rpm_limit", 400));
        gateway().patient();
        gateway().set("window_seconds", "3600");
        gateway().chat("tight");
        try (RawClient waiter = RawClient.to(gateway().port())) {
            waiter.post("/v1/chat/completions", Gateway.chatBody("tight", false));
            browser().signIn(ADMIN);

            browser().awaitText("#ring-model", "tight");
            browser().awaitText("#ring-hint", "1 wait: its providers are full or cooling");
            assertThat(browser().text("#ring-used")).isEqualTo("100 %");
            assertThat(browser().text("#ring-of")).isEqualTo("1 / 1");
            assertThat(browser().text("#ring-others")).contains("roomy", "0 / 400");
            assertThat(shown("queue")).isEqualTo("1");
            assertThat(shown("inflight")).as("who waits is not under way").isEqualTo("0");
            assertThat(browser().accessibilityFaults()).isEmpty();
        }
    }

    @Test
    void nothingMovesForWhoWantsNoMotion() {
        gateway().create(Draft.of("still").at(stub()).serves("resting", "n").with("rpm_limit", 10));
        browser().signIn(ADMIN).emulate("", "reduce").open("/dashboard");
        browser().awaitScript("return !!document.querySelector('.track > div')");

        assertThat(
                        browser()
                                .script(
                                        "return [...document.querySelectorAll('*')].map(e => getComputedStyle(e))"
                                                + ".filter(s => s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0).length"))
                .isEqualTo(0L);
        browser().emulate("", "").open("/dashboard");
        browser().awaitScript("return !!document.querySelector('.track > div')");
        assertThat(browser()
                        .script("return getComputedStyle(document.querySelector('.track > div')).transitionDuration"))
                .isEqualTo("0.3s");
    }

    @Test
    void theFilterFindsALaneAmongMany() {
        for (int i = 1; i <= 13; i++) {
            gateway().create(Draft.of("key-" + i).at(stub()).serves("canon", "n"));
        }
        browser().signIn(ADMIN);
        browser().awaitText("#lanes", "key-13");

        browser().fill("#lane-filter", "key-12");

        assertThat(browser().all(LANE)).hasSize(1);
        browser().fill("#lane-filter", "nobody");
        browser().awaitText("#lanes-none", "No provider fits");
        assertThat(browser().path()).isEqualTo("/dashboard?q=nobody");
        browser().open("/dashboard?q=key-12");
        browser().awaitText("#lanes", "key-12");
        assertThat(browser().all(LANE)).hasSize(1);
    }

    @Test
    void aSessionThatIsOverLeadsToTheSignIn() {
        browser().signIn(ADMIN);
        awaitLive();
        browser().forgetSignIn();

        browser().click(".menu nav a", "Usage");
        browser().awaitPath("/login?from=%2Fusage");
    }

    /** The page that is left open for days: it has asked by itself, and says why it is gone. */
    @Test
    void aSessionThatEndsUnderTheDashboardIsSaid() {
        browser().signIn(ADMIN);
        awaitLive();
        browser().forgetSignIn();

        browser()
                .script("window.dispatchEvent(new Event('pagehide'));"
                        + "document.dispatchEvent(new Event('visibilitychange'))");

        browser().awaitPath("/login?from=%2Fdashboard&ended=true");
        browser().awaitText(".notice", "Your session has ended");
    }

    @ParameterizedTest
    @CsvSource({"dark,en,1440", "light,zh-CN,390", "light,en,1440", "dark,zh-CN,390"})
    void everybodyCanReadIt(String theme, String language, int width) {
        provider("one", "canon", "n").always(Answers.rateLimited("120"));
        gateway().create(Draft.of("two").at(stub()).serves("canon", "n").with("rpm_limit", 40));
        gateway().impatient();
        gateway().chat("canon");
        browser().signIn(ADMIN);
        browser().prefers(theme, language);
        browser().resize(width, 900);
        browser().open("/dashboard");
        browser().awaitText(LANE, "two");

        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().script("return document.documentElement.scrollWidth - window.innerWidth"))
                .isEqualTo(0L);
        List<String> words = language.equals("en")
                ? List.of("Requests / min", "Uptime", "healthy")
                : List.of("每分钟请求数", "运行时间", "健康", "剩余", "秒");
        assertThat(browser().bodyText()).contains(words);
        assertThat(browser().complaints()).isEmpty();
    }
}
