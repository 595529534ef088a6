package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Json;
import sidecar.kit.Usage;

/** What was used, as the console draws it: the same figures as the REST API has. */
class UsagePageIT extends BrowsingSidecar {

    private static final String LABELS =
            "return [...new Set(Object.values(Chart.instances).map(c => c.scales.x.options.ticks.color))].join()";

    @BeforeEach
    void useSomething() {
        ObjectNode mapping = Json.object()
                .put("native_id", "vendor/native")
                .set("cost", Json.object().put("input", 0.000002).put("output", 0.000008));
        for (String name : List.of("alpha", "beta")) {
            gateway()
                    .create(Draft.of(name)
                            .at(stub().always(Answers.chat("hello", new Usage(100, 25))))
                            .serves("of-" + name, mapping));
        }
        gateway().chat("of-alpha");
        gateway().chat("of-alpha");
        String last = "last-" + System.nanoTime(); // of this test: those of the others are in the books already
        gateway().chat("of-beta", "X-Request-Id", last);
        Await.until(
                () -> gateway()
                        .adminGet("/requests?model=of-beta&limit=1")
                        .text()
                        .contains(last),
                "the last request in the books");
    }

    private JsonNode rest(String query) {
        return gateway().adminGet("/stats/usage?" + query).json();
    }

