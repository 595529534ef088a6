package sidecar.exchange;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import sidecar.admission.Admission;
import sidecar.admission.AdmissionSettings;
import sidecar.affinity.IssuedIds;
import sidecar.affinity.SessionAffinity;
import sidecar.body.ByteBudget;
import sidecar.body.RequestBody;
import sidecar.client.ClientLimiter;
import sidecar.client.Clients;
import sidecar.failure.FailureClassifier;
import sidecar.ledger.AttemptEntry;
import sidecar.ledger.Ledger;
import sidecar.ledger.LedgerEntry;
import sidecar.limit.GrantLog;
import sidecar.limit.LimitSettings;
import sidecar.limit.NodeShare;
import sidecar.limit.RateLimiter;
import sidecar.pool.PoolSettings;
import sidecar.pool.ProviderPool;
import sidecar.pool.SomeProvider;
import sidecar.protocol.ApiPath;
import sidecar.protocol.request.RequestHead;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.TranslationMode;
import sidecar.time.TimeSource;
import sidecar.time.Timer;
import sidecar.upstream.Header;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;

/**
 * How late waiting exchanges wake up on a real clock, and what each costs in heap without its body: 5,000 that need the same, and as many
 * as the queue holds by default that each need other LLM tokens of a limit a minute, so that none waits for what another does. No test: run by
 * {@code src/bench/waiters/run.sh}, which prints the figures. Client and upstream are played; queue, pool, limits and
 * exchanges are the real ones.
 */
class WaitersBench {

    private static final int WAITERS = 5_000;

    private static final int WAITERS_WITH_OWN_NEEDS = 500;

    /** LLM tokens a minute that never run out. */
    private static final int PLENTY = 1_000_000_000;

    private static final int KEYS = 12;
    private static final int RPM = 200;
    private static final Duration WINDOW = Duration.ofSeconds(10);

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
    private final CatalogHolder catalog = new CatalogHolder();
    private final List<Long> sent = Collections.synchronizedList(new ArrayList<>());

    @Test
    void fiveThousandWait() throws InterruptedException {
        measure("waiters", WAITERS, i -> SomeProvider.named("p" + i).rpm(RPM), i -> ExchangeFixture.PLAIN);
    }

    @Test
    void asManyAsTheQueueHoldsWaitEachWithNeedsOfItsOwn() throws InterruptedException {
        measure(
                "own needs",
                WAITERS_WITH_OWN_NEEDS,
                i -> SomeProvider.named("p" + i).rpm(RPM).tpm(PLENTY),
                i -> ExchangeFixture.PLAIN.replace(
                        "[]", "[{\"role\":\"user\",\"content\":\"" + "word ".repeat(1 + i) + "\"}]"));
    }

