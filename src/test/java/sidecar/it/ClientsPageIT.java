package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.openqa.selenium.Keys;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Json;
import sidecar.kit.Reply;
import sidecar.kit.Usage;

/** Who may call, and how much, as the console shows and changes it. */
class ClientsPageIT extends BrowsingSidecar {

    /** Another one in every test: a client that is made again under its old name has used what it has used. */
    private String ann;

    @BeforeEach
    void newName(TestInfo test) {
        ann = test.getTestMethod().orElseThrow().getName();
    }

    private void openAs(String token) {
        browser().signIn(token).open("/clients");
        // until then nobody listens to what is typed or pressed
        browser().awaitScript("return !!document.querySelector('#list input[name=\"primefaces.nonce\"]')");
    }

    private JsonNode client(String fields) {
        Reply made = gateway().admin("POST", "/clients", "{" + fields.replace('\'', '"') + "}");
        assertThat(made.status()).as(made.toString()).isEqualTo(200);
        return made.json();
    }

    private JsonNode stored() {
        JsonNode all = gateway().adminGet("/clients").json();
        assertThat(all).hasSize(1);
        return all.path(0);
    }

    private Reply chat(String token) {
        return gateway().chat("m", "Authorization", "Bearer " + token);
    }

    /** Prices that are easily seen: a thousandth of a dollar a token. */
    private void priced(int prompt, int completion) {
        ObjectNode mapping = Json.object().put("native_id", "n");
        mapping.putObject("cost").put("input", 0.001).put("output", 0.001);
        gateway()
                .create(Draft.of("p")
                        .at(stub().always(Answers.chat("hello", new Usage(prompt, completion))))
                        .serves("m", mapping));
    }

    private void add() {
        browser().click("#new\\:add");
        browser().find("#edit\\:name");
        browser().awaitQuiet();
    }

    private void row(String button) {
        browser().click("[aria-label='" + button + " " + ann + "']");
    }

    private void edit() {
        row("Edit");
        browser().awaitText("#title", ann);
        browser().find("#edit\\:rpm_limit");
        browser().awaitQuiet();
    }

    private void save() {
        browser().click("#edit\\:save");
        browser().awaitQuiet();
    }

    private void confirm(String question, boolean yes) {
        browser().awaitText("#confirm", question);
        browser().click("#confirm .ui-confirmdialog-" + (yes ? "yes" : "no"));
        browser().awaitGone("#confirm");
        browser().awaitQuiet();
    }

    private String takeToken() {
        browser().awaitText("#token", "sk-sidecar-");
        String token = browser().text("#token");
        browser().click("#taken");
        browser().awaitGone("#handed");
        return token;
    }

    private Object source() {
        return browser().script("return document.documentElement.outerHTML");
    }

    @Test
    void theUsageOfOneClientIsOneClickAway() {
        priced(10, 5);
        chat(client("'name':'" + ann + "'").path("token").asText());
        chat(client("'name':'" + ann + "-other'").path("token").asText());
        Await.until(
                () -> gateway().adminGet("/stats/usage?by=client&hours=24").json().findValuesAsText("client").stream()
                                .filter(name -> name.startsWith(ann))
                                .count()
                        == 2,
                "both in the books");
        openAs(VIEWER);

        row("Usage of");

        browser().awaitPath("/usage?by=model&client=" + ann);
        assertThat(browser().text("#only")).contains(ann);
        assertThat(browser().text("[data-figure=request_count]")).isEqualTo("1");
        assertThat(browser().text("[data-figure=prompt_tokens]")).isEqualTo("10");
        assertThat(browser().accessibilityFaults()).isEmpty();
        browser().click(".segments a", "30 days");
        browser().awaitPath("/usage?range=30d&by=model&client=" + ann);
        assertThat(browser().property("a[download]", "href"))
                .endsWith("/stats/usage?by=model&days=30&client=" + ann + "&format=csv");
        browser().click("#only a");
        browser().awaitPath("/usage?range=30d&by=model");
        assertThat(browser().text("[data-figure=request_count]")).isNotEqualTo("1");
    }

