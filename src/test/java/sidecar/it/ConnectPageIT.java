package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import sidecar.kit.Answers;
import sidecar.kit.Draft;
import sidecar.kit.Json;
import sidecar.kit.Shell;

/** What clients are told. */
class ConnectPageIT extends BrowsingSidecar {

    private void open() {
        browser().signIn(ADMIN);
        browser().open("/connect");
    }

    /** The text of a recipe, which is folded away until somebody asks for it. */
    private String recipe(String client) {
        browser().click("#client-" + client + " summary");
        return browser().text("#recipe-" + client);
    }

    @Test
    void theCurlOfThePageIsAnswered() {
        provider("one", "my model's name", "n").always(Answers.chat("It works."));
        open();

        String answer = Shell.run(browser().text("#recipe-curl"));

        assertThat(Json.read(answer)
                        .path("choices")
                        .path(0)
                        .path("message")
                        .path("content")
                        .asText())
                .isEqualTo("It works.");
        assertThat(Json.read(answer).path("model").asText()).isEqualTo("my model's name");
    }

    @Test
    void theButtonAsksFromTheBrowser() {
        provider("one", "canon", "n").always(Answers.chat("It works."));
        open();

        browser().click("#try");

        browser().awaitText("#try-answer", "one answered in");
        assertThat(browser().text("#try-answer")).endsWith("It works.");
    }

    @Test
    void everyDialectCanBeTried() {
        provider("one", "canon", "n").always(Answers.chat("It works."));
        open();

        tried("Messages (Anthropic)", true, "/content/0/text");
        tried("Responses (OpenAI)", true, "/output/0/content/0/text");
        tried("Chat Completions (OpenAI)", false, "/choices/0/message/content");

        assertThat(browser().complaints()).isEmpty();
    }

    private void tried(String dialect, boolean translated, String text) {
        browser().choose("#connect\\:dialect", dialect);

        assertThat(browser().visible("#connect\\:sample .translated")).isEqualTo(translated);
        JsonNode answer = Json.read(Shell.run(browser().text("#recipe-curl")));
        assertThat(answer.at(text).asText()).as(answer.toString()).isEqualTo("It works.");
        browser().click("#try");
        browser().awaitText("#try-answer", "one answered in");
        assertThat(browser().text("#try-answer")).endsWith("It works.");
    }

    @Test
    void aDialectThatNoClientCanUseIsSaidSo() {
        provider("one", "canon", "n");
        gateway().admin("PUT", "/models/canon", "{\"translation\":\"native\"}");
        open();

        browser().choose("#connect\\:dialect", "Messages (Anthropic)");

        browser().awaitText("#connect\\:sample", "Add a provider that speaks it");
        assertThat(browser().visible("#try")).isFalse();
    }

    @Test
    void aRefusalIsShownInItsOwnWords() {
        provider("one", "canon", "n").always(Answers.error(400, "The prompt is too silly", "bad"));
        open();

        browser().click("#try");

        browser().awaitText("#try-answer", "Refused with 400: The prompt is too silly");
    }

    @Test
    void openClawsBlockIsWhatRestGivesAndCanBeImportedAgain() {
        gateway().create(Draft.of("one").at(stub()).serves("canon", "n"));
        gateway().create(Draft.of("two").at(stub()).serves("other", "m").with("api", "anthropic-messages"));
        open();

        JsonNode shown = Json.read(recipe("openclaw"));

        assertThat(shown).isEqualTo(gateway().adminGet("/export/openclaw").json());
        JsonNode providers = shown.path("models").path("providers");
        assertThat(providers.path("sidecar").path("baseUrl").asText())
                .isEqualTo(gateway().root() + "/v1");
        assertThat(providers.path("sidecar").path("models").path(0).path("id").asText())
                .isEqualTo("canon");
        assertThat(providers.path("sidecar-messages").path("api").asText()).isEqualTo("anthropic-messages");
        JsonNode plan = gateway()
                .admin("POST", "/backends/import?dry_run=true", shown.toString())
                .json();
        assertThat(plan.path("errors")).isEmpty();
        // both stand for this one address
        assertThat(plan.path("imported").size() + plan.path("skipped").size()).isEqualTo(2);
    }

    @Test
    void anotherModelChangesTheRecipes() {
        provider("one", "alpha", "n");
        provider("two", "beta", "n");
        open();
        assertThat(recipe("python")).contains("model=\"alpha\"");

        browser().choose("#connect\\:model", "beta");

        browser().awaitText("#recipe-curl", "\"beta\"");
        // and still stands open
        browser().awaitText("#recipe-python", "model=\"beta\"");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void whatWorksByTranslationIsSaidSo() {
        provider("one", "alpha", "n");
        open();

        assertThat(recipe("codex")).contains("model = \"alpha\"");
        assertThat(browser().text("#client-codex")).contains("Sidecar translates");
        assertThat(recipe("python")).contains("model=\"alpha\"");
        assertThat(browser().text("#client-python")).doesNotContain("Sidecar translates");
    }

    @Test
    void aClientThatCanUseNoModelSaysSo() {
        provider("one", "alpha", "n");
        gateway().admin("PUT", "/models/alpha", "{\"translation\":\"native\"}");
        open();

        browser().click("#client-codex summary");

        browser().awaitText("#client-codex", "add a provider whose API is openai-responses");
        assertThat(browser().visible("#recipe-codex")).isFalse();
    }

    @Test
    void itIsReadByEverybodyInChineseToo() {
        provider("one", "alpha", "n");
        open();
        assertThat(browser().accessibilityFaults()).isEmpty();

        browser().prefers("light", "zh-CN");
        browser().open("/connect");

        assertThat(browser().text("h1")).isEqualTo("接入");
        assertThat(browser().bodyText()).contains("基础 URL", "发送此请求");
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void theExportIsReadOnlyAndAsksWhoIsThere() {
        assertThat(gateway().get("/api/admin/export/openclaw").status()).isEqualTo(401);
    }
}
