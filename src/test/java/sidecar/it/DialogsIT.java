package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** What every dialog does: it keeps what was typed, and gives the focus back. */
class DialogsIT extends BrowsingProviders {

    private static final String NAME = "#edit\\:tabs\\:name";

    private void open(String page, String button) {
        openPage(page);
        browser().click(button);
        browser().awaitQuiet();
        browser().awaitStill();
    }

    private void openPage(String page) {
        browser().signIn(ADMIN).open(page);
        browser().awaitScript("return !!document.querySelector('#leave input[name=\"primefaces.nonce\"]')");
    }

    private Object focused() {
        return browser().script("return document.activeElement.id");
    }

    @Test
    void escapeAsksBeforeWhatWasTypedIsLost() {
        open("/providers", "#head\\:add");
        browser().fill(NAME, "typed");

        browser().press(Keys.ESCAPE);
        assertThat(browser().answer(false)).contains("lose what you typed");

        assertThat(browser().property(NAME, "value")).isEqualTo("typed");
        browser().press(Keys.ESCAPE);
        browser().answer(true);
        browser().awaitGone("#editDialog");
        browser().awaitQuiet();
        browser().click("#head\\:add");
        assertThat(browser().property(NAME, "value")).isEmpty();
    }

    @Test
    void theCrossAsksAsEscapeDoes() {
        open("/clients", "#new\\:add");
        browser().fill("#edit\\:name", "typed");

        browser().click("#editor .ui-dialog-titlebar-close");
        browser().answer(false);

        assertThat(browser().property("#edit\\:name", "value")).isEqualTo("typed");
        browser().click("#editor .ui-dialog-titlebar-close");
        browser().answer(true);
        browser().awaitGone("#editor");
    }

    @Test
    void whatWasTypedCanBeCopiedWhenTheSessionIsOver() {
        open("/providers", "#head\\:add");
        browser().fill(NAME, "typed");
        browser().forgetSignIn();

        browser().click("#edit\\:save");

        browser().awaitText("#editDialog .over", "What you typed is still here");
        assertThat(browser().property(NAME, "value")).isEqualTo("typed");
        assertThat(browser().accessibilityFaults()).isEmpty();
        browser().click("#editDialog .over a");
        browser().awaitPath("/login?from=%2Fproviders");
    }

    /** As after a restart, or at another node: the sign-in outlives it. */
    @Test
    void whatWasTypedCanBeCopiedWhenTheServerKnowsThePageNoMore() {
        open("/providers", "#head\\:add");
        browser().fill(NAME, "typed");
        browser().forgetCookie("sidecar_session");

        browser().click("#edit\\:save");

        browser().awaitText("#editDialog .over", "What you typed is still here");
        assertThat(browser().property(NAME, "value")).isEqualTo("typed");
        browser().click("#editDialog .over a");
        browser().awaitText("#notices_container", "has loaded it anew");
        assertThat(browser().path()).isEqualTo("/providers");
    }

    @Test
    void whatWasRefusedIsAskedForAsBefore() {
        open("/providers", "#head\\:add");
        browser().fill(NAME, "typed");
        browser().click("#edit\\:save");
        browser().find("#editDialog .ui-message-error");
        browser().awaitQuiet();

        browser().press(Keys.ESCAPE);
        browser().answer(false);

        browser().forgetSignIn();
        browser().click("#edit\\:save");
        browser().awaitText("#editDialog .over", "What you typed is still here");
        assertThat(browser().property(NAME, "value")).isEqualTo("typed");
    }

    /** What a button or a list changes is no less than what was typed. */
    @ParameterizedTest
    @CsvSource({
        "Models, #edit\\:tabs\\:add_mapping",
        "Models, #edit\\:tabs\\:any",
        "Models, [aria-label='Remove model canon']",
        "Connection, #edit\\:tabs\\:pool"
    })
    void escapeAsksForWhatWasChangedWithoutTyping(String tab, String changing) {
        provider("changed", "canon", "native");
        open("/providers", "[aria-label='Edit changed']");
        browser().find(NAME);
        tab(tab);
        if (changing.endsWith("pool")) {
            browser().choose(changing, "fallback");
        } else {
            browser().click(changing);
        }
        browser().awaitQuiet();

        browser().press(Keys.ESCAPE);
        browser().answer(false);

        assertThat(browser().visible("#editDialog")).isTrue();
    }

