package sidecar.pool;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import sidecar.failure.FailureClass;
import sidecar.limit.Ask;
import sidecar.limit.Grant;
import sidecar.limit.Quota;
import sidecar.limit.Quotas;
import sidecar.limit.Taken;
import sidecar.provider.ModelMapping;
import sidecar.provider.Pool;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.time.Ticker;

/**
 * Leases providers to attempts and learns from how these go. State is immutable values in concurrent maps, changed only
 * by {@code compute}. Callable from any thread; never blocks.
 */
public final class ProviderPool implements Standings {

    /** How long an account's "I do not have this model" is believed. */
    static final Duration MISSING_FOR = Duration.ofHours(1);

    /** An affinity gives way once its provider has used that much of its minute. */
    static final double MOST_PREFERRED_SHARE = 0.8;

    private static final int MOST_PLACES = 1_000;
    private static final System.Logger LOG = System.getLogger(ProviderPool.class.getName());

    private final Supplier<ProviderCatalog> catalog;
    private final Supplier<PoolRules> rules;
    private final Quotas quotas;
    private final Ticker ticker;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final CooldownJournal journal;
    private final Cooldowns cooldowns;
    private final Emergencies emergencies = new Emergencies();
    private final Workers workers = new Workers();
    private final Map<String, ProviderState> states = new ConcurrentHashMap<>();
    private final Map<String, TrackRecord> records = new ConcurrentHashMap<>();
    private final Map<String, Pulse> hosts = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Groups groups = new Groups(ProviderCatalog.EMPTY);

    /**
     * @param clock only to tell operators when a cooldown began and ends
     * @param random spreads cooldowns, makes event ids, picks for the latency strategy
     */
    public ProviderPool(
            Supplier<ProviderCatalog> catalog,
            Supplier<PoolRules> rules,
            Quotas quotas,
            Ticker ticker,
            InstantSource clock,
            RandomGenerator random) {
        this.catalog = catalog;
        this.rules = rules;
        this.quotas = quotas;
        this.ticker = ticker;
        this.clock = clock;
        this.random = random;
        this.journal = new CooldownJournal(clock);
        this.cooldowns = new Cooldowns(rules, ticker, clock, random, journal);
    }

    /** {@code listener} is called, on any thread, when something other than time may have made room. */
    public void onRoom(Runnable listener) {
        listeners.add(listener);
    }

    /** What is to be written down of cooldowns. */
    public CooldownJournal journal() {
        return journal;
    }

    /** Something other than time may have made room: a provider was added, a limit raised. */
    public void room() {
        listeners.forEach(Runnable::run);
    }

    // choosing

    /** Finds a provider for {@code wish} and takes its place, or says why there is none. */
    public Decision lease(Wish wish) {
        return lease(wish, Optional.empty());
    }

    /**
     * Finds a provider for {@code wish} and takes its place, or says why there is none.
     *
     * @param preferred the id of the provider that is taken where it is as good as the best
     */
    public Decision lease(Wish wish, Optional<String> preferred) {
        ProviderCatalog now = catalog.get();
        if (serving(now, wish).isEmpty()) {
            return Decision.Refused.hopeless(whyNobody(now, wish));
        }
        Survey survey = survey(now, wish);
        for (Chooser.Candidate candidate : preferring(preferred, order(survey))) {
            Look look = candidate.look();
            Taken taken = quotas.take(quota(look.provider()), ask(look.provider(), wish));
            if (taken instanceof Taken.Granted granted) {
                return new Decision.Leased(leased(look.provider(), wish, granted.grant(), false));
            }
            survey.add(full(look.provider(), look.position(), (Taken.Full) taken));
        }
        return survey.refusal(look -> quota(look.provider()));
    }

    private List<Chooser.Candidate> order(Survey survey) {
        return Chooser.order(survey.open(), rules.get().strategy(), random);
    }

