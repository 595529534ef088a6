package sidecar.kit;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.stream.StreamSupport;
import org.openqa.selenium.Alert;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * Debian's Chromium without a window, looking at the console. Elements are named by CSS; every look waits for a while. Not thread-safe.
 */
public final class Browser implements AutoCloseable {

    private static final int PHONE = 500;

    private static final File CHROMIUM = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");

    private static final int WIDTH = 1440;
    private static final int HEIGHT = 900;

    private final String root;
    private final Path profile;
    private final ChromeDriver driver;

    /** @param root the address of a Sidecar, without a slash at the end */
    public Browser(String root) {
        this.root = root;
        this.profile = profile();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM);
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--window-size=" + WIDTH + "," + HEIGHT,
                "--lang=en",
                "--user-data-dir=" + profile);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        this.driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER)
                        .usingAnyFreePort()
                        .build(),
                options);
    }

    private static Path profile() {
        try {
            return Files.createTempDirectory("sidecar-browser");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Begins anew, as far as pages can tell: signed out, nothing stored, one window of the usual size, no complaints. What has
     * been cached stays, since fetching and compiling it again is most of what a start takes.
     */
    public void begin() {
        String first = driver.getWindowHandles().iterator().next();
        for (String window : driver.getWindowHandles()) {
            if (!window.equals(first)) {
                driver.switchTo().window(window).close();
            }
        }
        driver.switchTo().window(first);
        driver.get("about:blank");
        driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        driver.executeCdpCommand("Storage.clearDataForOrigin", Map.of("origin", root, "storageTypes", "local_storage"));
        resize(WIDTH, HEIGHT);
        emulate("", "");
        complaints();
    }

    /** Forgets what it has cached, as on a first visit. */
    public void clearCache() {
        driver.executeCdpCommand("Network.clearBrowserCache", Map.of());
    }

    // --- where

    /** Goes to a path, such as {@code /providers}. */
    public Browser open(String path) {
        driver.get(root + path);
        return this;
    }

    /** Where it is now, without host and port. */
    public String path() {
        String url = driver.getCurrentUrl();
        return url.startsWith(root) ? url.substring(root.length()) : url;
    }

    /** Signs in with a token, whatever was there before; ends on the dashboard. */
    public Browser signIn(String token) {
        open("/login");
        fill("#login\\:token", token);
        click("#login\\:enter");
        awaitPath("/dashboard");
        return this;
    }

    /** Waits until it has come to a path. */
    public void awaitPath(String path) {
        Await.until(() -> path().equals(path), () -> "at " + path + ", is at " + path());
    }

    /** Shows pages in a theme ({@code dark}, {@code light}) and a language ({@code en}, {@code zh-CN}) from now on. */
    public void prefers(String theme, String language) {
        cookie("sidecar_theme", theme);
        cookie("sidecar_lang", language);
    }

    private void cookie(String name, String value) {
        driver.manage().deleteCookieNamed(name);
        driver.manage().addCookie(new Cookie(name, value, "/"));
    }

    /** Takes a cookie away, as if it had run out. */
    public void forgetCookie(String name) {
        driver.manage().deleteCookieNamed(name);
    }

    /** Takes the cookies of its sign-in away, as if they had run out. */
    public void forgetSignIn() {
        forgetCookie("sidecar_session");
        forgetCookie("sidecar_sign_in");
    }

    /** The cookies it holds. */
    public Set<Cookie> cookies() {
        return driver.manage().getCookies();
    }

    /** As wide and high as that, in CSS pixels; as a phone below {@link #PHONE}. */
    public void resize(int width, int height) {
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        if (width < PHONE) {
            driver.executeCdpCommand(
                    "Emulation.setDeviceMetricsOverride",
                    Map.of("width", width, "height", height, "deviceScaleFactor", 2, "mobile", true));
        } else {
            driver.manage().window().setSize(new Dimension(width, height));
        }
        awaitDrawn();
    }

    /** Waits until what changed has been laid out and drawn, also by those that follow the size of what is around them, as charts do. */
    private void awaitDrawn() {
        driver.executeAsyncScript("const done = arguments[0]; let left = 3;"
                + "const next = () => (left-- > 0 ? requestAnimationFrame(next) : done()); next();");
    }

    // --- what is there

    /** The first such element that can be seen; waits for it. */
    public WebElement find(String css) {
        // between two looks all may have been drawn anew
        List<WebElement> found = new ArrayList<>();
        Await.until(
                () -> {
                    driver.findElements(By.cssSelector(css)).stream()
                            .filter(Browser::shown)
                            .findFirst()
                            .ifPresent(found::add);
                    return !found.isEmpty();
                },
                () -> css + " on " + path() + "\n" + bodyText());
        return found.get(0);
    }

    /** Whether such an element can be seen now. */
    public boolean visible(String css) {
        return driver.findElements(By.cssSelector(css)).stream().anyMatch(Browser::shown);
    }

    /** Waits until no such element can be seen. */
    public void awaitGone(String css) {
        Await.until(
                () -> driver.findElements(By.cssSelector(css)).stream().noneMatch(Browser::shown),
                () -> css + " to go");
    }

    private static boolean shown(WebElement element) {
        try {
            return element.isDisplayed();
        } catch (WebDriverException gone) {
            return false;
        }
    }

    /** All such elements, seen or not. */
    public List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /** The text of the first such element that can be seen. */
    public String text(String css) {
        return of(css, WebElement::getText);
    }

    /** A property of the first such element that can be seen, as scripts see it; such as {@code value}. */
    public String property(String css, String name) {
        return of(css, element -> element.getDomProperty(name));
    }

    /** An attribute of the first such element that can be seen, as its markup has it; null where there is none. */
    public String attribute(String css, String name) {
        return of(css, element -> element.getDomAttribute(name));
    }

    /** What an element that can be seen says; of the one drawn in its place, if that happens meanwhile. */
    private String of(String css, Function<WebElement, String> reading) {
        String[] read = new String[1];
        withPatience(() -> read[0] = reading.apply(find(css)), css);
        return read[0];
    }

    /** Waits until such an element shows a text, as part of its own. */
    public void awaitText(String css, String text) {
        Await.until(() -> textNow(css).contains(text), () -> '"' + text + "\" in " + css + ", is: " + textNow(css));
    }

    /** The text of all such elements at this moment, without waiting; empty while they are being drawn anew. */
    public String textNow(String css) {
        try {
            StringBuilder all = new StringBuilder();
            for (WebElement each : driver.findElements(By.cssSelector(css))) {
                all.append(each.getText()).append('\n');
            }
            return all.toString();
        } catch (WebDriverException redrawn) {
            return "";
        }
    }

    /** Everything that the page says. */
    public String bodyText() {
        return driver.findElement(By.tagName("body")).getText();
    }

    // --- doing

    /** Clicks the first such element that can be seen. */
    public void click(String css) {
        withPatience(() -> find(css).click(), "click " + css);
    }

    /** Clicks the first such element that shows exactly that text. */
    public void click(String css, String text) {
        withPatience(
                () -> driver.findElements(By.cssSelector(css)).stream()
                        .filter(each ->
                                each.isDisplayed() && each.getText().strip().equals(text))
                        .findFirst()
                        .orElseThrow(() -> new NoSuchElementException(css + " with " + text))
                        .click(),
                "click " + css + " with " + text);
    }

    /** Writes into a field instead of what it held. */
    public void fill(String css, String text) {
        withPatience(
                () -> {
                    WebElement field = find(css);
                    field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
                    field.sendKeys(text);
                },
                "fill " + css);
    }

    /** Presses keys where the focus is. */
    public void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    /** Answers the browser's own question, which waits for that; returns what it asks. */
    public String answer(boolean yes) {
        String[] asked = new String[1];
        withPatience(
                () -> {
                    Alert question = driver.switchTo().alert();
                    asked[0] = question.getText();
                    if (yes) {
                        question.accept();
                    } else {
                        question.dismiss();
                    }
                },
                "a question");
        return asked[0];
    }

    /** Hands a file to an upload field, hidden as these are. */
    public void upload(String css, Path file) {
        driver.findElement(By.cssSelector(css)).sendKeys(file.toAbsolutePath().toString());
    }

    /** Chooses an entry of a PrimeFaces select-one menu by its label. */
    public void choose(String css, String label) {
        click(css);
        // a panel that is still unfolding lets clicks pass
        find(".ui-selectonemenu-panel.ui-connected-overlay-enter-done");
        click(".ui-selectonemenu-panel .ui-selectonemenu-item", label);
        // and one that still folds is there for whoever looks at the whole page
        awaitGone(".ui-selectonemenu-panel");
        awaitQuiet();
    }

    /** Runs a script in the page; its {@code return} comes back. */
    public Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Waits until a script returns true. */
    public void awaitScript(String script) {
        Await.until(() -> Boolean.TRUE.equals(script(script)), script);
    }

    /** Waits until PrimeFaces has no question under way. */
    public void awaitQuiet() {
        awaitScript("return !window.PrimeFaces || PrimeFaces.ajax.Queue.isEmpty()");
    }

    private static void withPatience(Runnable action, String what) {
        WebDriverException[] last = new WebDriverException[1];
        Await.until(
                () -> {
                    try {
                        action.run();
                        return true;
                    } catch (WebDriverException notYet) {
                        last[0] = notYet;
                        return false;
                    }
                },
                () -> what + (last[0] == null ? "" : ": " + last[0].getMessage()));
    }

    // --- judging

    /**
     * What axe-core finds of serious and critical impact on the page, one line each; once everything that moves or fades has
     * arrived. PrimeFaces keeps a button pale with a spinner for half a second, however early its answer came. What jQuery fades,
     * such as a message whose time is up, arrives at once: it might begin while axe-core looks.
     */
    public List<String> accessibilityFaults() {
        script("if (window.jQuery) { jQuery.fx.off = true; jQuery(':animated').finish(); }");
        awaitScript("return !document.querySelector('.ui-button .ui-icon-loading')"
                + " && document.getAnimations().every(a => a.effect.getComputedTiming().endTime === Infinity)");
        script(resource("/axe.min.js"));
        Object found = driver.executeAsyncScript(
                "const done = arguments[arguments.length - 1];"
                        + "axe.run({resultTypes: ['violations'], rules: {'target-size': {enabled: true}}}).then(r => done(r.violations"
                        + ".filter(v => v.impact === 'serious' || v.impact === 'critical')"
                        // a table's cell is no target: what is in it is, and is looked at by itself
                        + ".flatMap(v => v.nodes.filter(n => v.id !== 'target-size' || !n.html.startsWith('<td role=\"gridcell\"')).map(n => v.id + ': ' + n.target + ' ' + n.html.slice(0, 200) + ' ' + n.failureSummary))))");
        return ((List<?>) found).stream().map(Object::toString).toList();
    }

    /** Waits until everything that moves or fades has arrived, except for what never does. */
    public void awaitStill() {
        awaitScript("return document.getAnimations().every(a => a.effect.getComputedTiming().endTime === Infinity)");
        awaitDrawn();
    }

    /** What of the page cannot be read because of where it lies; one sentence each. What moves or fades arrives first. */
    public List<String> geometryFaults() {
        script("if (window.jQuery) { jQuery.fx.off = true; jQuery(':animated').finish(); }");
        awaitStill();
        return ((List<?>) script(resource("/geometry.js")))
                .stream().map(Object::toString).toList();
    }

    private static String resource(String name) {
        try (InputStream script = Browser.class.getResourceAsStream(name)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Shows pages as on paper, or to somebody whose system is set to reduced motion; on a screen, as ever, for empty words. */
    public Browser emulate(String medium, String motion) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "media",
                        medium,
                        "features",
                        List.of(Map.of("name", "prefers-reduced-motion", "value", motion))));
        return this;
    }

    /** From now on the page reaches no server, or does again. */
    public void offline(boolean now) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand(
                "Network.emulateNetworkConditions",
                Map.of("offline", now, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    /** What the browser complained about since it was asked last: script errors, refused resources. */
    public List<String> complaints() {
        return StreamSupport.stream(driver.manage().logs().get(LogType.BROWSER).spliterator(), false)
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Bytes that came over the wire for the page as it stands; what was in the cache counts nothing. */
    public long transferred() {
        return ((Number) script(
                        "return performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))"
                                + ".reduce((sum, entry) => sum + entry.transferSize, 0)"))
                .longValue();
    }

    /** Live bytes of the page's scripts; collects the garbage first. */
    public long scriptHeapBytes() {
        driver.executeCdpCommand("HeapProfiler.collectGarbage", Map.of());
        return ((Number) driver.executeCdpCommand("Runtime.getHeapUsage", Map.of())
                        .get("usedSize"))
                .longValue();
    }

    /** Saves the whole page, also what one would have to scroll to: in a window of its size, so that all of it is drawn as in any other. */
    public void screenshot(Path file) {
        Map<?, ?> page = (Map<?, ?>)
                driver.executeCdpCommand("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
        int width = ((Number) script("return innerWidth")).intValue();
        int height = ((Number) script("return innerHeight")).intValue();
        boolean phone = width < PHONE;
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        Math.max(height, ((Number) page.get("height")).intValue()),
                        "deviceScaleFactor",
                        phone ? 2 : 1,
                        "mobile",
                        phone));
        awaitDrawn();
        Map<String, Object> picture = driver.executeCdpCommand("Page.captureScreenshot", Map.of());
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        if (phone) {
            resize(width, height);
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, Base64.getDecoder().decode((String) picture.get("data")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
        delete(profile.toFile());
    }

    private static void delete(File file) {
        File[] inside = file.listFiles();
        for (File each : inside == null ? new File[0] : inside) {
            if (!Files.isSymbolicLink(each.toPath())) {
                delete(each);
            }
        }
        // what is left behind is in the temporary directory
        file.delete();
    }
}