    /** PrimeFaces tells nobody of either. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void escapeAsksForChipsThatWerePastedOrRemoved(boolean pasted) {
        gateway().admin("POST", "/clients", "{\"name\":\"narrow\",\"models\":[\"small\"]}");
        open("/clients", "[aria-label='Edit narrow']");
        browser().awaitText("#edit\\:models", "small");
        if (pasted) {
            browser()
                    .script(
                            "const text = new DataTransfer(); text.setData('text', 'large');"
                                    + "document.getElementById('edit:models_input').dispatchEvent(new ClipboardEvent('paste', {clipboardData: text, bubbles: true}))");
            browser().awaitText("#edit\\:models", "large");
        } else {
            browser().script("document.getElementById('edit:models_input').focus()");
            browser().press(Keys.BACK_SPACE);
            browser().awaitScript("return !document.querySelector('#edit\\\\:models .ui-chips-token')");
        }

        browser().press(Keys.ESCAPE);
        browser().answer(false);

        assertThat(browser().visible("#editor")).isTrue();
    }

    @Test
    void escapeThatFoldsAListAsksNothing() {
        provider("folded", "canon", "native");
        open("/providers", "[aria-label='Edit folded']");
        browser().fill(NAME, "typed");
        browser().click("#edit\\:tabs\\:pool");
        browser().find(".ui-selectonemenu-panel.ui-connected-overlay-enter-done");

        browser().press(Keys.ESCAPE);

        browser().awaitGone(".ui-selectonemenu-panel");
        assertThat(browser().visible("#editDialog")).isTrue();
        browser().press(Keys.ESCAPE);
        browser().answer(false);
        assertThat(browser().property(NAME, "value")).isEqualTo("typed");
    }

    @Test
    void escapeAsksNothingOnceKeysHaveBeenImported() {
        open("/providers", "#head\\:import");
        browser().fill("#import\\:text", "nvapi-imported-key-0001");
        browser().click("#import\\:preview");
        browser().awaitText("#import h2", "1 new");
        browser().click("#import\\:run");
        browser().find("#import\\:test");
        browser().awaitQuiet();

        browser().press(Keys.ESCAPE);

        browser().awaitGone("#importDialog");
    }

    @Test
    void whatWasCancelledIsNotAskedForWhenTheDialogOpensAgain() {
        provider("cancelled", "canon", "native");
        open("/providers", "[aria-label='Edit cancelled']");
        browser().fill(NAME, "typed");
        browser().click("#edit .ui-button", "Cancel");
        browser().awaitGone("#editDialog");
        browser().awaitQuiet();
        browser().click("[aria-label='Edit cancelled']");
        browser().find(NAME);

        browser().press(Keys.ESCAPE);

        browser().awaitGone("#editDialog");
    }

    @Test
    void whatWasSavedIsNotAskedForWhenTheDialogOpensAgain() {
        provider("again", "canon", "native");
        open("/providers", "[aria-label='Edit again']");
        browser().fill(NAME, "again-2");
        browser().click("#edit\\:save");
        browser().awaitGone("#editDialog");
        browser().awaitText("#list\\:table_data", "again-2");
        browser().click("[aria-label='Edit again-2']");
        browser().find(NAME);

        browser().press(Keys.ESCAPE);

        browser().awaitGone("#editDialog");
    }

    @Test
    void aPageWithNothingTypedGoesToTheSignInByItself() {
        open("/providers", "#head\\:add");
        browser().forgetSignIn();

        browser().click("#edit\\:save");

        browser().awaitPath("/login?from=%2Fproviders");
    }

    @Test
    void escapeAsksForPastedKeysAlsoOnceTheyHaveBeenRead() {
        open("/providers", "#head\\:import");
        browser().fill("#import\\:text", "nvapi-escape-key-0001\nnvapi-escape-key-0002");
        browser().press(Keys.ESCAPE);
        browser().answer(false);
        browser().click("#import\\:preview");
        browser().awaitText("#import h2", "2 new");

        browser().press(Keys.ESCAPE);
        browser().answer(false);

        browser().awaitText("#import h2", "2 new");
        browser().press(Keys.ESCAPE);
        browser().answer(true);
        browser().awaitGone("#importDialog");
    }

    @Test
    void escapeClosesAtOnceWhatNobodyTouched() {
        provider("calm", "canon", "native");
        open("/providers", "[aria-label='Edit calm']");
        browser().find(NAME);

        browser().press(Keys.ESCAPE);

        browser().awaitGone("#editDialog");
    }

    @Test
    void theFocusReturnsToTheButtonAlsoWhenItWasDrawnAnew() {
        provider("first", "canon", "native");
        open("/providers", "[aria-label='Edit first']");
        Object button = browser().property("[aria-label='Edit first']", "id");
        browser().find(NAME);
        browser().press(Keys.ESCAPE);
        browser().awaitGone("#editDialog");
        browser().awaitScript("return document.activeElement.id === '" + button + "'");

        browser().press(Keys.ENTER);
        browser().fill(NAME, "renamed");
        browser().click("#edit\\:save");
        browser().awaitGone("#editDialog");

        browser().awaitText("#list\\:table_data", "renamed");
        browser().awaitScript("return document.activeElement.id === '" + button + "'");
    }

    /** PrimeFaces keeps it so for half a second, and it takes no focus. */
    @Test
    void theFocusReturnsToAButtonThatIsStillDisabled() {
        provider("first", "canon", "native");
        openPage("/providers");
        browser().script("PrimeFaces.ajax.minLoadAnimation = 3000");
        Object button = browser().property("[aria-label='Edit first']", "id");
        browser().click("[aria-label='Edit first']");
        browser().find(NAME);

        browser().press(Keys.ESCAPE);

        browser().awaitGone("#editDialog");
        browser().awaitScript("return document.activeElement.id === '" + button + "'");
    }

