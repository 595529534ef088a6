package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(browser().find("#list\\:search").getDomProperty("value")).isEqualTo("META/ll");
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
