package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.StubUpstream;

/** One provider is made, changed, tested and deleted. */
class ProvidersPageIT extends BrowsingProviders {

    @Test
    void whatIsRefusedIsSaidAtItsFieldAndThenSaved() {
        StubUpstream stub = stub();
        openAs(ADMIN, "/providers");
        assertThat(browser().text(".empty h2")).isEqualTo("Add your keys");

        browser().click("#list\\:add");
        field("name", "alpha");
        field("api_base_url", "ftp://example.org");
        field("api_key", "sk-alpha-0123456789");
        tab("Limits");
        field("rpm_limit", "many");
        browser().click("#edit\\:save");

        // the first tab with a fault is shown
        browser().awaitText(".field:has(#edit\\:tabs\\:api_base_url) .ui-message-error-detail", "Must be");
        tab("Limits");
        browser().awaitText("#edit .field .ui-message-error-detail", "Must be an integer");
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().property("#edit\\:tabs\\:rpm_limit", "value")).isEqualTo("many");
        field("rpm_limit", "55");
        tab("Connection");
        field("api_base_url", stub.baseUrl());
        tab("Models");
        browser().click("#edit\\:tabs\\:add_mapping");
        model(0, "canonical", "canon");
        model(0, "native", "vendor/native");
        model(0, "input", "0.15");
        assertThat(browser().text(".per-token")).contains("$0.00000015");
        model(0, "context", "-1");
        browser().click("#edit\\:save");

        browser().awaitText("#edit .refused", "Must be an integer");
        model(0, "context", "32000");
        browser().click("#edit\\:save");

