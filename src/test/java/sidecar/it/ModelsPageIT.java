package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import sidecar.kit.Draft;
import sidecar.kit.Reply;

/** Who serves what, as the console shows and changes it. */
class ModelsPageIT extends BrowsingSidecar {

    private void edit(String model) {
        browser().click("[aria-label='Settings of a model " + model + "']");
        browser().awaitText("#edit .name", model);
        browser().awaitQuiet();
    }

    private void save() {
        browser().click("#edit\\:save");
        browser().awaitQuiet();
    }

    @Test
    void theTableSaysWhoServesWhatAndIsSearched() {
        provider("one", "small", "vendor/small-1");
        gateway()
                .create(Draft.of("two")
                        .at(stub())
                        .serves("small", "other/small")
                        .fallback());
        provider("three", "large", "vendor/large-1");

        browser().signIn(VIEWER).open("/models");

        assertThat(browser().path()).isEqualTo("/models");
        assertThat(browser().all("#list\\:table_data > tr")).hasSize(2);
        browser().fill("#list\\:table\\:globalFilter", "small");
        browser().awaitScript("return document.querySelectorAll('#list\\\\:table_data > tr').length === 1");
        // each letter asked once more: what the last of them draws would fold the row again
        browser().awaitQuiet();
        assertThat(browser().path()).isEqualTo("/models?q=small");
        // as by the cross of the field, which is no key
        browser()
                .script(
                        "const field = document.getElementById('list:table:globalFilter'); field.value = ''; field.dispatchEvent(new Event('input', {bubbles: true}))");
        browser().awaitScript("return document.querySelectorAll('#list\\\\:table_data > tr').length === 2");
        assertThat(browser().path()).isEqualTo("/models");
        browser().open("/models?q=small");
        browser().awaitScript("return document.querySelectorAll('#list\\\\:table_data > tr').length === 1");
        browser().awaitQuiet();
        assertThat(browser().text("#list\\:table_data"))
                .contains("small", "one, two", "chat · native", "messages · translated", "responses · translated");
        browser().click(".ui-row-toggler");
        browser().awaitText(".serving", "vendor/small-1");
        assertThat(browser().text(".serving")).contains("one", "primary", "two", "fallback", "other/small");
        assertThat(browser().visible(".change")).isFalse();
        assertThat(browser().visible("#new\\:add")).isFalse();
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void anAliasThatIsSetIsServedAndForgottenAgain() {
        provider("one", "small", "native");
        provider("two", "large", "native");
        browser().signIn(ADMIN).open("/models");

        edit("small");
        browser().fill("#edit\\:aliases_input", "tiny");
        browser().press(Keys.ENTER);
        browser().fill("#edit\\:next", "large");
        browser().click("#edit\\:append");
        browser().awaitText(".ordered", "large");
        browser().fill("#edit\\:overflow", "soon");
        save();
        browser().awaitText("#edit", "Must be null, -1 or a number");
        browser().fill("#edit\\:overflow", "2.5");
        assertThat(browser().accessibilityFaults()).isEmpty();
        save();

        browser().awaitGone("#editor");
        browser().awaitText("#list", "tiny");
        assertThat(browser().text("#list")).contains("2.5 s");
        JsonNode stored = gateway().adminGet("/models/small").json();
        assertThat(stored.path("aliases").path(0).asText()).isEqualTo("tiny");
        assertThat(stored.path("fallback_models").path(0).asText()).isEqualTo("large");
        Reply reply = gateway().chat("tiny");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("X-Sidecar-Model")).isEqualTo("small");

        browser().click(".reset");
        browser().awaitText("#confirm", "small");
        browser().click("#confirm .ui-confirmdialog-yes");
        browser().awaitGone(".reset");
        assertThat(gateway().chat("tiny").status()).isEqualTo(404);
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void whatIsRefusedIsSaidAtItsField() {
        provider("one", "small", "native");
        provider("two", "large", "native");
        browser().signIn(ADMIN).open("/models");

        edit("small");
        browser().fill("#edit\\:aliases_input", "large");
        browser().press(Keys.ENTER);
        save();
        browser().awaitText("#edit", "Must not hold \"large\", which is a model of its own");
        browser().click(".ui-dialog-titlebar-close");
        browser().answer(true);
        browser().awaitGone("#editor");
        browser().click("#new\\:add");
        browser().fill("#edit\\:model", "*");
        save();

        browser().awaitText("#edit", "Must not be *");
        assertThat(gateway().adminGet("/models/small").json().path("stored").asBoolean())
                .isFalse();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void theRouteIsExplainedAsTheApiDoes() {
        provider("first", "small", "native");
        gateway()
                .create(Draft.of("reserve").at(stub()).serves("small", "native").fallback());
        gateway().admin("PUT", "/models/small", "{\"aliases\":[\"tiny\"],\"overflow_wait_seconds\":-1}");

        browser().signIn(VIEWER).open("/models?route=tiny");

        assertExplained(gateway().adminGet("/route?model=tiny").json());
        browser().fill("#ask\\:model", "nobody-has-this");
        browser().click("#ask\\:explain");
        browser().awaitText("#ask", "No provider maps this model");
        browser().fill("#ask\\:model", "small");
        browser().click("#ask\\:explain");
        browser().awaitText("#ask", "reserve");
        assertExplained(gateway().adminGet("/route?model=small").json());
        assertThat(browser().complaints()).isEmpty();
    }

    private void assertExplained(JsonNode explained) {
        List<WebElement> shown = browser().all(".route li");
        JsonNode candidates = explained.path("candidates");
        assertThat(shown).hasSize(candidates.size());
        for (int i = 0; i < shown.size(); i++) {
            assertThat(shown.get(i).getText())
                    .contains(
                            candidates.path(i).path("name").asText(),
                            candidates.path(i).path("pool").asText(),
                            candidates.path(i).path("reason").asText());
        }
    }

    @Test
    void browsersGetThePageAndClientsTheList() {
        provider("one", "small", "native");

        assertThat(gateway().get("/models").json().path("object").asText()).isEqualTo("list");
        Reply stranger = gateway().get("/models?route=x", "Accept", "text/html,*/*");
        assertThat(stranger.status()).isEqualTo(302);
        assertThat(stranger.header("Location")).endsWith("/login?from=%2Fmodels%3Froute%3Dx");
        assertThat(gateway().get("/models.xhtml").status()).isEqualTo(302);

        browser().signIn(VIEWER).prefers("light", "zh-CN");
        browser().resize(390, 844);
        browser().open("/models");
        assertThat(browser().text("h1")).isEqualTo("模型");
        assertThat(browser().text("#route")).contains("解释");
        assertThat(browser().script("return document.documentElement.scrollWidth - innerWidth"))
                .isEqualTo(0L);
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }
}
