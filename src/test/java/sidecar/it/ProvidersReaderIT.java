package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The providers as a viewer sees them, and on a phone. */
class ProvidersReaderIT extends BrowsingProviders {

    @Test
    void aViewerSeesNoButtonThatWritesAndAForgedPostChangesNothing() {
        provider("theta", "canon", "native");
        openAs(VIEWER, "/providers");

        browser().awaitText("#list\\:table_data", "theta");
        assertThat(
                        browser()
                                .all(
                                        "#head, #edit, #import, #testing, #list\\:test_all, .row-actions, #list\\:table_data input"))
                .isEmpty();
        for (String source :
                new String[] {"list:table:0:delete", "list:table:0:off", "edit:save", "import:run", "list:delete"}) {
            forge(source);
        }

        assertThat(gateway().provider("theta").path("enabled").asBoolean()).isTrue();
        assertThat(gateway().providers()).hasSize(1);
        assertThat(browser().accessibilityFaults()).isEmpty();
    }

    /** As the admin's page would post it, with the viewer's own view and session. */
    private void forge(String source) {
        Object status = browser().script("""
                const view = document.querySelector('[name="jakarta.faces.ViewState"]').value;
                const nonce = document.querySelector('[name="primefaces.nonce"]').value;
                const form = arguments[0].split(':')[0];
                const body = new URLSearchParams({[form]: form, 'jakarta.faces.ViewState': view,
                    'primefaces.nonce': nonce,
                    'jakarta.faces.partial.ajax': 'true', 'jakarta.faces.source': arguments[0],
                    'jakarta.faces.partial.execute': '@all', [arguments[0]]: arguments[0],
                    'edit:tabs:name': 'forged', 'edit:tabs:api_base_url': 'http://127.0.0.1:9/v1',
                    'edit:tabs:api_key': 'sk-forged-0123456789', 'list:table_selection': '@all'});
                const request = new XMLHttpRequest();
                request.open('POST', '/providers', false);
                request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
                request.setRequestHeader('Faces-Request', 'partial/ajax');
                request.send(body.toString());
                return request.status;
                """, source);
        assertThat(status).isEqualTo(200L);
    }

    @Test
    void onAPhoneNothingIsWiderThanTheScreen() {
        provider("iota", "canon", "native");
        browser().resize(390, 844);
        openAs(ADMIN, "/providers");

        browser().awaitText("#list\\:table_data", "iota");
        assertThat(wider()).isEqualTo(0L);
        edit("iota");
        tab("Models");
        assertThat(wider()).isEqualTo(0L);
        browser().press(Keys.ESCAPE);
    }

    private Object wider() {
        return browser().script("return Math.max(0, document.documentElement.scrollWidth - window.innerWidth)");
    }
}
