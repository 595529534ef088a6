package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.StubUpstream;

/** The table of providers, and what is done to many of them. */
class ProvidersTableIT extends BrowsingProviders {

    @Test
    void theTableIsSearchedAndShowsWhatTheApiSays() {
        gateway().set("window_seconds", "3600");
        provider("one", "canon", "native");
        gateway()
                .create(Draft.of("two").at(stub()).serves("llama", "meta/llama").with("rpm_limit", 40));
        gateway().create(Draft.of("three").at(stub()).fallback().with("enabled", false));
        gateway().chat("llama");
        openAs(ADMIN, "/providers");

        assertThat(browser().all("#list\\:table_data tr")).hasSize(3);
        browser().awaitText("#list\\:table_data", "1/40");
        browser().fill("#list\\:search", "META/ll");
        Await.until(() -> browser().all("#list\\:table_data tr").size() == 1, "one row");
        assertThat(browser().text("#list\\:table_data .name")).isEqualTo("two");
        browser().click("#list\\:widen button");
        Await.until(() -> browser().all("#list\\:table_data tr").size() == 3, "three rows");
        browser().choose("#list\\:status", "disabled");
        Await.until(() -> browser().all("#list\\:table_data tr").size() == 1, "one row");
        assertThat(browser().text("#list\\:table_data .name")).isEqualTo("three");
        browser().awaitScript("return location.search === '?status=disabled'");
        browser().open("/providers?search=META%2Fll&pool=primary");
        assertThat(browser().all("#list\\:table_data tr")).hasSize(1);
        assertThat(browser().property("#list\\:search", "value")).isEqualTo("META/ll");
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void theTableFollowsWhatHappensAndKeepsTheSelection() {
        StubUpstream stub = provider("zeta", "canon", "native");
        provider("eta", "other", "native");
        openAs(ADMIN, "/providers");
        select(0);

        stub.always(Answers.error(401, "no", "key"));
        gateway().chat("canon");

        browser().awaitText("#list\\:table_data", "error");
        assertThat(browser().text("#list\\:bulk")).contains("1 selected");
        assertThat(browser().all("#list\\:table_data tr[aria-selected=true]")).hasSize(1);
        rowButton("Clear error zeta");
        Await.until(() -> gateway().provider("zeta").path("status").asText().equals("healthy"), "no error");
    }

    @Test
    void whatIsSelectedIsChangedTogether() {
        for (String name : new String[] {"a", "b", "c"}) {
            provider(name, "canon", "native");
        }
        openAs(ADMIN, "/providers");
        select(0);
        select(1);
        browser().awaitText("#list\\:bulk", "2 selected");

        browser().click("#list\\:disable");
        Await.until(() -> enabled().equals("c"), "a and b to be disabled");
        browser().awaitText("#list\\:bulk", "2 selected");

        browser().click("#list\\:rpm");
        browser().fill("#bulk_rpm\\:value", "-5");
        browser().click("#bulk_rpm\\:save");
        browser().awaitText("#bulk_rpm .ui-message-error-detail", "from 0 to 1000000");
        browser().fill("#bulk_rpm\\:value", "30");
        browser().click("#bulk_rpm\\:save");
        browser().awaitGone("#bulkRpmDialog");
        assertThat(gateway().provider("a").path("rpm_limit").asInt()).isEqualTo(30);
        assertThat(gateway().provider("b").path("rpm_limit").asInt()).isEqualTo(30);
        assertThat(gateway().provider("c").path("rpm_limit").asInt()).isZero();

        browser().click("#list\\:test");
        browser().awaitText("#testing", "2 of 2 done: 2 passed");
        assertThat(browser().accessibilityFaults()).isEmpty();
        browser().click("#testing .ui-button", "Close");
        browser().awaitGone("#testDialog");

        browser().click("#list\\:delete");
        browser().awaitText("#confirm", "Delete 2 providers?");
        gateway()
                .admin(
                        "DELETE",
                        "/backends/" + gateway().provider("a").path("id").asText(),
                        "");
        browser().click(".ui-confirmdialog-yes");
        Await.until(() -> gateway().providers().size() == 1, "two to be gone");
        browser().awaitText(".ui-growl", "1 deleted");
        assertThat(browser().complaints()).isEmpty();
    }

    private void testAll() {
        browser().click("#list\\:test_all");
        browser().find("#testing\\:disable_failed");
    }

    @Test
    void whatFailsItsTestIsToldAndDisabledTogether() {
        provider("good", "canon", "native");
        provider("bad", "canon", "native").always(Answers.error(401, "no such key", "invalid_api_key"));
        provider("worse", "canon", "native").always(Answers.error(500, "boom", "x"));
        gateway().create(Draft.of("full").at(stub()).serves("narrow", "native").with("rpm_limit", 1));
        gateway().set("window_seconds", "3600");
        gateway().chat("narrow");
        openAs(ADMIN, "/providers");

        testAll();
        browser().awaitText("#testing", "4 of 4 done: 1 passed, 3 failed");
        browser().click("#testing\\:disable_failed");

        // not the one that there was no place to ask
        Await.until(() -> enabled().equals("goodfull"), () -> "the failed to be disabled, enabled: " + enabled());
        browser().click("#testing .ui-button", "Close");
        browser().awaitGone("#testDialog");
        browser().awaitText("tr:has([aria-label='Edit good']) .tested", "ago: passed");
        browser().awaitText("tr:has([aria-label='Edit bad']) .tested", "ago: key refused");
        browser().awaitText("tr:has([aria-label='Edit worse']) .tested", "ago: upstream error");
        assertThat(browser().visible("tr:has([aria-label='Edit full']) .tested"))
                .isFalse();
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void whatFailsItsTestGetsAnotherKeyAndKeepsTheRest() {
        provider("good", "canon", "native");
        StubUpstream bad =
                provider("bad", "canon", "native").always(Answers.error(401, "no such key", "invalid_api_key"));
        bad.when(request -> request.key().contains("sk-fresh-key"), Answers.wellBehaved("hello"));
        JsonNode before = gateway().provider("bad");
        openAs(ADMIN, "/providers");

        testAll();
        browser().click("#testing\\:replace_failed");
        browser().awaitText("#hint-keys", "in this order: bad");
        browser().fill("#testing\\:keys", "sk-fresh-key-0123456789\nsk-another-key-0123456789");
        browser().click("#testing\\:replace");
        browser().awaitText("#testing .ui-message-error-detail", "2 keys for 1 failed");
        assertThat(browser().accessibilityFaults()).isEmpty();
        browser().fill("#testing\\:keys", "sk-fresh-key-0123456789");
        browser().click("#testing\\:replace");

        browser().awaitText("#testing", "1 of 1 done: 1 passed, 0 failed");
        assertThat(browser().script("return document.documentElement.outerHTML").toString())
                .doesNotContain("sk-fresh-key-0123456789");
        JsonNode after = gateway().provider("bad");
        assertThat(after.path("status").asText()).isEqualTo("healthy");
        assertThat(after.path("api_key")).isNotEqualTo(before.path("api_key"));
        assertThat(after.path("model_mappings")).isEqualTo(before.path("model_mappings"));
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void onAPhoneTooRowsAreSortedAndAllSelected() {
        for (String name : new String[] {"b", "c", "a"}) {
            provider(name, "canon", "native");
        }
        browser().resize(390, 844);
        openAs(ADMIN, "/providers");

        browser().click("#list\\:table thead th.who-column");
        Await.until(() -> names().equals(List.of("a", "b", "c")), () -> "sorted, is " + names());
        browser().click("#list\\:table thead th.who-column");
        Await.until(() -> names().equals(List.of("c", "b", "a")), () -> "sorted backwards, is " + names());
        browser().click("#list\\:table thead th.tick .ui-chkbox-box");

        browser().awaitText("#list\\:bulk", "3 selected");
        assertThat(browser().geometryFaults()).isEmpty();
        assertThat(browser().accessibilityFaults()).isEmpty();
    }

    private List<String> names() {
        return browser().textNow("#list\\:table_data .name").lines().toList();
    }

    @Test
    void allThatIsLookedForIsSelectedOnAllPages() {
        StubUpstream stub = stub();
        for (int i = 0; i < 30; i++) {
            gateway().create(Draft.of("many-" + i).at(stub).serves("canon", "native"));
        }
        gateway().create(Draft.of("other").at(stub).serves("canon", "native"));
        openAs(ADMIN, "/providers?search=many");
        select(0);
        browser().awaitText("#list\\:bulk", "Select all 30");

        browser().click("#list\\:everything");
        browser().awaitText("#list\\:bulk", "30 selected");
        browser().click("#list\\:disable");

        Await.until(() -> enabled().equals("other"), "all thirty are disabled");
        browser().awaitText("#list\\:bulk", "30 selected");
    }

    private String enabled() {
        StringBuilder names = new StringBuilder();
        gateway()
                .providers()
                .forEach(p -> names.append(
                        p.path("enabled").asBoolean() ? p.path("name").asText() : ""));
        return names.toString();
    }
}
