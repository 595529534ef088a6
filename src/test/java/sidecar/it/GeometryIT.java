package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Json;
import sidecar.kit.Pages;
import sidecar.kit.StubUpstream;
import sidecar.kit.Usage;

/**
 * Every page and every dialog at every size, in both languages and both themes, of an instance that is empty, usual, or crowded:
 * nothing lies over anything else, is cut off, or lies beyond the edge. What is open is looked at in one size after another, as
 * if a window were made smaller: opening it takes longer than looking.
 */
class GeometryIT extends BrowsingProviders {

    private static final String MODEL = "llama-3.3-70b-instruct";
    private static final String LONG = "of-a-team-with-a-very-long-name-".repeat(4);
    private static final String WORDS =
            "This key has been revoked by its owner, see https://example.org/account/keys/of-this-organization";
    private static final int CROWD = 200;
    private static final int MAPPINGS = 12;
    private static final List<int[]> SIZES =
            List.of(new int[] {1440, 900}, new int[] {1024, 768}, new int[] {390, 844});

    private final List<String> faults = new ArrayList<>();

    /** What there is to be shown. */
    enum Instance {
        EMPTY,
        USUAL,
        CROWDED
    }

    /** How it is shown: each theme and each language once, or with {@code -Dgeometry.full=true} every pair of them, which takes ten minutes. */
    enum Look {
        DARK_EN,
        DARK_ZH,
        LIGHT_EN,
        LIGHT_ZH;

        String theme() {
            return name().startsWith("DARK") ? "dark" : "light";
        }

        String language() {
            return name().endsWith("EN") ? "en" : "zh-CN";
        }
    }

    static List<Look> looks() {
        return Boolean.getBoolean("geometry.full") ? List.of(Look.values()) : List.of(Look.DARK_EN, Look.LIGHT_ZH);
    }

    private void fill(Instance instance) {
        switch (instance) {
            case EMPTY -> {}
            case USUAL -> usual();
            case CROWDED -> {
                usual();
                for (int i = 0; i < CROWD; i++) {
                    gateway()
                            .create(Draft.of(named("key-" + i + "-")).at(stub()).serves(MODEL, "native"));
                }
            }
        }
    }

    /** As long as a name may be. */
    private static String named(String beginning) {
        return (beginning + LONG).substring(0, 100);
    }

    private void usual() {
        StubUpstream good = stub();
        good.always(Answers.chat("hello", new Usage(1_234, 567)));
        StubUpstream limited = stub();
        limited.always(Answers.rateLimited("600"));
        StubUpstream refused = stub();
        refused.always(Answers.error(401, "Invalid API key", "invalid_api_key"));
        gateway().impatient();
        gateway()
                .create(Draft.of("nim-01")
                        .at(good)
                        .serves(MODEL, "meta/" + MODEL)
                        .with("label", "team a"));
        gateway().create(Draft.of("nim-02").at(limited).serves(MODEL, "meta/" + MODEL));
        gateway().create(Draft.of("nim-03").at(refused).serves(MODEL, "meta/" + MODEL));
        gateway()
                .create(Draft.of("reserve")
                        .at(good)
                        .serves(MODEL, "paid/" + MODEL)
                        .fallback());
        gateway()
                .admin("POST", "/clients", "{\"name\":\"openclaw-on-the-desk\",\"rpm_limit\":60,\"budget_day_usd\":5}");
        String token = gateway()
                .admin("POST", "/clients", "{\"name\":\"ci\",\"models\":[\"" + MODEL + "\"]}")
                .json()
                .path("token")
                .asText();
        for (int i = 0; i < 6; i++) {
            gateway().chat(MODEL, "Authorization", "Bearer " + token);
        }
        gateway().chat("not-there", "Authorization", "Bearer " + token);
    }

    @ParameterizedTest
    @EnumSource(Instance.class)
    void everyPageCanBeRead(Instance instance) {
        fill(instance);
        browser().signIn(ADMIN);
        for (Look look : looks()) {
            browser().prefers(look.theme(), look.language());
            for (String page : Pages.all()) {
                open(page);
                look(page + "-" + instance + "-" + look);
            }
        }

        assertThat(faults).as(faults.size() + " faults").isEmpty();
    }

    @Test
    void theSignInCanBeRead() {
        browser().open("/login");
        look("login");

        assertThat(faults).isEmpty();
    }

    /** With the longest of all that is shown in it. */
    @ParameterizedTest
    @MethodSource("looks")
    void everyDialogCanBeRead(Look look) {
        gateway().impatient();
        fillWithLongOnes();
        browser().signIn(ADMIN);
        browser().prefers(look.theme(), look.language());
        String how = "-" + look;
        oneProvider(how);
        manyProviders(how);
        clients(how);
        others(how);

        assertThat(faults).as(faults.size() + " faults").isEmpty();
    }

