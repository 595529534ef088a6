package sidecar.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Await;
import sidecar.kit.Browser;
import sidecar.kit.ServerProcess;

/** What open dashboards cost ({@code src/bench/console/run.sh}): the server's CPU and memory, and a page's own. */
class ConsoleBench {

    private static final int PROVIDERS = Integer.getInteger("bench.providers", 100);
    private static final int TABS = Integer.getInteger("bench.tabs", 20);
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("bench.seconds", 600));
    private static final Duration SETTLE = Duration.ofSeconds(Integer.getInteger("bench.settle", 60));
    private static final double TICKS_A_SECOND = 100;

    private ServerProcess process;

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void openDashboards(@TempDir Path directory) {
        // as shipped: no flags of ours
        try (DemoSidecar sidecar = new DemoSidecar(directory, "")) {
            process = ServerProcess.below(ProcessHandle.current());
            sidecar.addKeys(PROVIDERS);
            Thread traffic =
                    new Thread(() -> sidecar.traffic(SETTLE.multipliedBy(3).plus(TIME), 1));
            traffic.setDaemon(true);
            traffic.start();
            firstLoad(sidecar);
            Await.sleep(SETTLE);
            double alone = share(SETTLE);
            List<OpenDashboard> tabs = new ArrayList<>();
            for (int i = 1; i < TABS; i++) {
                tabs.add(OpenDashboard.open(sidecar.gateway(), "/dashboard/sse", DemoSidecar.ADMIN));
            }
            try (Browser page = new Browser(sidecar.gateway().root())) {
                page.signIn(DemoSidecar.ADMIN);
                page.awaitText("#lanes", "key-100");
                Await.sleep(SETTLE);
                long heapBefore = process.liveHeapBytes();
                long scriptBefore = scriptHeap(page);
                double open = share(TIME);
                System.out.printf(
                        "server    %.1f %% of a core alone, %.1f %% with %d dashboards on %d providers: %.1f %% for them (at most 5)%n",
                        alone * 100, open * 100, TABS, PROVIDERS, (open - alone) * 100);
                System.out.printf(
                        "heap      %.1f MB live before, %.1f MB after %d s%n",
                        heapBefore / 1e6, process.liveHeapBytes() / 1e6, TIME.toSeconds());
                System.out.printf(
                        "page      %.1f MB of script heap before, %.1f MB after%n",
                        scriptBefore / 1e6, scriptHeap(page) / 1e6);
                System.out.printf(
                        "stream    %d bytes a second and dashboard%n",
                        tabs.stream().mapToLong(OpenDashboard::bytes).sum()
                                / (SETTLE.plus(TIME).toSeconds() * (TABS - 1)));
            } finally {
                tabs.forEach(OpenDashboard::close);
            }
        }
    }

    /** What a browser that has never been here fetches, and until when it cannot be used. */
    private static void firstLoad(DemoSidecar sidecar) {
        try (Browser browser = new Browser(sidecar.gateway().root())) {
            long login = browser.open("/login").transferred();
            long ready = ((Number)
                            browser.script(
                                    "return Math.round(performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd)"))
                    .longValue();
            browser.signIn(DemoSidecar.ADMIN);
            browser.awaitText("#lanes", "key-100");
            long dashboard = browser.transferred();
            browser.open("/dashboard");
            browser.awaitText("#lanes", "key-100");
            long live = ((Number) browser.script("return Math.round(performance.now())")).longValue();
            System.out.printf(
                    "weight    %d KB for sign-in and dashboard the first time, %d KB for the dashboard after%n",
                    (login + dashboard) / 1_000, browser.transferred() / 1_000);
            System.out.printf(
                    "time      sign-in page usable after %d ms, dashboard with %d lanes live after less than %d ms%n",
                    ready, PROVIDERS, live);
        }
    }

    private static long scriptHeap(Browser page) {
        return page.scriptHeapBytes();
    }

    /** The server's share of one core over that time, garbage collector and all. */
    private double share(Duration time) {
        long before = ticks();
        long began = System.nanoTime();
        Await.sleep(time);
        return (ticks() - before) / TICKS_A_SECOND / ((System.nanoTime() - began) / 1e9);
    }

    private long ticks() {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
            // the program's name, in brackets, may hold spaces
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
