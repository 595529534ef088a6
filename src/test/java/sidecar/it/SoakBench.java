package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Await;
import sidecar.kit.ConsoleSession;
import sidecar.kit.Gateway;
import sidecar.kit.ServerProcess;

/**
 * Nothing grows ({@code src/bench/soak/run.sh}): a server that has been asked for everything, with and without faults, holds in the
 * end what it held in the beginning.
 */
class SoakBench {

    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("bench.seconds", 1_800));
    private static final Duration WARM = Duration.ofSeconds(Integer.getInteger("bench.warm", 60));

    /** Longer than the windows of a minute in which requests are counted: they are as full as the load was even. */
    private static final Duration SETTLE = Duration.ofSeconds(Integer.getInteger("bench.settle", 65));

    private static final int RATE = Integer.getInteger("bench.rate", 50);
    private static final int CALLS = Integer.getInteger("bench.calls", 2_000);
    private static final int PAGES = Integer.getInteger("bench.pages", 500);
    private static final int WARM_SHARE = 10;

    /** More than the server has threads for requests. */
    private static final int AT_ONCE = 40;

    /** So that nobody waits for minutes for a provider that an upstream's fault has made cool. */
    private static final String LONGEST_WAIT_SECONDS = "3";

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String IN_FLIGHT = "sidecar_in_flight";

    /** As numberOfActiveViewMaps in web.xml. */
    private static final int VIEWS = 90;

    @TempDir
    private Path home;

    private final List<String> failures = new ArrayList<>();
    private OwnSidecar sidecar;
    private SoakUpstreams upstreams;
    private ServerProcess process;
    private Gateway gateway;
    private String client;

    @BeforeEach
    void serve() {
        // as shipped: no flags of ours, and probes as they come
        sidecar = new OwnSidecar(home, Map.of("JAVA_OPTS", "", "SIDECAR_HEALTH_PROBE_MODE", "models"));
        sidecar.start();
        process = ServerProcess.below(ProcessHandle.current());
        gateway = sidecar.gateway();
        gateway.set("queue_timeout_seconds", LONGEST_WAIT_SECONDS);
        upstreams = new SoakUpstreams(gateway);
        client = gateway.admin("POST", "/clients", "{\"name\":\"soak\",\"rpm_limit\":1000000,\"max_concurrency\":5000}")
                .json()
                .path("token")
                .asText();
    }

    @AfterEach
    void end() {
        if (upstreams != null) {
            upstreams.close();
        }
        sidecar.close();
    }

    @Test
    @Timeout(value = 50, unit = TimeUnit.MINUTES)
    void traffic() {
        List<AdminCalls.AdminCall> calls = AdminCalls.of(gateway);
        ConsoleSession session = ConsoleSession.signIn(gateway, OwnSidecar.ADMIN);
        everythingAtOnce(calls);
        fillViews(session);
        soak("warm", WARM, calls, session);
        Footprint before = rest(calls);
        long things = soak("soak", TIME, calls, session);
        judge(new Growth(before, rest(calls), things));
    }

    @Test
    @Timeout(value = 50, unit = TimeUnit.MINUTES)
    void calls() {
        List<AdminCalls.AdminCall> calls = AdminCalls.of(gateway);
        ConsoleSession session = ConsoleSession.signIn(gateway, OwnSidecar.ADMIN);
        ConsoleSession stranger = ConsoleSession.stranger(gateway);
        List<String> resources = session.resources("/dashboard");
        everythingAtOnce(calls);
        fillViews(session);
        new SoakTraffic(gateway.port(), client).run(RATE, Duration.ofSeconds(2)); // so that reports report something
        callAll(calls, session, stranger, resources, Math.max(1, CALLS / WARM_SHARE), Math.max(1, PAGES / WARM_SHARE));
        Footprint before = rest(calls);
        long things = callAll(calls, session, stranger, resources, CALLS, PAGES);
        judge(new Growth(before, rest(calls), things));
    }

    /** Each page that is loaded adds its beans, until the session holds as many views as it may. */
    private static void fillViews(ConsoleSession session) {
        List<String> pages = SoakMonitor.pages();
        for (int i = 0; i < VIEWS; i++) {
            SoakMonitor.load(session, pages.get(i % pages.size()));
        }
    }

    /** All threads that the server may have for requests are made before anything is counted. */
    private void everythingAtOnce(List<AdminCalls.AdminCall> calls) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            Thread thread = new Thread(() -> calls.forEach(AdminCalls.AdminCall::makeInTheCrowd), "at once");
            threads.add(thread);
            thread.start();
        }
        threads.forEach(OwnSidecar::join);
    }

    private long soak(String name, Duration time, List<AdminCalls.AdminCall> calls, ConsoleSession session) {
        SoakTraffic traffic = new SoakTraffic(gateway.port(), client);
        Map<String, Integer> faults = upstreams.faults();
        Thread forgetting = forget();
        SoakMonitor monitor = new SoakMonitor(gateway, calls, session, OwnSidecar.ADMIN);
        try (monitor) {
            traffic.run(RATE, time);
        } finally {
            forgetting.interrupt();
        }
        System.out.printf(
                "SOAK   %s: %d exchanges in %d s; %s%n",
                name, traffic.exchanges(), time.toSeconds(), monitor.summary());
        traffic.summary().forEach(line -> System.out.println("SOAK     " + line));
        failures.addAll(traffic.surprises());
        failures.addAll(monitor.failures());
        failures.addAll(upstreams.broken());
        upstreams.faults().forEach((model, times) -> {
            if (times <= faults.getOrDefault(model, 0)) {
                failures.add("the upstream of " + model + " was not asked in " + name);
            }
        });
        return traffic.exchanges() + monitor.things();
    }

    /** The stubs keep every request that they have seen. */
    private Thread forget() {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            Thread.sleep(BETWEEN_LOOKS.toMillis());
                            upstreams.forgetCalls();
                        }
                    } catch (InterruptedException over) {
                        Thread.currentThread().interrupt();
                    }
                },
                "forgets calls");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private long callAll(
            List<AdminCalls.AdminCall> calls,
            ConsoleSession session,
            ConsoleSession stranger,
            List<String> resources,
            int times,
            int loads) {
        for (AdminCalls.AdminCall call : calls) {
            for (int i = 0; i < times; i++) {
                call.make();
            }
            upstreams.forgetCalls();
        }
        for (int i = 0; i < loads; i++) {
            SoakMonitor.pages().forEach(page -> SoakMonitor.load(session, page));
            SoakMonitor.load(stranger, "/login");
            glanceAtDashboard();
            resources.forEach(resource -> SoakMonitor.load(stranger, resource));
        }
        System.out.printf(
                "CALLS  %d calls of each of %d paths, %d loads of each of %d pages, the sign-in page, the dashboard's stream and %d resources%n",
                times, calls.size(), loads, SoakMonitor.pages().size(), resources.size());
        return (long) times * calls.size() + (long) loads * (SoakMonitor.pages().size() + 2);
    }

    private void glanceAtDashboard() {
        try (OpenDashboard dashboard = OpenDashboard.open(gateway, "/api/admin/dashboard/sse", OwnSidecar.ADMIN)) {
            Await.until(PATIENCE, () -> dashboard.snapshots() > 0, "a snapshot for a dashboard");
        }
    }

    /** What the server holds when it has had nothing to do for a while, and upstreams have closed what was kept open. */
    private Footprint rest(List<AdminCalls.AdminCall> calls) {
        try {
            Await.until(PATIENCE, () -> gateway.metric(IN_FLIGHT) == 0, "the end of the last exchange");
        } catch (AssertionError e) {
            failures.add(gateway.metric(IN_FLIGHT) + " exchanges without a client are in flight");
        }
        upstreams.hangUp();
        Await.sleep(SETTLE);
        // a window forgets what is old when it is next looked at
        calls.forEach(AdminCalls.AdminCall::make);
        return Footprint.of(process);
    }

    private void judge(Growth growth) {
        growth.table().forEach(System.out::println);
        failures.forEach(failure -> System.out.println("FAIL   " + failure));
        failures.addAll(growth.failures());
        assertThat(failures).isEmpty();
    }
}
