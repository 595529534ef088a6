package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Usage;

/** What there has been, as the console shows it: requests and cooldowns. */
class LogPagesIT extends BrowsingSidecar {

    // --- requests

    private List<JsonNode> logged(String query) {
        return StreamSupport.stream(
                        gateway()
                                .adminGet("/requests?" + query)
                                .json()
                                .path("items")
                                .spliterator(),
                        false)
                .toList();
    }

    private void ask(String model, int times) {
        for (int i = 0; i < times; i++) {
            gateway().chat(model, "X-Request-Id", model + "-" + i);
        }
        Await.until(() -> logged("limit=1000&model=" + model).size() == times, () -> times + " of " + model);
    }

    private List<String> shown(int column) {
        return browser().all("#log\\:table_data > tr > td:nth-child(" + column + ")").stream()
                .map(WebElement::getText)
                .toList();
    }

    @Test
    void requestsArePagedAndSayWhatTheApiSays() {
        provider("paged", "many", "native").always(Answers.chat("hello", new Usage(1200, 25)));
        ask("many", 60);

        browser().signIn(VIEWER).open("/requests?model=many");

        assertThat(shown(3)).hasSize(50).containsOnly("many");
        assertThat(shown(9)).first().isEqualTo("1,200 → 25");
        browser().click("#log\\:older");
        browser().awaitQuiet();
        assertThat(shown(3)).hasSize(10);
        browser().click("#log\\:newer");
        browser().awaitQuiet();
        assertThat(shown(3)).hasSize(50);
        browser().click("#log\\:table_data .ui-row-toggler");
        browser().awaitText(".details", "many-59");
        assertThat(browser().text(".details")).contains("/v1/chat/completions", "reported by the upstream");
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void requestsAreNarrowedByFormAndByLink() {
        provider("good", "fine", "native");
        provider("bad", "wrong", "native").always(Answers.error(400, "no such thing", "bad"));
        ask("fine", 2);
        ask("wrong", 3);

        browser().signIn(VIEWER).open("/requests?provider=bad");
        assertThat(shown(4)).hasSize(3).containsOnly("bad");
        assertThat(shown(6)).containsOnly("wrong request");
        browser().fill("#provider", "");
        browser().fill("#model", "fine");
        browser().fill("#outcome", "ok");
        browser().click("#filter button");

        browser().awaitText("#log", "good");
        assertThat(shown(3)).hasSize(2).containsOnly("fine");
        String csv = browser().property("#log a[download]", "href");
        assertThat(csv).endsWith("/api/admin/requests?format=csv&model=fine&outcome=ok");
        browser().open("/requests?model=fine&to=2020-01-01");
        assertThat(browser().text("#log")).contains("No request matches");
        browser().open("/requests?from=yesterday");
        browser().awaitText(".ui-growl", "from must be a UTC time");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void everyAttemptOfARequestIsTold() {
        provider("broken", "twice", "native").always(Answers.error(500, "boom", "x"));
        gateway()
                .create(Draft.of("reserve").at(stub()).serves("twice", "native").fallback());
        ask("twice", 1);

        browser().signIn(VIEWER).open("/requests?model=twice");
        browser().click("#log\\:table_data .ui-row-toggler");
        browser().awaitText(".tries", "reserve");

        JsonNode tries = logged("model=twice").get(0).path("tries");
        List<WebElement> shown = browser().all(".tries li");
        assertThat(shown).hasSize(2);
        for (int i = 0; i < shown.size(); i++) {
            assertThat(shown.get(i).getText())
                    .contains(tries.path(i).path("provider").asText());
            // the words are for people, the name is what the API and the filter take
            assertThat(shown.get(i).findElement(By.cssSelector(".state")).getDomAttribute("title"))
                    .isEqualTo(tries.path(i).path("outcome").asText());
        }
        assertThat(shown.get(0).getText()).contains("broken", "upstream error");
        assertThat(shown.get(1).getText()).contains("reserve", "ok");
        assertThat(browser().accessibilityFaults()).isEmpty();
    }

    @Test
    void one429IsOneAttemptOfItsRequest() {
        provider("limited", "short", "native").always(Answers.rateLimited("600"));
        gateway().create(Draft.of("spare").at(stub()).serves("short", "native").fallback());
        ask("short", 1);

        browser().signIn(VIEWER).open("/requests?model=short");
        browser().click("#log\\:table_data .ui-row-toggler");
        browser().awaitText(".tries", "spare");

        assertThat(browser().textNow(".tries li .state").lines()).containsExactly("rate limited", "ok");
    }

    @Test
    void whoFollowsTheLogSeesWhatComes() {
        provider("live", "now", "native");
        browser().signIn(VIEWER).open("/requests?model=now");
        assertThat(browser().text("#log")).contains("No request matches");

        browser().click("#look .ui-toggleswitch");
        ask("now", 1);

        browser().awaitText("#log\\:table_data", "now");
        browser().click("#log\\:table_data .ui-row-toggler");
        browser().awaitText(".details", "now-0");
        ask("now-unknown", 1);
        long looks = looks();
        Await.until(() -> looks() >= looks + 2, "the page to look again");
        browser().awaitQuiet();
        // what was open stays open
        assertThat(browser().text(".details")).contains("now-0");
    }

    /** How often the page has asked in the background. */
    private long looks() {
        return ((Number)
                        browser()
                                .script(
                                        "return performance.getEntriesByType('resource')"
                                                + ".filter(one => one.initiatorType === 'xmlhttprequest' || one.initiatorType === 'fetch').length"))
                .longValue();
    }

    @Test
    void requestsAreThereInChineseAndOnAPhone() {
        provider("phone", "seen-on-a-phone", "native");
        ask("seen-on-a-phone", 1);
        browser().signIn(VIEWER).prefers("light", "zh-CN");
        browser().resize(390, 844);

        browser().open("/requests?model=seen-on-a-phone");

        assertThat(browser().text("h1")).isEqualTo("请求");
        assertThat(browser().text("#filter")).contains("结果");
        assertThat(shown(6)).containsExactly("成功");
        assertThat(browser().script("return document.documentElement.scrollWidth - innerWidth"))
                .isEqualTo(0L);
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }

    // --- cooldowns

    private JsonNode newestCooldown() {
        return gateway().adminGet("/stats/cooldown?limit=1").json().path(0);
    }

    private void cool(String provider, String model) {
        gateway().impatient();
        // longer than any look at it takes; from ten minutes on, seconds are not shown
        gateway().set("cooldown_base_seconds", "500");
        provider(provider, model, "native").always(Answers.error(429, "slow down", "x"));
        gateway().chat(model);
        Await.until(
                () -> newestCooldown().path("backend_name").asText().equals(provider), "the cooldown of " + provider);
    }

    @Test
    void whatCoolsIsCountedDownUntilAnAdminEndsIt() {
        cool("hot", "warm");
        browser().signIn(ADMIN).open("/cooldowns");

        browser().awaitText(".cooling", "hot");
        assertThat(browser().text(".cooling")).contains("primary", "429", "whole provider");
        int seconds = countdown();
        Await.until(() -> countdown() < seconds, "the countdown to move");
        assertThat(countdown()).isPositive();
        assertThat(browser().accessibilityFaults()).isEmpty();
        browser().click(".clear");
        browser().awaitText("#confirm", "hot");
        browser().click("#confirm .ui-confirmdialog-yes");

        browser().awaitGone(".cooling");
        assertThat(gateway().provider("hot").path("status").asText()).isEqualTo("healthy");
        assertThat(browser().complaints()).isEmpty();
    }

    private int countdown() {
        Matcher shown = Pattern.compile("(?:(\\d+) min)? ?(?:(\\d+) s)?")
                .matcher(browser().text(".countdown"));
        assertThat(shown.matches()).as(browser().text(".countdown")).isTrue();
        return 60 * number(shown.group(1)) + number(shown.group(2));
    }

    private static int number(String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    /** Seconds as the page writes them up to an hour. */
    private static String written(long seconds) {
        String rest = seconds % 60 + " s";
        return seconds < 60 ? rest : seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + rest);
    }

    @Test
    void theHistoryOfCooldownsIsWhatTheApiTells() {
        cool("history", "past");
        browser().signIn(VIEWER).open("/cooldowns?range=7d");

        JsonNode event = newestCooldown();
        assertThat(browser().textNow("#past\\:table_data td:nth-child(2)").lines())
                .as("one 429 is written once")
                .containsOnlyOnce("history");
        String row = browser().text("#past\\:table_data tr:first-child");
        assertThat(row)
                .contains(
                        "history",
                        event.path("response_summary").asText(),
                        written(event.path("cooldown_seconds").asLong()),
                        event.path("started_at")
                                .asText()
                                .substring(5)
                                .replace('T', ' ')
                                .replace("Z", ""));
        assertThat(browser().text(".timeline")).contains("history");
        assertThat(browser().all(".timeline .lane span")).isNotEmpty();
        assertThat(browser().visible(".clear")).isFalse();
        browser().fill("#past\\:table thead input", "nobody-like-this");
        browser().awaitText("#past\\:table_data", "no 429 so far");
        browser().prefers("light", "zh-CN");
        browser().resize(390, 844);
        browser().open("/cooldowns");
        assertThat(browser().text("h1")).isEqualTo("冷却");
        assertThat(browser().text("#past\\:table")).contains("时长");
        assertThat(browser().script("return document.documentElement.scrollWidth - innerWidth"))
                .isEqualTo(0L);
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }
}
