package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
import sidecar.pool.MedianRandom;
import sidecar.pool.PoolInspector;
import sidecar.pool.PoolSettings;
import sidecar.pool.ProviderPool;
import sidecar.pool.SomeProvider;
import sidecar.pool.event.CooldownRecord;
import sidecar.pool.event.UnwrittenCooldowns;
import sidecar.protocol.ApiPath;
import sidecar.protocol.request.RequestHead;
import sidecar.provider.CatalogHolder;
import sidecar.provider.ModelSettings;
import sidecar.provider.Provider;
import sidecar.provider.model.TranslationMode;
import sidecar.time.FakeTime;
import sidecar.time.TimeSource;
import sidecar.upstream.Header;
import sidecar.upstream.Headers;

/**
 * A whole Sidecar on a stage, and any number of exchanges, each known by the name of its client: what one does to the
 * others is the matter. Clients, upstreams and time are played; the rest is real. Chance always takes the middle.
 */
final class FlowFixture {

    final FakeTime time;
    final FakeUpstream upstream = new FakeUpstream();
    final CatalogHolder catalog = new CatalogHolder();
    final Map<String, Guest> guests = new LinkedHashMap<>();
    private final UnwrittenCooldowns unwritten = new UnwrittenCooldowns();
    final Map<String, CooldownRecord> events = new LinkedHashMap<>();
    final Map<String, ModelSettings> models = new HashMap<>();
    final List<String> failures = new ArrayList<>();

    PoolSettings.SelectionStrategy strategy = PoolSettings.SelectionStrategy.ORDERED;
    Duration gap = Duration.ZERO;
    Duration queueTimeout = Duration.ofMinutes(4);
    Duration precheck = Duration.ofSeconds(10);
    int queueDepth = 500;
    double emergency = 0.1;
    Duration overflowWait = Duration.ZERO;
    Duration deadline = Duration.ofMinutes(10);
    boolean affinity;

    RateLimiter rateLimiter;
    ProviderPool pool;
    Admission admission;
    private SessionAffinity served;

    FlowFixture() {
        this(new FakeTime());
    }

    FlowFixture(FakeTime time) {
        this.time = time;
        rateLimiter = new RateLimiter(
                time, time, () -> new LimitSettings(Duration.ofSeconds(61), gap), GrantLog.NONE, NodeShare.WHOLE);
        pool = newPool();
        admission = newAdmission();
        served = new SessionAffinity(time);
    }

    private ProviderPool newPool() {
        ProviderPool made = new ProviderPool(catalog, this::poolSettings, rateLimiter, time, time, new MedianRandom());
        made.onEvent(unwritten);
        return made;
    }

    private Admission newAdmission() {
        return new Admission(pool, () -> new AdmissionSettings(queueDepth, queueTimeout, precheck), time, time);
    }

    private PoolSettings poolSettings() {
        return new PoolSettings(strategy, Duration.ofSeconds(30), Duration.ofMinutes(10), true, emergency);
    }

    /** One client, its exchange, and what the upstream has still to answer it. */
    static final class Guest {
        final String name;
        final FakeClient client = new FakeClient();
        private final List<FakeUpstream.Call> answered = new ArrayList<>();
        private Optional<Exchange> exchange = Optional.empty();
        private Optional<LedgerEntry> entry = Optional.empty();

        Guest(String name) {
            this.name = name;
        }

        Optional<LedgerEntry> entry() {
            return entry;
        }
    }

    /** The providers, from now on exactly these. */
    void providers(List<SomeProvider> all) {
        catalog.publishProviders(all.stream().map(SomeProvider::build).toList());
        pool.capacityFreed();
    }

    void rules(ModelSettings settings) {
        models.put(settings.model(), settings);
        catalog.publishModels(models);
    }

    /** Sidecar is killed and started again: what the journal had written down is all that is left. */
    void restart() {
        List.copyOf(guests.keySet()).forEach(this::hangUp);
        events();
        time.advance(Duration.ZERO);
        rateLimiter = new RateLimiter(
                time, time, () -> new LimitSettings(Duration.ofSeconds(61), gap), GrantLog.NONE, NodeShare.WHOLE);
        pool = newPool();
        pool.restore(events.values().stream().filter(e -> !e.settled()).toList(), pool.errors());
        admission = newAdmission();
        served = new SessionAffinity(time);
    }

    /** All cooldown events so far, also those done with. */
    List<CooldownRecord> events() {
        pool.expireCooldowns();
        unwritten.take().forEach(event -> events.put(event.id(), event));
        return List.copyOf(events.values());
    }

