package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.database.Backup;
import sidecar.kit.Await;
import sidecar.kit.Browser;
import sidecar.kit.Draft;

/** Backups as the console shows and makes them. The database must be a file, so this server is started as operators do. */
class BackupsPageIT {

    @TempDir
    private static Path home;

    private static OwnSidecar sidecar;
    private static Browser browser;

    @BeforeAll
    static void serve() {
        sidecar = new OwnSidecar(home).start();
        browser = new Browser(sidecar.gateway().root());
    }

    @BeforeEach
    void beginAgain() {
        sidecar.gateway().clear();
        sidecar.gateway().create(Draft.of("one").at(sidecar.upstream()).serves(OwnSidecar.MODEL, "n"));
        browser.begin();
    }

    @AfterAll
    static void end() {
        if (browser != null) {
            browser.close();
        }
        sidecar.close();
    }

    private JsonNode items() {
        return sidecar.gateway().adminGet("/backups").json().path("items");
    }

    /** The names of those that can be restored, the newest first. */
    private List<String> verified() {
        List<String> names = new ArrayList<>();
        items().forEach(item -> {
            if (item.path("verified").asBoolean()) {
                names.add(item.path("name").asText());
            }
        });
        return names;
    }

    @Test
    void oneIsMadeCheckedAndDeletedAndARestoreIsExplained() throws IOException {
        // with a good one there, none of the server's own is due any more in the middle of this
        sidecar.gateway().backUp();
        Path backups = Files.createDirectories(sidecar.data().resolve("backups"));
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        Files.write(backups.resolve(Backup.nameAt(yesterday)), new byte[22]);
        browser.signIn(OwnSidecar.ADMIN).open("/backups");
        assertThat(browser.text("#list\\:table")).contains(yesterday.toString().substring(0, 10), "not checked");
        assertThat(browser.accessibilityFaults()).isEmpty();

        List<String> before = verified();
        browser.click("#make\\:now");

        Await.until(() -> verified().size() > before.size(), "the backup is verified");
        String name = verified().get(0);
        browser.awaitScript(
                "return [...document.querySelectorAll('.download')].some(link => link.href.endsWith('" + name + "'))");
        before.forEach(other -> sidecar.gateway().admin("DELETE", "/backups/" + other, ""));
        browser.open("/backups");
        browser.awaitText("#list\\:table", "verified");
        assertThat(browser.text("#list\\:table")).contains("1 providers");
        assertThat(browser.find(".download").getAttribute("href")).endsWith("/api/admin/backups/" + name);
        browser.awaitGone(".under-way");

        browser.click(".restore");
        browser.awaitText("#restore-command", "deploy/sidecar restore ");
        assertThat(browser.text("#restore-command")).contains(name);
        browser.awaitQuiet();
        browser.click("#command\\:check");
        browser.awaitText("#command\\:verdict", "Can be restored");
        browser.script("PF('notices').removeAll()");
        assertThat(browser.accessibilityFaults()).isEmpty();
        browser.script("PF('restoring').hide()");
        browser.awaitGone("#restoring");

        browser.click(".delete");
        browser.awaitText("#confirm", "only verified backup");
        assertThat(browser.accessibilityFaults()).isEmpty();
        browser.click("#confirm .ui-confirmdialog-yes");
        browser.awaitText("#list\\:live", "none yet");
        assertThat(items()).hasSize(1);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aFailureIsShownInTheVisitorsLanguageAndAViewerChangesNothing() throws IOException {
        Path file = Files.createFile(home.resolve("no-directory"));
        sidecar.gateway().set("backup_dir", file.toString());
        // a new server's own first backup may be under way, into the old place
        Await.until(() -> sidecar.gateway().admin("POST", "/backups", "").status() == 500, "a backup that fails");

        browser.signIn(OwnSidecar.VIEWER).prefers("light", "zh-CN");
        browser.open("/backups");

        assertThat(browser.text("h1")).isEqualTo("备份");
        assertThat(browser.text("[role=alert]")).contains("无法将备份写入 " + file);
        assertThat(browser.visible("#make\\:now")).isFalse();
        assertThat(browser.visible(".delete")).isFalse();
        browser.resize(390, 844);
        assertThat(browser.script("return document.documentElement.scrollWidth - innerWidth"))
                .isEqualTo(0L);
        assertThat(browser.accessibilityFaults()).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }
}
