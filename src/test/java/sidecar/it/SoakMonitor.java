package sidecar.it;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import sidecar.kit.Await;
import sidecar.kit.ConsoleSession;
import sidecar.kit.Gateway;
import sidecar.kit.Pages;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;

/** Those who look on while a soak runs: monitoring that asks for everything, open dashboards, somebody who leafs through the pages. */
final class SoakMonitor implements AutoCloseable {

    private static final Duration BETWEEN_CALLS = Duration.ofMillis(100);
    private static final Duration BETWEEN_PAGES = Duration.ofMillis(1_500);
    private static final Duration BETWEEN_HEALTH = Duration.ofSeconds(1);
    private static final Duration HEALTH = Duration.ofSeconds(10);
    private static final Duration HEALTH_SLOW = Duration.ofSeconds(1);
    private static final int TOLD = 20;

    private final Gateway gateway;
    private final List<AdminCalls.AdminCall> calls;
    private final ConsoleSession session;
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private final List<OpenDashboard> dashboards;
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicLong called = new AtomicLong();
    private final AtomicLong loaded = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong slowHealth = new AtomicLong();
    private final AtomicLong slowestHealthNanos = new AtomicLong();

    /** Begins, until closed. */
    SoakMonitor(Gateway gateway, List<AdminCalls.AdminCall> calls, ConsoleSession session, String token) {
        this.gateway = gateway;
        this.calls = calls;
        this.session = session;
        this.dashboards = List.of(
                OpenDashboard.open(gateway, "/api/admin/dashboard/sse", token),
                OpenDashboard.open(gateway, "/dashboard/sse", token));
        begin("admin calls", this::callAll);
        begin("pages", this::loadAll);
        begin("health", () -> step(asked, this::askHealth, BETWEEN_HEALTH));
    }

    private void begin(String name, Runnable round) {
        Thread thread = new Thread(
                () -> {
                    while (!over.get()) {
                        round.run();
                    }
                },
                name);
        threads.add(thread);
        thread.start();
    }

    private void callAll() {
        for (AdminCalls.AdminCall call : calls) {
            step(called, call::make, BETWEEN_CALLS);
        }
    }

    private void loadAll() {
        for (String page : pages()) {
            step(loaded, () -> load(session, page), BETWEEN_PAGES);
        }
    }

    /** One thing and a pause, unless all is over. What fails is told, the first times. */
    private void step(AtomicLong done, Runnable thing, Duration pause) {
        if (over.get()) {
            return;
        }
        try {
            thing.run();
        } catch (UncheckedIOException | AssertionError e) {
            if (failures.size() < TOLD) {
                failures.add(e.toString());
            }
        }
        done.incrementAndGet();
        Await.sleep(pause);
    }

    /** Every page that asks who is there. */
    static List<String> pages() {
        return Pages.all().stream().map(page -> "/" + page).toList();
    }

    /**
     * Loads a page.
     *
     * @throws AssertionError if it does not come
     */
    static void load(ConsoleSession session, String page) {
        Reply reply = session.load(page);
        if (reply.status() != 200 || !reply.end().whole()) {
            throw new AssertionError(
                    page + " answered " + reply.status() + " " + reply.headers().lines());
        }
    }

    /** Only no answer at all is a failure: how long it takes is the machine's as well. */
    private void askHealth() {
        long began = System.nanoTime();
        try (RawClient client = RawClient.to(gateway.port()).patience(HEALTH)) {
            client.request("GET", "/health", new byte[0], "Connection", "close");
            if (client.head().status() != 200) {
                throw new AssertionError("/health answered otherwise than 200");
            }
        }
        long took = System.nanoTime() - began;
        slowestHealthNanos.accumulateAndGet(took, Math::max);
        if (took > HEALTH_SLOW.toNanos()) {
            slowHealth.incrementAndGet();
        }
    }

    /** What has gone wrong. */
    List<String> failures() {
        List<String> all = new ArrayList<>(failures);
        if (dashboards.stream().anyMatch(dashboard -> dashboard.snapshots() == 0)) {
            all.add("a dashboard has not had one snapshot");
        }
        return all;
    }

    /** Calls and pages so far. */
    long things() {
        return called.get() + loaded.get();
    }

    /** What was done. */
    String summary() {
        return String.format(
                "%d admin calls, %d pages, %d snapshots; /health took %.2f s at most, %d of %d times longer than 1 s",
                called.get(),
                loaded.get(),
                dashboards.stream().mapToLong(OpenDashboard::snapshots).sum(),
                slowestHealthNanos.get() / 1e9,
                slowHealth.get(),
                asked.get());
    }

    @Override
    public void close() {
        over.set(true);
        threads.forEach(OwnSidecar::join);
        dashboards.forEach(OpenDashboard::close);
    }
}