    /** Before there is anything, some say more. */
    @ParameterizedTest
    @MethodSource("looks")
    void theFirstDialogsCanBeRead(Look look) {
        gateway().chat("not-there", "User-Agent", LONG + " " + LONG);
        browser().signIn(ADMIN);
        browser().prefers(look.theme(), look.language());
        open("clients");
        browser().find("#list .callers");
        look("clients-first-" + look);
        browser().click("#new\\:add");
        lookAt("#editor", "client-first-" + look);
        open("models");
        browser().click("#new\\:add");
        opened("#editor");
        browser().click("#edit\\:save");
        browser().find("#edit .ui-message-error-detail");
        lookAt("#editor", "model-first-" + look);

        assertThat(faults).as(faults.size() + " faults").isEmpty();
    }

    private void fillWithLongOnes() {
        StubUpstream refused = stub().always(Answers.error(401, WORDS, "invalid_api_key"));
        Draft draft =
                Draft.of(named("long-")).at(refused).with("label", "team a").with("rpm_limit", 1_000_000);
        for (int i = 0; i < MAPPINGS; i++) {
            ObjectNode mapping = Json.object().put("native_id", "vendor-with-a-long-name/" + i + "-model-" + LONG);
            mapping.putObject("cost").put("input", 0.00000015).put("output", 0.00000123456789);
            mapping.put("context_window", 1_048_576).put("max_tokens", 131_072);
            draft = draft.serves("canonical-name-of-model-" + i + "-" + LONG.substring(0, 40), mapping);
        }
        ObjectNode headers = Json.object()
                .put("X-Organization-Of-The-Team", "secret-team-value")
                .putNull("User-Agent");
        String id = gateway().create(draft).path("id").asText();
        gateway().update(id, Json.object().set("headers", headers).toString());
        StubUpstream limited = stub().always(Answers.rateLimited("600"));
        gateway().create(Draft.of(named("limited-")).at(limited).serves(MODEL, "native"));
        StubUpstream good = stub().always(Answers.chat("hello", new Usage(1_234_567, 56_789)));
        gateway().create(Draft.of(named("good-")).at(good).serves(LONG, "native"));
        // rows of the log as broad as they come
        gateway().chat(LONG);
        gateway().chat("not-there-" + LONG);
        gateway().chat(MODEL);
        gateway()
                .admin(
                        "POST",
                        "/clients",
                        "{\"name\":\"" + named("client-") + "\",\"models\":[\"" + MODEL + "\",\""
                                + LONG.substring(0, 60)
                                + "\"],\"cidrs\":[\"10.0.0.0/8\",\"fd00:1234:5678:9abc::/64\"]}");
    }

    private void oneProvider(String how) {
        open("providers");
        browser().click("#head\\:add");
        opened("#editDialog");
        browser().click("#edit\\:save");
        browser().find("#edit .ui-message-error-detail");
        lookAt("#editDialog", "provider-new" + how);

        open("providers");
        rowOf("long-", "edit");
        lookAt("#editDialog", "provider-connection" + how);
        tab(2);
        lookAt("#editDialog", "provider-limits" + how);
        tab(3);
        browser().script("document.querySelectorAll('#edit details.advanced').forEach(more => { more.open = true; })");
        model(0, "context", "-1");
        browser().click("#edit\\:save");
        browser().awaitText("#edit .refused", "1000000000");
        lookAt("#editDialog", "provider-models" + how);
        tab(4);
        lookAt("#editDialog", "provider-headers" + how);
        browser().click("#edit\\:test");
        browser().awaitText("#edit\\:test_result", "401");
        lookAt("#editDialog", "provider-tested" + how);
    }

    private void tab(int number) {
        browser().click("#edit .ui-tabs-nav li:nth-child(" + number + ") a");
    }

    /** Presses a button of the row whose name begins so. */
    private void rowOf(String beginning, String button) {
        browser()
                .click("tr:has([title^='" + beginning + "'], [aria-label*=' " + beginning + "']) [id$=':" + button
                        + "']");
    }

    private void manyProviders(String how) {
        open("providers");
        browser().click("#list\\:test_all");
        browser().awaitText("#testing", "401");
        browser().find("#testing\\:disable_failed");
        lookAt("#testDialog", "tests" + how);
        browser().click("#testing\\:replace_failed");
        browser().find("#testing\\:keys");
        lookAt("#testDialog", "replace" + how);

        open("providers?import");
        lookAt("#importDialog", "import-source" + how);
        browser().fill("#import\\:text", "nvapi-one" + how + "-0123456789\nnvapi-two" + how + "-0123456789");
        browser().fill("#import\\:base_url", "http://upstream.example.org:8080/a/long/path/to/the/interface/v1");
        browser().fill("#import\\:name_prefix", LONG.substring(0, 80));
        browser().click("#import\\:preview");
        browser().find("#import\\:same");
        lookAt("#importDialog", "import-preview" + how);
        browser()
                .script("document.querySelector('#import\\\\:same input[value=yes]').closest('.ui-radiobutton')"
                        + ".querySelector('.ui-radiobutton-box').click()");
        browser().find("#import\\:quota_group");
        browser().click("#import\\:run");
        browser().find("#import\\:test");
        lookAt("#importDialog", "import-done" + how);

        open("providers");
        select(0);
        browser().click("#list\\:rpm");
        lookAt("#bulkRpmDialog", "bulk-rpm" + how);
        browser().script("PF('bulkRpm').hide()");
        browser().awaitGone("#bulkRpmDialog");
        browser().click("#list\\:move");
        lookAt("#bulkPoolDialog", "bulk-pool" + how);
        browser().script("PF('bulkPool').hide()");
        browser().awaitGone("#bulkPoolDialog");
        rowOf("long-", "delete");
        lookAt("#confirm", "confirm-provider" + how);
    }