    @Test
    void cardsTableAndChartsSayWhatTheApiSays() {
        browser().signIn(VIEWER).open("/usage?range=24h&by=model");

        JsonNode total = rest("hours=24").path(0);
        for (String figure :
                List.of("request_count", "error_count", "prompt_tokens", "completion_tokens", "cached_tokens")) {
            assertThat(plain(browser().text("[data-figure=" + figure + "]")))
                    .as(figure)
                    .isEqualTo(total.path(figure).asText());
        }
        assertThat(plain(browser().text("[data-figure=failed_count]")))
                .isEqualTo(String.valueOf(total.path("request_count").asLong()
                        - total.path("success_count").asLong()));
        assertThat(browser().attribute("canvas", "aria-label"))
                .startsWith("Requests. ")
                .contains(", at most ");
        BigDecimal shown = new BigDecimal(browser().text("[data-figure=cost]").substring(1));
        assertThat(shown)
                .isPositive()
                .isEqualTo(total.path("cost").decimalValue().setScale(shown.scale(), RoundingMode.HALF_UP));
        List<WebElement> rows = browser().all("#table\\:groups_data tr");
        List<JsonNode> groups = list(rest("by=model&hours=24"));
        assertThat(rows).hasSameSizeAs(groups);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).getText())
                    .contains(groups.get(i).path("model").asText())
                    .contains(groups.get(i).path("request_count").asText());
        }
        assertThat(drawn("requests", "request_count", "hours=24")).isTrue();
        assertThat(sum("tokens"))
                .isEqualTo(total.path("total_tokens").asLong()
                        + total.path("cached_tokens").asLong()
                        + total.path("reasoning_tokens").asLong());
        assertThat(browser().complaints()).isEmpty();
        assertThat(browser().accessibilityFaults()).isEmpty();
    }

    /** Whether every model's bars add up to its figure, or, beyond the eight that are drawn alone, all together do. */
    private boolean drawn(String chart, String figure, String range) {
        browser().awaitScript("return !!PF('" + chart + "Chart').chart");
        double all = 0;
        for (JsonNode group : list(rest("by=model&" + range))) {
            all += group.path(figure).asDouble();
            Object sum = browser()
                    .script(
                            "const own = PF(arguments[0] + 'Chart').chart.data.datasets.find(d => d.label === arguments[1]);"
                                    + "return own ? own.data.reduce((a, b) => a + b, 0) : null",
                            chart,
                            group.path("model").asText());
            if (sum != null) {
                assertThat(((Number) sum).doubleValue())
                        .as(group.toString())
                        .isEqualTo(group.path(figure).asDouble());
            }
        }
        assertThat((double) sum(chart)).isEqualTo(all);
        return true;
    }

    private long sum(String chart) {
        return ((Number) browser()
                        .script("return PF('" + chart + "Chart').chart.data.datasets.flatMap(d => d.data)"
                                + ".reduce((a, b) => a + b, 0)"))
                .longValue();
    }

    @Test
    void rangeAndGroupingAreLinksAndPoolsAreCountedByTheDay() {
        browser().signIn(VIEWER).open("/usage");

        browser().click(".segments a", "30 days");
        browser().awaitPath("/usage?range=30d&by=provider");
        browser().click(".segments a", "Pool");
        browser().awaitPath("/usage?range=30d&by=pool");
        assertThat(browser().text("#table\\:groups_data")).startsWith("primary");
        assertThat(browser().visible(".segment-hint")).isFalse();
        browser().click(".segments a", "24 hours");

        assertThat(browser().text(".segment-hint")).contains("midnight");
        assertThat(plain(browser().text("[data-figure=request_count]")))
                .isEqualTo(rest("days=1").path(0).path("request_count").asText());
        String csv = browser().property("a[download]", "href");
        assertThat(csv).endsWith("/api/admin/stats/usage?by=pool&days=1&format=csv");
        assertThat(browser()
                        .script(
                                "const r = new XMLHttpRequest(); r.open('GET', arguments[0], false); r.send(); return r.responseText",
                                csv))
                .asString()
                .startsWith("pool,prompt_tokens,");
    }

    @Test
    void theAxisFitsWhatThereIs() {
        browser().signIn(VIEWER).open("/usage?range=1y&by=model");
        browser().awaitScript("return !!PF('requestsChart').chart");

        // this server has not been there for a week
        assertThat(((Number) browser().script("return PF('requestsChart').chart.data.labels.length")).intValue())
                .isBetween(6, 9);
        assertThat(drawn("requests", "request_count", "days=365")).isTrue();
    }

    @Test
    void theTableSortsAndEverythingIsThereInChineseAndInTheLight() {
        browser().signIn(VIEWER).prefers("light", "zh-CN");
        browser().open("/usage?by=model");

        assertThat(browser().text("h1")).isEqualTo("用量");
        assertThat(browser().text("#totals")).contains("请求数", "费用");
        browser().click("#table\\:groups thead th:nth-child(1)");
        browser().awaitQuiet();
        assertThat(browser().all("#table\\:groups_data td:first-child").stream()
                        .map(WebElement::getText)
                        .toList())
                .isSorted();
        assertThat(browser().accessibilityFaults()).isEmpty();
        browser().resize(390, 844);
        browser().open("/usage");
        assertThat(browser().script("return document.documentElement.scrollWidth - innerWidth"))
                .isEqualTo(0L);
        assertThat(browser().complaints()).isEmpty();
    }

    /** The books of usage have only what went to a provider. */
    @Test
    void whatWasRefusedIsAFigureOfItsOwn() {
        gateway().create(Draft.of("one-a-minute").at(stub()).serves("rare", "n").with("rpm_limit", 1));
        gateway().set("queue_timeout_seconds", "0");
        browser().signIn(VIEWER);
        long before = refused();

        gateway().chat("rare");
        assertThat(gateway().chat("rare").status()).isEqualTo(503);

        Await.until(() -> refused() == before + 1, "one more refused");
        assertThat(browser().attribute("#totals dt[title]", "title")).contains("before any provider was asked");
    }

    /** No charts of nothing, and no times of what nobody served. */
    @Test
    void aClientThatWasOnlyRefusedSeesThatAlone() {
        gateway().create(Draft.of("one-in-all").at(stub()).serves("scarce", "n").with("rpm_limit", 1));
        gateway().set("queue_timeout_seconds", "0");
        assertThat(gateway()
                        .chat("scarce", "Authorization", "Bearer " + client("served"))
                        .status())
                .isEqualTo(200);
        assertThat(gateway()
                        .chat("scarce", "Authorization", "Bearer " + client("only-refused"))
                        .status())
                .isEqualTo(503);
        browser().signIn(VIEWER);

        Await.until(
                () -> {
                    browser().open("/usage?range=24h&client=only-refused");
                    return !browser().all("[data-figure=refused]").isEmpty();
                },
                "the refusal in the books");
        assertThat(browser().text("[data-figure=refused]")).isEqualTo("1");
        assertThat(browser().text("[data-figure=cost]")).isEqualTo("–");
        assertThat(browser().text("[data-figure=ttft_ms]")).isEqualTo("–");
        assertThat(browser().all("canvas, #table")).isEmpty();
        assertThat(browser().accessibilityFaults()).isEmpty();
    }

    private String client(String name) {
        return gateway()
                .admin("POST", "/clients", "{\"name\":\"" + name + "\"}")
                .json()
                .path("token")
                .asText();
    }

    private long refused() {
        browser().open("/usage?range=24h");
        return Long.parseLong(plain(browser().text("[data-figure=refused]")));
    }

    @Test
    void onPaperADarkPageIsBlackOnWhiteAndWithoutWhatIsThereToClick() {
        browser().signIn(VIEWER).prefers("dark", "en");
        browser().emulate("print", "").open("/usage?by=model");

        assertThat(browser().visible(".menu")).isFalse();
        assertThat(browser().visible(".segments")).isFalse();
        assertThat(browser().text("#totals")).contains("Requests");
        assertThat(
                        (List<?>)
                                browser()
                                        .script(
                                                "return [...new Set([...document.querySelectorAll('main *')].filter(e => e.checkVisibility())"
                                                        + ".flatMap(e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]))]"))
                .hasToString("[rgb(0, 0, 0), rgba(0, 0, 0, 0)]");
        assertThat(browser().script("return document.documentElement.scrollWidth - innerWidth"))
                .isEqualTo(0L);
    }

    /** What is drawn no style sheet reaches. */
    @Test
    void onPaperAlsoChartsOfADarkPageAreWrittenInBlack() {
        browser().signIn(VIEWER).prefers("dark", "en");
        browser().open("/usage?by=model");
        browser().awaitScript("return Object.keys(Chart.instances).length > 0");

        assertThat(browser().script("dispatchEvent(new Event('beforeprint')); " + LABELS))
                .isEqualTo("#000");
        assertThat(browser().script("dispatchEvent(new Event('afterprint')); " + LABELS))
                .isEqualTo(browser().script("return Console.colour('--text-color-secondary')"));
    }

    private static String plain(String figure) {
        return figure.replace(",", "");
    }

    private static List<JsonNode> list(JsonNode rows) {
        return StreamSupport.stream(rows.spliterator(), false).toList();
    }

    @Test
    void aModelsNameCannotLeaveTheScriptItIsWrittenIn() {
        String name = "</script><b id='stranger'>x</b>";
        provider("one", "*", "*");
        gateway().chat(name);
        Await.until(
                () -> gateway().adminGet("/stats/usage?by=model").text().contains("stranger"),
                "the request in the books");
        browser().signIn(ADMIN);

        browser().open("/usage?range=24h&by=model");

        browser().awaitText("#totals", "Requests");
        assertThat(browser().all("#stranger")).isEmpty();
        assertThat(browser().bodyText()).contains(name);
        assertThat(browser().complaints()).isEmpty();
    }
}
