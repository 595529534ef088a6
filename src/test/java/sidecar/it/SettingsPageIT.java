package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;

/** What Sidecar is told in general, as the console shows and changes it. */
class SettingsPageIT extends BrowsingSidecar {

    private static String row(String key) {
        return ".setting[data-key=" + key + "] ";
    }

    private JsonNode config(String key) {
        return gateway().adminGet("/config/" + key).json();
    }

    private void edit(String key) {
        browser().click(row(key) + ".change");
        browser().awaitText("#edit", key);
        browser().awaitQuiet();
    }

    private void save() {
        browser().click("#edit\\:save");
        browser().awaitQuiet();
    }

    @Test
    void everySettingIsThereAsTheApiHasIt() {
        browser().signIn(VIEWER).open("/settings");

        JsonNode all = gateway().adminGet("/config").json();
        assertThat(browser().all(".setting")).hasSize(all.size());
        for (JsonNode setting : all) {
            WebElement shown = browser().all(row(setting.path("key").asText())).get(0);
            assertThat(shown.getText())
                    .contains(setting.path("description").asText())
                    .contains(setting.path("value").asText())
                    .contains(setting.path("unit").asText())
                    .contains(setting.path("source").asText());
            if (setting.path("source").asText().equals("environment")) {
                assertThat(shown.getText()).contains(setting.path("env").asText());
            }
        }
        assertThat(browser().visible(".change")).isFalse();
        assertThat(browser().visible(".reset")).isFalse();
        assertThat(browser().complaints()).isEmpty();
        assertThat(browser().accessibilityFaults()).isEmpty();
    }

    @Test
    void aChangeActsABadOneIsRefusedAtItsFieldAndTheDefaultComesBack() {
        gateway().set("queue_max_depth", "499");
        browser().signIn(ADMIN).open("/settings");

        edit("queue_max_depth");
        browser().fill("#edit\\:line", "many");
        save();
        browser().awaitText("#edit .ui-message", "queue_max_depth must be an integer from 0 to 1000000, was \"many\"");
        assertThat(browser().accessibilityFaults()).isEmpty();
        browser().fill("#edit\\:line", "7");
        save();

        browser().awaitGone("#editor");
        browser().awaitText(row("queue_max_depth"), "table");
        assertThat(browser().text(row("queue_max_depth") + ".value")).isEqualTo("7");
        assertThat(config("queue_max_depth").path("value").asText()).isEqualTo("7");
        assertThat(gateway().adminGet("/queue").json().path("max_depth").asInt())
                .isEqualTo(7);
        browser().click(row("queue_max_depth") + ".reset");
        browser().awaitText("#confirm", "500");
        browser().script("PF('notices').removeAll()");
        assertThat(browser().accessibilityFaults()).isEmpty();
        browser().click("#confirm .ui-confirmdialog-yes");
        browser().awaitGone(row("queue_max_depth") + ".reset");
        assertThat(browser().text(row("queue_max_depth") + ".value")).isEqualTo("500");
        assertThat(config("queue_max_depth").path("source").asText()).isEqualTo("default");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void choicesAreChosenAndRulesAreWrittenAsJson() {
        gateway().set("routing_strategy", "ordered");
        gateway().set("failure_rules", "openai");
        browser().signIn(ADMIN).open("/settings");

        edit("routing_strategy");
        browser().choose("#edit\\:choice", "latency");
        browser().awaitText("#edit\\:choice_label", "latency");
        save();
        browser().awaitGone("#editor");
        assertThat(config("routing_strategy").path("value").asText()).isEqualTo("latency");

        edit("failure_rules");
        browser().fill("#edit\\:json", "[{\"status\": \"418\"}]");
        save();
        browser().awaitText("#edit .ui-message", "failure_rules rule 1:");
        assertThat(browser().accessibilityFaults()).isEmpty();
        browser().fill("#edit\\:json", "[{\"status\": \"418\", \"class\": \"overloaded\"},\n \"nvidia-nim\"]");
        save();
        browser().awaitGone("#editor");
        assertThat(config("failure_rules").path("value").asText()).contains("418");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void theSearchFindsWhatIsMeantInChineseToo() {
        browser().signIn(VIEWER).prefers("light", "zh-CN");
        browser().open("/settings");

        assertThat(browser().text("h1")).isEqualTo("设置");
        assertThat(browser().text(row("window_seconds"))).contains("秒");
        browser().fill("#search", "探测 模型");

        assertThat(browser().all(".setting").stream()
                        .filter(WebElement::isDisplayed)
                        .toList())
                .singleElement()
                .satisfies(row -> assertThat(row.getText()).startsWith("health_probe_mode"));
        browser().fill("#search", "no such thing");
        assertThat(browser().text("#nothing")).isNotBlank();
        // what is looked for stands in the address
        assertThat(browser().path()).isEqualTo("/settings?q=no+such+thing");
        browser().open("/settings?q=no%20such%20thing");
        assertThat(browser().text("#nothing")).isNotBlank();
        browser().fill("#search", "x");
        browser().resize(390, 844);
        assertThat(browser().script("return document.documentElement.scrollWidth - innerWidth"))
                .isEqualTo(0L);
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void aSaveWithoutAServerIsSaidAndCanBeRepeated() {
        browser().signIn(ADMIN).open("/settings");
        edit("queue_max_depth");
        browser().fill("#edit\\:line", "7");

        browser().offline(true);
        try {
            browser().click("#edit\\:save");
            browser().awaitText(".ui-growl", "cannot be reached, so nothing was saved");
        } finally {
            browser().offline(false);
        }
        assertThat(browser().property("#edit\\:line", "value")).isEqualTo("7");
        browser().awaitScript("return !document.getElementById('edit:save').disabled");
        save();

        browser().awaitGone("#editor");
        assertThat(config("queue_max_depth").path("value").asText()).isEqualTo("7");
        gateway().admin("DELETE", "/config/queue_max_depth", "");
    }
}