    private void clients(String how) {
        open("clients");
        browser().click("#new\\:add");
        opened("#editor");
        browser().click("#edit\\:save");
        browser().find("#edit .ui-message-error-detail");
        lookAt("#editor", "client-new" + how);
        open("clients");
        browser().click("[id$=':edit']");
        browser().awaitText("#title", "client-");
        lookAt("#editor", "client-edit" + how);
        open("clients");
        browser().click("[id$=':renew']");
        lookAt("#confirm", "confirm-client" + how);
        browser().click("#confirm .ui-confirmdialog-yes");
        browser().awaitText("#token", "sk-sidecar-");
        lookAt("#handed", "client-token" + how);
    }

    private void others(String how) {
        open("models");
        browser().click("#list .ui-row-toggler");
        browser().find("#list .serving");
        look("models-open" + how);
        browser().click("#list .change");
        lookAt("#editor", "model" + how);
        for (String key : List.of("routing_strategy", "failure_rules", "queue_max_depth")) {
            open("settings");
            browser().click(".setting[data-key=" + key + "] .change");
            browser().awaitText("#edit", key);
            opened("#editor");
            if (key.equals("queue_max_depth")) {
                browser().fill("#edit\\:line", LONG);
                browser().click("#edit\\:save");
                browser().find("#edit .ui-message-error-detail");
            }
            lookAt("#editor", "setting-" + key + how);
        }
        open("cooldowns");
        browser().click(".clear");
        lookAt("#confirm", "confirm-cooldown" + how);
        // what has just ended is in the log a moment later, and the first look at it may be cut short
        Await.until(
                () -> {
                    open("requests");
                    return browser().visible("#log .ui-row-toggler");
                },
                "requests in the log");
        browser().click("#log .ui-row-toggler");
        browser().find(".details");
        look("requests-open" + how);
        // the database of this server is in memory, so there is no backup to choose
        open("backups");
        browser()
                .script(
                        "document.getElementById('restore-command').textContent = 'deploy/sidecar restore /srv/data/backups/sidecar-"
                                + LONG + ".zip && deploy/sidecar start'; PF('restoring').show()");
        lookAt("#restoring", "restore" + how);
        open("backups");
        browser().resize(390, 844);
        browser().click("[data-menu]");
        browser().find("#menu nav");
        look("menu" + how, SIZES.get(2));
    }

    /** Opens a page and waits until it listens and shows what it has. */
    private void open(String page) {
        browser().resize(SIZES.get(0)[0], SIZES.get(0)[1]);
        browser().open("/" + page);
        if (page.equals("dashboard")) {
            browser().find("#board, #first-run");
        }
        browser().awaitScript("return !!document.querySelector('#leave input[name=\"primefaces.nonce\"]')");
        browser().awaitQuiet();
    }

    /** Waits until a dialog is where it stays: what is clicked before may have moved by then. */
    private void opened(String dialog) {
        browser().find(dialog);
        browser().awaitQuiet();
        browser().awaitStill();
    }

    private void lookAt(String dialog, String state) {
        opened(dialog);
        look(state);
    }

    private void look(String state) {
        SIZES.forEach(size -> look(state, size));
        browser().resize(SIZES.get(0)[0], SIZES.get(0)[1]);
    }

    private void look(String state, int[] size) {
        browser().resize(size[0], size[1]);
        String name = state.toLowerCase(java.util.Locale.ROOT) + "-" + size[0];
        if (Boolean.getBoolean("geometry.pictures")) {
            browser().screenshot(Path.of("target", "pictures", name + ".png"));
        }
        List<String> found = browser().geometryFaults();
        found.forEach(fault -> faults.add(name + ": " + fault));
        if (!found.isEmpty()) {
            browser().screenshot(Path.of("target", "screens", "geometry-" + name + ".png"));
        }
    }

    /** The stylesheet of version 3.0.0 drew the lanes of providers over each other. */
    @Test
    void whatOnceWentWrongIsFound() throws IOException {
        fill(Instance.USUAL);
        browser().signIn(ADMIN).open("/dashboard");
        browser().awaitText("#lanes", "nim-01");
        assertThat(browser().geometryFaults()).isEmpty();

        browser()
                .script(
                        "const old = new CSSStyleSheet(); old.replaceSync(arguments[0]);"
                                + "document.querySelectorAll('link[href*=\"console.css\"]').forEach(link => link.disabled = true);"
                                + "document.adoptedStyleSheets = [old];",
                        Files.readString(Path.of("src/test/resources/console-3.0.0.css")));

        assertThat(browser().geometryFaults()).anyMatch(fault -> fault.contains(" lies over "));
    }
}