    private List<Chooser.Candidate> preferring(Optional<String> preferred, List<Chooser.Candidate> ordered) {
        if (preferred.isEmpty() || ordered.isEmpty()) {
            return ordered;
        }
        Optional<Chooser.Candidate> wanted = ordered.stream()
                .filter(c -> c.look().provider().id().equals(preferred.get()))
                .filter(c -> c.asGoodAs(ordered.get(0)))
                .filter(c -> quotas.share(quota(c.look().provider())) < MOST_PREFERRED_SHARE)
                .findFirst();
        List<Chooser.Candidate> moved = new ArrayList<>(ordered);
        wanted.ifPresent(c -> {
            moved.remove(c);
            moved.add(0, c);
        });
        return moved;
    }

    /**
     * A lease in spite of a cooldown that was our own guess, for an exchange that would be refused otherwise. Comes as a
     * trickle only.
     */
    public Optional<Lease> emergency(Wish wish) {
        double fraction = rules.get().emergency();
        List<Look> cooling = survey(catalog.get(), wish.withOverflow(true)).skipped().stream()
                .filter(Look::guess)
                .sorted((a, b) -> a.freeIn().orElseThrow().compareTo(b.freeIn().orElseThrow()))
                .toList();
        for (Look look : cooling) {
            Quota quota = quota(look.provider());
            if (emergencies.take(quota, fraction, ticker.nanos())) {
                if (quotas.take(quota, ask(look.provider(), wish)) instanceof Taken.Granted granted) {
                    LOG.log(
                            System.Logger.Level.INFO,
                            "provider {0} is asked although it cools: nothing else is left",
                            look.provider().name());
                    return Optional.of(leased(look.provider(), wish, granted.grant(), true));
                }
                emergencies.refund(quota);
            }
        }
        return Optional.empty();
    }

    /** How many emergencies there have been since the start. */
    public long emergencies() {
        return emergencies.granted();
    }

    /**
     * A lease on that provider however it stands, for a request of an operator's own.
     *
     * @return empty when its window is full
     */
    public Optional<Lease> leaseFor(Provider provider) {
        Wish wish = Wish.of(Optional.empty(), Set.of());
        return quotas.take(quota(provider), ask(provider, wish)) instanceof Taken.Granted granted
                ? Optional.of(leased(provider, wish, granted.grant(), false))
                : Optional.empty();
    }

    /** What would become of each provider that maps the wish's model, in the order in which they would be asked. */
    public List<Route> route(Wish wish) {
        Survey survey = survey(catalog.get(), wish);
        List<Route> routes = new ArrayList<>();
        for (Chooser.Candidate candidate : order(survey)) {
            Provider provider = candidate.look().provider();
            boolean first = routes.isEmpty();
            routes.add(new Route(provider, first, (first ? "chosen: " : "after that: ") + words(provider, candidate)));
        }
        survey.skipped().forEach(look -> routes.add(new Route(look.provider(), false, look.reason())));
        return routes;
    }

    private String words(Provider provider, Chooser.Candidate candidate) {
        Quota quota = quota(provider);
        String window = quota.rpm() == 0 ? "unlimited" : "window " + quotas.used(quota) + "/" + quota.rpm();
        return provider.pool().wire() + ", " + candidate.health().wire() + ", " + window;
    }

    private List<Provider> serving(ProviderCatalog now, Wish wish) {
        List<Provider> all = wish.model().map(now::serving).orElseGet(now::enabled);
        return wish.only()
                .map(id -> all.stream().filter(p -> p.id().equals(id)).toList())
                .orElse(all);
    }

    private static Decision.Why whyNobody(ProviderCatalog now, Wish wish) {
        boolean mapped = wish.model()
                .map(model -> now.all().stream().anyMatch(p -> p.mapping(model).isPresent()))
                .orElse(true);
        return mapped ? Decision.Why.NO_PROVIDER : Decision.Why.UNKNOWN_MODEL;
    }