    @Test
    void theFocusReturnsFromAQuestion() {
        provider("asked", "canon", "native");
        openPage("/providers");
        Object button = browser().property("[aria-label='Delete asked']", "id");
        browser().click("[aria-label='Delete asked']");
        browser().click(".ui-confirmdialog-no");
        browser().awaitGone("#confirm");

        browser().awaitScript("return document.activeElement.id === '" + button + "'");
        assertThat(focused()).isEqualTo(button);
    }

    /** Nothing is saved, said so, what was typed stays, and the button can be pressed again: see also the settings' test. */
    @ParameterizedTest
    @CsvSource({
        "/providers, #head\\:add, #edit\\:tabs\\:name, #edit\\:save, #editDialog",
        "/providers, #head\\:import, #import\\:text, #import\\:preview, #importDialog",
        "/clients, #new\\:add, #edit\\:name, #edit\\:save, #editor",
        "/models, #new\\:add, #edit\\:model, #edit\\:save, #editor"
    })
    void whatIsSentWithoutAServerStaysAndCanBeSentAgain(
            String page, String button, String field, String save, String dialog) {
        open(page, button);
        browser().fill(field, "nvapi-offline-key-0001");

        browser().offline(true);
        try {
            browser().click(save);
            browser().awaitText(".ui-growl", "cannot be reached, so nothing was saved");
        } finally {
            browser().offline(false);
        }

        assertThat(browser().property(field, "value")).isEqualTo("nvapi-offline-key-0001");
        assertThat(browser().visible(dialog)).isTrue();
        String id = save.substring(1).replace("\\", "");
        browser().awaitScript("return !document.getElementById('" + id + "').disabled");
        browser().click(save);
        // answered: saved, refused at a field, or the next step
        browser()
                .awaitScript("return !document.getElementById('" + id + "')"
                        + " || !document.querySelector('" + dialog
                        + "').offsetParent && getComputedStyle(document.querySelector('"
                        + dialog + "')).display === 'none' || !!document.querySelector('" + dialog
                        + " .ui-message-error-detail')");
    }
}