        browser().awaitGone("#editDialog");
        browser().awaitText("#list\\:table", "alpha");
        JsonNode saved = gateway().provider("alpha");
        assertThat(saved.path("rpm_limit").asInt()).isEqualTo(55);
        assertThat(saved.path("source").asText()).isEqualTo("webui");
        JsonNode mapping = saved.path("model_mappings").path("canon");
        assertThat(mapping.path("native_id").asText()).isEqualTo("vendor/native");
        assertThat(mapping.path("cost").path("input").decimalValue()).isEqualByComparingTo("0.00000015");
        assertThat(mapping.path("context_window").asInt()).isEqualTo(32_000);
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void aRefusalIsSaidInTheVisitorsLanguage() {
        provider("chinese", "canon", "native");
        browser().signIn(ADMIN);
        browser().prefers("dark", "zh-CN");
        browser().open("/providers");
        browser().awaitScript("return !!document.querySelector('#list input[name=\"primefaces.nonce\"]')");

        rowButton("编辑 chinese");
        tab("限额");
        field("rpm_limit", "many");
        tab("模型");
        model(0, "context", "-1");
        browser().click("#edit\\:save");

        browser().awaitText("#edit .field .ui-message-error-detail", "必须是介于 0 和");
        tab("模型");
        browser().awaitText("#edit .refused", "实际为 -1");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void whatAVendorNeedsIsSuggestedByItsAddress() {
        openAs(ADMIN, "/providers");
        browser().click("#list\\:add");
        field("api_base_url", "https://api.deepseek.com");
        tab("Models");
        browser().click("#edit\\:tabs\\:add_mapping");
        browser().awaitQuiet();
        browser().click("#edit .advanced summary");
        browser().awaitText("#edit\\:tabs\\:suggestion", "Suggested for DeepSeek: {\"carryReasoning\":true}");

        browser().click("#edit\\:tabs\\:suggest");

        browser()
                .awaitScript(
                        "return document.querySelector('#edit .advanced textarea').value.includes('carryReasoning')");
        assertThat(browser().text("#edit .advanced")).doesNotContain("DeepSeek");
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void anEditKeepsTheKeyAndWhatWasNotTouched() {
        StubUpstream stub = stub();
        Draft draft = Draft.of("beta").at(stub).serves("canon", "native").with("rpm_limit", 40);
        JsonNode headers =
                sidecar.kit.Json.object().put("X-Team", "secret-team-value").putNull("User-Agent");
        String id = gateway().create(draft).path("id").asText();
        JsonNode before = gateway()
                .update(id, sidecar.kit.Json.object().set("headers", headers).toString());
        openAs(ADMIN, "/providers");

        edit("beta");
        field("label", "team");
        browser().click("#edit\\:save");
        browser().awaitGone("#editDialog");

        browser().awaitText("#list\\:table .tag", "team");
        JsonNode after = gateway().provider("beta");
        assertThat(after.path("label").asText()).isEqualTo("team");
        for (String same : new String[] {"model_mappings", "headers", "api_key", "limiter", "rpm_limit", "metadata"}) {
            assertThat(after.path(same)).as(same).isEqualTo(before.path(same));
        }
        gateway().chat("canon");
        assertThat(stub.received().get(0).header("Authorization")).isEqualTo("Bearer " + draft.key());
        assertThat(stub.received().get(0).header("X-Team")).isEqualTo("secret-team-value");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void whatWasRefusedIsForgottenOnceTheDialogIsClosed() {
        provider("calm", "canon", "native");
        openAs(ADMIN, "/providers");
        edit("calm");
        field("weight", "none");
        browser().click("#edit\\:save");
        browser().awaitText("#edit .field .ui-message-error-detail", "Must be");

        browser().click("#edit .dialog-foot .ui-button", "Cancel");
        browser().awaitGone("#editDialog");
        edit("calm");

        Await.until(() -> "1".equals(browser().property("#edit\\:tabs\\:weight", "value")), "the stored weight");
        assertThat(browser().all("#edit .ui-message-error-detail, #edit .ui-state-error"))
                .isEmpty();
    }

    @Test
    void twoModelsOfOneNameAreRefusedAtTheModel() {
        provider("twice", "canon", "native");
        openAs(ADMIN, "/providers");

        edit("twice");
        tab("Models");
        browser().click("#edit\\:tabs\\:add_mapping");
        model(1, "canonical", "canon");
        browser().click("#edit\\:save");

        browser().awaitText("#edit .refused", "canon is given twice");
    }

    @Test
    void modelsAreTickedFromWhatTheUpstreamListsBeforeAnythingIsSaved() {
        StubUpstream stub = stub().always(Answers.models("vendor/one", "vendor/two", "other/three"));
        openAs(ADMIN, "/providers?add");

        field("name", "gamma");
        field("api_base_url", stub.baseUrl());
        field("api_key", "sk-gamma-0123456789");
        tab("Models");
        browser().click("#edit\\:tabs\\:fetch");
        browser().awaitText(".checklist", "vendor/two");
        browser().fill("[data-narrow=upstream]", "vendor");
        browser().click("[data-tick=upstream]");
        browser().click("#edit\\:tabs\\:take");
        browser().awaitGone(".checklist");
        browser().click("#edit\\:save");
        browser().awaitGone("#editDialog");

        assertThat(gateway().provider("gamma").path("model_mappings").size()).isEqualTo(2);
        assertThat(gateway()
                        .provider("gamma")
                        .path("model_mappings")
                        .path("vendor/two")
                        .path("native_id")
                        .asText())
                .isEqualTo("vendor/two");
    }

    @Test
    void aTestSaysHowTheUpstreamTakesTheKey() {
        StubUpstream stub = provider("delta", "canon", "native");
        openAs(ADMIN, "/providers");
        edit("delta");

        browser().click("#edit\\:test");
        browser().awaitText("#edit\\:test_result", "passed");
        assertThat(browser().text("#edit\\:test_result")).contains("200").contains("ms");

        stub.always(Answers.error(401, "Incorrect API key", "invalid_api_key"));
        browser().click("#edit\\:test");
        browser().awaitText("#edit\\:test_result", "failed");
        assertThat(browser().text("#edit\\:test_result"))
                .containsOnlyOnce("401")
                .contains("key refused");
        assertThat(browser().accessibilityFaults()).isEmpty();
    }

    @Test
    void onlyAYesDeletes() {
        provider("epsilon", "canon", "native");
        openAs(ADMIN, "/providers");

        rowButton("Delete epsilon");
        browser().awaitText("#confirm", "Delete provider epsilon?");
        browser().click(".ui-confirmdialog-no");
        browser().awaitGone("#confirm");
        assertThat(gateway().providers()).hasSize(1);

        rowButton("Delete epsilon");
        browser().click(".ui-confirmdialog-yes");
        browser().awaitText("#list .empty h2", "Add your keys");
        assertThat(gateway().providers()).isEmpty();
    }
}