    private Survey survey(ProviderCatalog now, Wish wish) {
        List<Provider> serving = serving(now, wish);
        boolean primariesOnly = !wish.overflow() && serving.stream().anyMatch(p -> p.pool() == Pool.PRIMARY);
        Survey survey = new Survey();
        for (int i = 0; i < serving.size(); i++) {
            Provider provider = serving.get(i);
            Look look = primariesOnly && provider.pool() != Pool.PRIMARY
                    ? Look.skipped(provider, i, Skip.OVERFLOW, Optional.empty(), "the fallback pool is not used yet")
                    : look(provider, i, wish);
            if (look.skip().isPresent()) {
                survey.add(look);
            } else {
                survey.add(candidate(look, wish));
            }
        }
        return survey;
    }

    private Look look(Provider provider, int position, Wish wish) {
        ProviderState state = state(provider);
        long now = ticker.nanos();
        String model = wish.model().orElse("");
        if (!wish.apis().contains(provider.endpoint().api())) {
            return Look.skipped(provider, position, Skip.PROTOCOL, Optional.empty(), "does not speak this protocol");
        }
        Optional<String> error = error(provider, state);
        if (error.isPresent()) {
            return Look.skipped(provider, position, Skip.ERROR, Optional.empty(), "in error: " + error.get());
        }
        if (state.missing(model, now)) {
            return Look.skipped(
                    provider, position, Skip.MISSING, Optional.empty(), "has said that it does not have this model");
        }
        Again again = wish.tried().get(provider.id());
        if (again != null && again.kind() == Again.Kind.NEVER) {
            return Look.skipped(provider, position, Skip.TRIED, Optional.empty(), "was tried");
        }
        Optional<Cooldowns.Block> block = cooldowns.block(provider, model);
        if (block.isPresent()) {
            return Look.cooling(provider, position, block.get());
        }
        if (again != null && again.in(now) > 0) {
            Duration pause = Duration.ofNanos(again.in(now));
            return Look.skipped(provider, position, Skip.TRIED, Optional.of(pause), "was tried");
        }
        return quotas.obstacle(quota(provider), ask(provider, wish))
                .map(obstacle -> full(provider, position, obstacle))
                .orElseGet(() -> Look.open(provider, position));
    }

    private Look full(Provider provider, int position, Taken.Full obstacle) {
        return Look.skipped(
                provider, position, Skip.FULL, obstacle.freeIn(), Obstacles.words(quota(provider), quotas, obstacle));
    }

    private Chooser.Candidate candidate(Look look, Wish wish) {
        Provider provider = look.provider();
        ProviderState state = state(provider);
        String model = wish.model().orElse("");
        boolean any = wish.model().isPresent();
        return new Chooser.Candidate(
                look,
                wish.tried().containsKey(provider.id()),
                provider.mapsExactly(model),
                wish.avoid().contains(origin(provider)),
                health(provider, state.pulse(model)),
                any ? quotas.share(quota(provider)) / provider.weight() : 0,
                any ? state.inFlight() : 0,
                any ? state.lastUsedNanos() : 0,
                any ? record(provider).averageNanos() : 0);
    }

    private Health health(Provider provider, Pulse model) {
        long now = ticker.nanos();
        Health own = model.health(now);
        Health host = hosts.getOrDefault(origin(provider), Pulse.WELL).health(now);
        return own.compareTo(host) >= 0 ? own : host;
    }

    private Ask ask(Provider provider, Wish wish) {
        String key = workers(provider, wish.model().orElse(""));
        return new Ask(provider.endpoint().identity(), wish.tokens(), key, workers.most(key, ticker.nanos()));
    }

    /** What an attempt on {@code model} runs on: every account of a host shares its model's workers. */
    static String workers(Provider provider, String model) {
        return model.isEmpty()
                ? ""
                : provider.mapping(model)
                        .map(mapping -> origin(provider) + " "
                                + (mapping.nativeId().equals(ModelMapping.ANY) ? model : mapping.nativeId()))
                        .orElse("");
    }