    @Test
    void aClientIsMadeItsTokenShownOnceAndWhatItUsesIsCounted() {
        priced(10, 5);
        openAs(ADMIN);
        assertThat(browser().text("#list")).contains("No client yet", "programs on this machine");
        assertThat(browser().accessibilityFaults()).isEmpty();

        add();
        assertThat(browser().text("#edit")).contains("every call of /v1 needs a token");
        browser().fill("#edit\\:name", ann);
        browser().fill("#edit\\:rpm_limit", "20");
        browser().fill("#edit\\:budget_day_usd", "5");
        browser().fill("#edit\\:models_input", "m");
        browser().press(Keys.ENTER);
        assertThat(browser().accessibilityFaults()).isEmpty();
        save();

        browser().awaitText("#token", "sk-sidecar-");
        assertThat(browser().accessibilityFaults()).isEmpty();
        String token = takeToken();
        assertThat(token).matches("sk-sidecar-[A-Za-z0-9]{40}");
        assertThat(source().toString()).doesNotContain(token);
        browser().open("/clients");
        assertThat(source().toString()).doesNotContain(token);

        assertThat(chat(token).status()).isEqualTo(200);
        assertThat(gateway().chat("m").status()).isEqualTo(401);
        // the page looks by itself
        browser().awaitText(".requests", "1 / 20");
        browser().awaitText("td.tokens", "15 / ∞");
        JsonNode used = stored().path("used");
        assertThat(used.path("tokens_minute").asInt()).isEqualTo(15);
        assertThat(used.path("day_usd").decimalValue()).isEqualByComparingTo("0.015");
        assertThat(browser().text("td.day")).contains("$0.015 / $5.00");
        assertThat(browser().text("td.month")).contains("$0.015 / ∞");
        assertThat(browser().text("td.running")).contains("0 / ∞");
        assertThat(browser().text("td.rights")).isEqualTo("m");
        browser().click("[aria-label='Requests of " + ann + "']");
        browser().awaitPath("/requests?client=" + ann);
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void whoCallsWithoutATokenIsToldBeforeAndAfterThatEnds() {
        provider("p", "m", "n");
        gateway().chat("m", "User-Agent", "agent-of-" + ann + "/1.0");
        gateway().chat("m", "User-Agent", "agent-of-" + ann + "/1.0");
        openAs(ADMIN);
        browser().awaitText("#list .callers", "agent-of-" + ann + "/1.0");

        add();
        browser().awaitText("#edit .callers", "agent-of-" + ann + "/1.0");
        String caller = browser().textNow("#edit .callers tbody tr:first-child");
        assertThat(caller).contains("127.0.0.1", "2", "ago");
        assertThat(browser().accessibilityFaults()).isEmpty();
        browser().fill("#edit\\:name", ann);
        save();
        takeToken();

        browser().awaitText("#list\\:open", "They are refused now");
        assertThat(browser().text("#list\\:open")).contains("agent-of-" + ann);
        assertThat(gateway().chat("m", "User-Agent", "agent-of-" + ann + "/1.0").status())
                .isEqualTo(401);
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void whatIsEditedActsAtOnce() {
        provider("p", "m", "n");
        String token = client("'name':'" + ann
                        + "','strict_translation':true,'heartbeat':'chunk','expires_at':'2099-01-02T03:04:05.678Z'")
                .path("token")
                .asText();
        openAs(ADMIN);

        edit();
        assertThat(browser().all("#edit\\:name")).isEmpty();
        browser().fill("#edit\\:rpm_limit", "1");
        // left without Enter
        browser().fill("#edit\\:cidrs_input", "127.0.0.0/8");
        save();
        browser().awaitGone("#editor");

        assertThat(chat(token).status()).isEqualTo(200);
        Reply refused = chat(token);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("x-ratelimit-limit-requests")).isEqualTo("1");
        assertThat(stored().path("cidrs").path(0).asText()).isEqualTo("127.0.0.0/8");
        assertThat(stored().path("expires_at").asText())
                .as("which nobody touched")
                .isEqualTo("2099-01-02T03:04:05.678Z");
        assertThat(stored().path("strict_translation").asBoolean()).isTrue();
        assertThat(stored().path("heartbeat").asText()).isEqualTo("chunk");
        assertThat(stored().path("may_pin").asBoolean()).isFalse();
        assertThat(stored().path("enabled").asBoolean()).isTrue();
        browser().awaitText(".requests", "1 / 1");

        edit();
        browser().fill("#edit\\:rpm_limit", "");
        save();
        browser().awaitGone("#editor");
        assertThat(chat(token).status()).isEqualTo(200);

        row("Disable");
        browser().awaitText(".state-column", "disabled");
        assertThat(chat(token).error().path("message").asText()).contains("disabled");
        // the note of that lies over the buttons as long as the mouse is there
        browser().open("/clients");
        row("Enable");
        browser().awaitText(".state-column", "active");
        assertThat(chat(token).status()).isEqualTo(200);
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void whatIsRefusedIsSaidAtItsField() {
        client("'name':'" + ann + "'");
        openAs(ADMIN);

        add();
        save();
        browser().awaitText(".field:has(#edit\\:name)", "Must have 1 to 100 characters");
        browser().fill("#edit\\:name", ann);
        save();
        browser().awaitText(".field:has(#edit\\:name)", "exists already");
        browser().fill("#edit\\:name", "bob");
        browser().fill("#edit\\:rpm_limit", "many");
        browser().fill("#edit\\:budget_day_usd", "0");
        browser().fill("#edit\\:cidrs_input", "home.example");
        browser().press(Keys.ENTER);
        browser().script("document.getElementById('edit:expires_at').value = '2020-01-01T00:00'");
        save();

        browser().awaitText(".field:has(#edit\\:rpm_limit)", "Must be an integer");
        browser().awaitText(".field:has(#edit\\:budget_day_usd)", "Must be null or a number");
        browser().awaitText(".field:has(#edit\\:cidrs)", "Must hold addresses");
        browser().awaitText(".field:has(#edit\\:expires_at)", "Must lie in the future");
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(stored().path("name").asText()).isEqualTo(ann);
        assertThat(browser().visible("#token")).isFalse();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void anotherTokenEndsTheOldOne() {
        provider("p", "m", "n");
        String old = client("'name':'" + ann + "'").path("token").asText();
        openAs(ADMIN);

        row("New token for");
        confirm("The old one is refused", false);
        assertThat(chat(old).status()).isEqualTo(200);

        row("New token for");
        confirm("The old one is refused", true);
        String renewed = takeToken();

        assertThat(chat(old).status()).isEqualTo(401);
        assertThat(chat(renewed).status()).isEqualTo(200);
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void deletingAsksAndTheLastOneSaysWhoMayCallThen() {
        client("'name':'" + ann + "'");
        JsonNode other = client("'name':'other of " + ann + "'");
        openAs(ADMIN);

        row("Delete");
        confirm("its usage stays", false);
        assertThat(gateway().adminGet("/clients").json()).hasSize(2);

        gateway().admin("DELETE", "/clients/" + other.path("id").asText(), "");
        browser().open("/clients");
        row("Delete");
        browser().awaitText("#confirm", "programs on this machine may call");
        assertThat(browser().accessibilityFaults()).isEmpty();
        confirm("It is the last client", true);

        browser().awaitText("#list", "No client yet");
        assertThat(gateway().adminGet("/clients").json()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void aViewerReadsAndAForgedPostChangesNothing() {
        JsonNode made = client("'name':'" + ann + "','rpm_limit':7");
        openAs(VIEWER);

        assertThat(browser().text("td.requests")).contains("0 / 7");
        assertThat(browser().all("#new\\:add, #editor, #handed, .row-actions button"))
                .isEmpty();
        for (String source :
                new String[] {"list:table:0:delete", "list:table:0:off", "list:table:0:renew", "edit:save"}) {
            forge(source);
        }

        assertThat(stored().path("enabled").asBoolean()).isTrue();
        assertThat(stored().path("updated_at")).isEqualTo(made.path("updated_at"));
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }

    /** As the admin's page would post it, with the viewer's own view and session. */
    private void forge(String source) {
        Object answer = browser().script("""
                const view = document.querySelector('[name="jakarta.faces.ViewState"]').value;
                const nonce = document.querySelector('[name="primefaces.nonce"]').value;
                const form = arguments[0].split(':')[0];
                const request = new XMLHttpRequest();
                request.open('POST', '/clients', false);
                request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
                request.setRequestHeader('Faces-Request', 'partial/ajax');
                request.send(new URLSearchParams({[form]: form, 'jakarta.faces.ViewState': view,
                    'primefaces.nonce': nonce, 'jakarta.faces.partial.ajax': 'true',
                    'jakarta.faces.source': arguments[0], 'jakarta.faces.partial.execute': '@all',
                    'jakarta.faces.partial.render': '@all', [arguments[0]]: arguments[0],
                    'edit:name': 'forged'}).toString());
                return request.status + request.responseText;
                """, source);
        assertThat(answer.toString()).startsWith("200").doesNotContainPattern("sk-sidecar-[A-Za-z0-9]{40}");
    }

    @Test
    void inChineseAndOnAPhone() {
        client("'name':'" + ann
                + "','rpm_limit':60,'budget_day_usd':2.5,'models':['m'],'cidrs':['10.0.0.0/8','fd00::/8'],'may_pin':true,"
                + "'strict_translation':true,'heartbeat':'chunk'");
        browser().signIn(ADMIN).prefers("light", "zh-CN");
        browser().resize(390, 844);
        browser().open("/clients");

        assertThat(browser().text("h1")).isEqualTo("客户端");
        assertThat(browser().text("#list")).contains("有效", "请求/分钟", "今天", "可指定提供商", "严格转换", "分块心跳");
        assertThat(wider()).isEqualTo(0L);
        assertThat(browser().accessibilityFaults()).isEmpty();
        browser().awaitScript("return !!document.querySelector('#list input[name=\"primefaces.nonce\"]')");
        row("编辑");
        browser().fill("#edit\\:rpm_limit", "x");
        save();
        browser().awaitText(".field:has(#edit\\:rpm_limit)", "必须是介于");
        assertThat(browser().text("#edit")).doesNotContain("rpm_limit");
        assertThat(wider()).isEqualTo(0L);
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }

    private Object wider() {
        return browser().script("return Math.max(0, document.documentElement.scrollWidth - window.innerWidth)");
    }

    @Test
    void connectSaysHowToGetAToken() {
        provider("p", "m", "n");
        client("'name':'" + ann + "'");
        browser().signIn(VIEWER).open("/connect");

        assertThat(browser().text("#connect")).contains("SIDECAR_CLIENT_TOKEN", "shown once when it is made");
        assertThat(browser().text("#recipe-curl")).contains("$SIDECAR_CLIENT_TOKEN");
        browser().click("#connect a[href='/clients']");
        browser().awaitPath("/clients");
        assertThat(browser().complaints()).isEmpty();
    }
}
