package sidecar.it;

import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import sidecar.kit.Await;

/** Somebody who knows the page of providers by hand. */
abstract class BrowsingProviders extends BrowsingSidecar {

    void openAs(String token, String page) {
        browser().signIn(token);
        browser().open(page);
        // until then nobody listens to what is typed or pressed
        browser().awaitScript("return !!document.querySelector('#list input[name=\"primefaces.nonce\"]')");
    }

    void field(String name, String text) {
        browser().fill("#edit\\:tabs\\:" + name, text);
    }

    void model(int row, String input, String text) {
        String css = "#edit .mappings [id$=':" + input + "']";
        Await.until(() -> browser().all(css).size() > row, () -> css + " in row " + row);
        WebElement field = browser().all(css).get(row);
        field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
        field.sendKeys(text);
    }

    void tab(String name) {
        browser().click("#edit .ui-tabs-nav a", name);
    }

    void edit(String name) {
        rowButton("Edit " + name);
        browser().find("#edit\\:tabs\\:name");
    }

    void rowButton(String label) {
        browser().click("[aria-label='" + label + "']");
    }

    void select(int row) {
        browser().script("document.querySelectorAll('#list\\\\:table_data .ui-chkbox-box')[" + row + "].click()");
        browser().awaitQuiet();
    }
}