    Guest asks(String name, String model) {
        return asks(name, model, "{\"model\":\"" + model + "\",\"messages\":[{\"content\":\"I am " + name + "\"}]}");
    }

    /** {@code body} must contain "I am " and the name. */
    Guest asks(String name, String model, String body) {
        return asks(name, Optional.empty(), body);
    }

    Guest asks(String name, Optional<String> pinned, String body) {
        Guest guest = new Guest(name);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        RequestBody whole = RequestBody.of(bytes);
        ClientRequest request = new ClientRequest(
                name,
                Clients.named("tester"),
                "POST",
                ApiPath.of(ExchangeFixture.CHAT).orElseThrow(),
                "",
                new Headers(List.of(new Header("Content-Type", "application/json"))),
                whole,
                ((RequestHead.Reading.Read) RequestHead.json(whole)).head(),
                pinned,
                deadline);
        Exchange exchange = new Exchange(services(), request, guest.client, over -> {});
        guest.exchange = Optional.of(exchange);
        guest.client.tells(exchange);
        guests.put(name, guest);
        exchange.start();
        return guest;
    }

    private ExchangeServices services() {
        Ledger ledger = new Ledger() {
            @Override
            public void attempted(AttemptEntry attempt) {
                attempt.failure()
                        .filter(kind -> attempt.error())
                        .ifPresent(kind -> failures.add(attempt.provider() + " " + kind.wire()));
            }

            @Override
            public void finished(LedgerEntry entry) {
                Guest guest = guest(entry.requestId());
                assertThat(guest.entry).as("%s ends once", guest.name).isEmpty();
                guest.entry = Optional.of(entry);
            }
        };
        return new ExchangeServices(
                catalog,
                pool,
                admission,
                upstream,
                FailureClassifier::defaults,
                this::exchangeSettings,
                ledger,
                new UsageInjectionBlocklist(time),
                new IssuedIds(),
                served,
                new ClientLimiter(time, time),
                new ByteBudget(() -> 1 << 30),
                Runnable::run,
                new TimeSource(time, time, time));
    }

    private ExchangeSettings exchangeSettings() {
        return new ExchangeSettings(
                5,
                true,
                deadline,
                Duration.ofMinutes(3),
                Duration.ofMinutes(2),
                Duration.ofMinutes(30),
                Duration.ZERO,
                overflowWait,
                affinity,
                TranslationMode.ON,
                4096,
                Set.of(),
                "Sidecar/test");
    }

    Guest guest(String name) {
        return Objects.requireNonNull(guests.get(name), "nobody is called " + name);
    }

    void hangUp(String name) {
        guest(name).exchange.orElseThrow().disconnected();
    }

    /** The request of that client which an upstream has in hand. */
    Optional<FakeUpstream.Call> inHand(String name) {
        Guest guest = guest(name);
        return upstream.calls.stream()
                .filter(call -> call.body().contains("I am " + name + "\""))
                .filter(call -> !guest.answered.contains(call) && call.aborts.get() == 0)
                .reduce((earlier, later) -> later);
    }

    FakeUpstream.Call answering(String name) {
        FakeUpstream.Call call = inHand(name).orElseThrow(() -> new AssertionError(name + " is with no provider"));
        guest(name).answered.add(call);
        return call;
    }

    /** Who has that request in hand. */
    Optional<Provider> at(String name) {
        return inHand(name).map(call -> {
            String key = call.request.headers().first("Authorization").orElse("");
            return catalog.get().all().stream()
                    .filter(p -> key.endsWith(p.endpoint().key().orElseThrow().reveal()))
                    .findFirst()
                    .orElseThrow();
        });
    }

    boolean waits(String name) {
        return admission.waiting().stream().anyMatch(waiter -> waiter.request().equals(name));
    }

    Provider provider(String name) {
        return catalog.get().byName(name).orElseThrow(() -> new AssertionError("no provider " + name));
    }

    /** Everybody leaves: nothing of them is left behind. */
    void clean() {
        List.copyOf(guests.keySet()).forEach(this::hangUp);
        assertThat(time.pending()).as("timers left").isZero();
        assertThat(admission.depth()).as("waiting").isZero();
        for (Provider provider : catalog.get().all()) {
            assertThat(PoolInspector.inFlight(pool, provider))
                    .as("leases of " + provider.name())
                    .isZero();
        }
        guests.values().forEach(guest -> {
            assertThat(guest.entry).as("%s has its end", guest.name).isPresent();
            assertThat(guest.client.breaches).as(guest.name).isEmpty();
        });
    }
}