    private Lease leased(Provider provider, Wish wish, Grant grant, boolean emergency) {
        long now = ticker.nanos();
        String model = wish.model().orElse("");
        boolean cooldown = !emergency && cooldowns.probes(provider, model);
        ProviderState after = change(
                provider.id(),
                state -> state.taken(now)
                        .probing(
                                model,
                                state.pulse(model).probing()
                                        || state.pulse(model).halfOpen(now)));
        Pulse host = hosts.computeIfPresent(
                origin(provider), (o, pulse) -> pulse.halfOpen(now) ? pulse.probing(true) : pulse);
        boolean health = after.pulse(model).probing() || (host != null && host.probing());
        Lease lease = new Lease(this, provider, model, grant, now, cooldown || health, emergency);
        workers.began(lease);
        return lease;
    }

    // learning

    void unused(Lease lease) {
        lease.grant().refund();
        if (lease.grant().freesRoom()) {
            room();
        }
    }

    void released(Lease lease) {
        boolean undecided = lease.verdict();
        if (undecided) {
            undecided(lease);
        }
        lease.grant().close();
        workers.ended(lease);
        change(lease.provider().id(), ProviderState::released);
        if (undecided || lease.grant().freesRoom() || workers.most(lease.workers(), ticker.nanos()) > 0) {
            room();
        }
    }

    private void undecided(Lease lease) {
        cooldowns.undecided(lease.provider(), lease.model());
        change(lease.provider().id(), state -> state.probing(lease.model(), false));
        hosts.computeIfPresent(origin(lease.provider()), (origin, pulse) -> pulse.probing(false));
    }

    void succeeded(Lease lease, int status) {
        long now = ticker.nanos();
        record(lease.provider()).note(true, status, now - lease.startedNanos(), now);
        change(lease.provider().id(), state -> state.well(lease.model()));
        hosts.remove(origin(lease.provider()));
        cooldowns.succeeded(lease);
        if (lease.verdict() || lease.emergency()) {
            room();
        }
    }

