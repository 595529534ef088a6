package sidecar.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Await;
import sidecar.kit.Browser;
import sidecar.kit.Pages;
import sidecar.kit.RunScript;

/** Takes the pictures of README and docs, and of every page in both themes, languages and sizes ({@code src/bench/screens/run.sh}). */
class Screens {

    private static final Path ALL = Path.of("target", "screens");
    private static final Path DOCS = Path.of("docs", "images");

    /** What the documents show, by the picture it is a copy of. */
    private static final Map<String, String> SHOWN = Map.of(
            "dashboard-dark-en-1440", "dashboard",
            "providers-dark-en-1440", "providers",
            "usage-light-en-1440", "usage",
            "dashboard-light-zh-CN-390", "dashboard-zh-phone",
            "dashboard-dark-zh-CN-1440", "dashboard-zh");

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void all(@TempDir Path directory) throws IOException {
        try (DemoSidecar sidecar = new DemoSidecar(directory, RunScript.QUICK_START)) {
            sidecar.addKeys();
            sidecar.addClients();
            sidecar.traffic(Duration.ofSeconds(90), 8);
            try (Browser browser = new Browser(sidecar.gateway().root())) {
                browser.signIn(DemoSidecar.ADMIN);
                Thread traffic = new Thread(() -> sidecar.traffic(Duration.ofSeconds(60), 8));
                traffic.start();
                for (int width : new int[] {1440, 390}) {
                    browser.resize(width, width == 1440 ? 900 : 844);
                    for (String theme : List.of("dark", "light")) {
                        for (String language : List.of("en", "zh-CN")) {
                            browser.prefers(theme, language);
                            Pages.all().forEach(page -> take(browser, page, theme + "-" + language + "-" + width));
                        }
                    }
                }
                traffic.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        Files.createDirectories(DOCS);
        for (Map.Entry<String, String> shown : SHOWN.entrySet()) {
            Files.copy(
                    ALL.resolve(shown.getKey() + ".png"),
                    DOCS.resolve(shown.getValue() + ".png"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void take(Browser browser, String page, String how) {
        browser.open("/" + page);
        browser.awaitQuiet();
        // charts and the first snapshot
        Await.sleep(Duration.ofMillis(1_500));
        browser.screenshot(ALL.resolve(page + "-" + how + ".png"));
    }
}