    private void measure(String name, int waiters, IntFunction<SomeProvider> keys, IntFunction<String> bodies)
            throws InterruptedException {
        thread.setRemoveOnCancelPolicy(true);
        List<Provider> providers = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            providers.add(keys.apply(i).maps("m", "n").build());
        }
        catalog.publish(new ProviderCatalog(providers));
        ExchangeServices services = services();
        List<Exchange> exchanges = new ArrayList<>();
        // every place is taken, evenly over the window, so that later they free evenly
        long pause = WINDOW.toNanos() / (KEYS * RPM);
        long begin = System.nanoTime();
        for (int i = 0; i < KEYS * RPM; i++) {
            exchanges.add(begin(services, i, bodies.apply(i)));
            while (System.nanoTime() - begin < (i + 1) * pause * 8 / 10) {
                Thread.onSpinWait();
            }
        }
        long before = heap();
        for (int i = 0; i < waiters; i++) {
            exchanges.add(begin(services, KEYS * RPM + i, bodies.apply(i)));
        }
        int waiting = services.admission().depth();
        long after = heap();
        while (services.admission().depth() > 0) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        report(name, waiting, (after - before) / waiters, exchanges.size());
        thread.shutdownNow();
    }

    /** The n-th request leaves when the place of the one a whole round before it frees; what is later is lateness. */
    private void report(String name, int waiting, long bytes, int exchanges) {
        int round = KEYS * RPM;
        long[] late = new long[sent.size() - round];
        for (int i = 0; i < late.length; i++) {
            late[i] = sent.get(round + i) - sent.get(i) - WINDOW.toNanos();
        }
        Arrays.sort(late);
        System.out.printf(
                "%-10s %d waiting at once, %d exchanges, %d sent, %d before their place was free%n",
                name,
                waiting,
                exchanges,
                sent.size(),
                Arrays.stream(late).filter(l -> l < 0).count());
        System.out.printf(
                "lateness   p50 %.2f ms · p99 %.2f ms · max %.2f ms (p99 target 20 ms)%n",
                ms(late, 0.5), ms(late, 0.99), ms(late, 1));
        System.out.printf(
                "heap       %.1f KB for each waiter, without its body and the server's own objects (target 40 KB)%n",
                bytes / 1024.0);
    }

    private static double ms(long[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1, Math.ceil(sorted.length * part))] / 1e6;
    }

    private static long heap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static Exchange begin(ExchangeServices services, int number, String json) {
        RequestBody body = RequestBody.of(json.getBytes(StandardCharsets.UTF_8));
        ClientRequest request = new ClientRequest(
                "req-" + number,
                Clients.named("tester"),
                "POST",
                ApiPath.of(ExchangeFixture.CHAT).orElseThrow(),
                "",
                new Headers(List.of(new Header("Content-Type", "application/json"))),
                body,
                ((RequestHead.Reading.Read) RequestHead.json(body)).head(),
                Optional.empty(),
                Duration.ofHours(1));
        Exchange exchange = new Exchange(services, request, new FakeClient(), over -> {});
        exchange.start();
        return exchange;
    }

    private ExchangeServices services() {
        Timer timer = (delay, task) -> {
            ScheduledFuture<?> call = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> call.cancel(false);
        };
        RateLimiter rateLimiter = new RateLimiter(
                System::nanoTime,
                InstantSource.system(),
                () -> new LimitSettings(WINDOW, Duration.ZERO),
                GrantLog.NONE,
                NodeShare.WHOLE);
        PoolSettings settings = new PoolSettings(
                PoolSettings.SelectionStrategy.BALANCED, Duration.ofSeconds(30), Duration.ofMinutes(10), true, 0.1);
        ProviderPool pool = new ProviderPool(
                catalog, () -> settings, rateLimiter, System::nanoTime, InstantSource.system(), new Random());
        Upstream upstream = (request, listener) -> {
            sent.add(System.nanoTime());
            listener.sent();
            return new Upstream.Call() {
                @Override
                public void credit(int bytes) {}

                @Override
                public void abort() {}
            };
        };
        ExchangeSettings exchangeSettings = new ExchangeSettings(
                5,
                true,
                Duration.ofHours(1),
                Duration.ofHours(1),
                Duration.ofHours(1),
                Duration.ofHours(1),
                Duration.ofSeconds(45),
                Duration.ZERO,
                false,
                TranslationMode.ON,
                4096,
                Set.of(),
                "Sidecar/bench");
        return new ExchangeServices(
                catalog,
                pool,
                new Admission(
                        pool,
                        () -> new AdmissionSettings(WAITERS, Duration.ofHours(1), Duration.ZERO),
                        System::nanoTime,
                        timer),
                upstream,
                FailureClassifier::defaults,
                () -> exchangeSettings,
                new Nobody(),
                new UsageInjectionBlocklist(System::nanoTime),
                new IssuedIds(),
                new SessionAffinity(System::nanoTime),
                new ClientLimiter(System::nanoTime, InstantSource.system()),
                new ByteBudget(() -> 1 << 30),
                Runnable::run,
                new TimeSource(InstantSource.system(), System::nanoTime, timer));
    }

    private static final class Nobody implements Ledger {
        @Override
        public void attempted(AttemptEntry attempt) {}

        @Override
        public void finished(LedgerEntry entry) {}
    }
}