    void failed(Lease lease, Lease.Failed failed) {
        Provider provider = lease.provider();
        FailureClass kind = failed.kind();
        long now = ticker.nanos();
        record(provider).note(kind == FailureClass.CLIENT, failed.status(), now - lease.startedNanos(), now);
        boolean awaited = lease.verdict();
        if (kind == FailureClass.RATE_LIMITED && !lease.emergency()) {
            cooldowns.limited(lease, failed, quotas.share(quota(provider)), members(provider));
        } else if (kind == FailureClass.MODEL_BUSY) {
            int most = workers.busy(lease, now);
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "all workers of {0} are busy; at most {1} attempts at once",
                    lease.workers(),
                    most);
        } else if (kind == FailureClass.CREDENTIAL) {
            refuse(provider, failed.status(), failed.message());
        } else if (kind == FailureClass.MODEL_MISSING) {
            long until = now + MISSING_FOR.toNanos();
            change(provider.id(), state -> state.without(lease.model(), until));
        } else if (kind == FailureClass.NETWORK) {
            hosts.compute(
                    origin(provider),
                    (origin, pulse) ->
                            (pulse == null ? Pulse.WELL : pulse).failed(failed.message(), lease.startedNanos(), now));
        } else if (kind.hurtsModel()) {
            change(provider.id(), state -> state.hurt(lease.model(), failed.message(), lease.startedNanos(), now));
        }
        if (awaited) {
            // a probe that failed otherwise than expected has decided nothing
            undecided(lease);
        }
        if (awaited || kind == FailureClass.CREDENTIAL || kind == FailureClass.MODEL_MISSING) {
            room(); // also for those who now wait in vain
        }
    }

    private Set<String> members(Provider provider) {
        return catalog.get().group(provider.group()).stream().map(Provider::id).collect(Collectors.toSet());
    }

    private void refuse(Provider provider, int status, String message) {
        ProviderState after = change(
                provider.id(),
                state -> status == 403 && state.forbidden() == 0 ? state.forbiddenOnce() : state.inError(message));
        if (after.error().isPresent()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "provider {0} is in error: {1}; it is not used until it is edited or tested",
                    provider.name(),
                    message);
        }
    }

    @Override
    public void answered(Provider provider) {
        hosts.remove(origin(provider));
        room();
    }

    @Override
    public void credentialRefused(Provider provider, int status, String message) {
        if (!record(provider).lastSucceeded()) {
            refuse(provider, status, message);
        }
    }

    // telling

    @Override
    public Standing standing(Provider provider) {
        ProviderState state = state(provider);
        long now = ticker.nanos();
        Optional<Cooldowns.Block> cooling = cooldowns.whole(provider);
        Optional<String> error = error(provider, state);
        Health host = hosts.getOrDefault(origin(provider), Pulse.WELL).health(now);
        Instant wall = clock.instant();
        return new Standing(
                status(provider, error.isPresent(), cooling.isPresent()),
                state.worst(now).compareTo(host) >= 0 ? state.worst(now) : host,
                error.or(() -> cooling.map(Cooldowns.Block::reason)).orElse(""),
                cooling.map(block -> wall.plus(block.freeIn())),
                cooldowns.inARow(provider),
                quotas.used(quota(provider)),
                state.inFlight(),
                record(provider).lately(now),
                cooldowns.warnings(provider));
    }

    private static Optional<String> error(Provider provider, ProviderState state) {
        return provider.endpoint().key().isEmpty()
                ? Optional.of("the stored key cannot be read: enter it again")
                : state.error();
    }

    private static Status status(Provider provider, boolean error, boolean cooling) {
        return !provider.enabled() ? Status.DISABLED : error ? Status.ERROR : cooling ? Status.COOLING : Status.HEALTHY;
    }

    @Override
    public void clear(String providerId) {
        states.computeIfPresent(providerId, (id, state) -> state.cleared());
        catalog.get().byId(providerId).ifPresent(provider -> {
            cooldowns.clear(provider);
            hosts.remove(origin(provider));
        });
        room();
    }

    /** How many groups and models cool now. */
    public int cooling() {
        return cooldowns.active();
    }

    /** Takes up what an earlier run left: its cooldowns, and by provider id why a credential is not accepted. */
    public void restore(List<CooldownEvent> events, Map<String, String> errors) {
        events.forEach(cooldowns::restore);
        errors.forEach((id, error) -> change(id, state -> state.inError(error)));
    }

    /** By provider id, why its credential is not accepted: what a restart takes up again. */
    public Map<String, String> errors() {
        return states.entrySet().stream()
                .filter(e -> e.getValue().error().isPresent())
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, e -> e.getValue().error().orElseThrow()));
    }

    /** The limits that this provider shares with its quota group. */
    public Quota quota(Provider provider) {
        ProviderCatalog now = catalog.get();
        Groups known = groups;
        if (!known.of(now)) {
            known = new Groups(now);
            groups = known;
        }
        return known.quota(provider);
    }

    /** When a group's places free, see {@link Quotas#placesIn}. */
    public long[] placesIn(Quota quota) {
        return quotas.placesIn(quota, MOST_PLACES);
    }

    /** How long a request occupies its place. */
    public Duration window() {
        return quotas.window();
    }

    private ProviderState state(Provider provider) {
        return states.getOrDefault(provider.id(), ProviderState.FRESH);
    }

    private TrackRecord record(Provider provider) {
        return records.computeIfAbsent(provider.id(), id -> new TrackRecord());
    }

    private ProviderState change(String id, UnaryOperator<ProviderState> step) {
        return states.compute(id, (key, before) -> step.apply(before == null ? ProviderState.FRESH : before));
    }

    private static String origin(Provider provider) {
        return provider.endpoint().url().origin();
    }
}
