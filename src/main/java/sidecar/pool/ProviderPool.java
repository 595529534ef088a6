package sidecar.pool;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import sidecar.failure.FailureClass;
import sidecar.limit.Grant;
import sidecar.limit.Quotas;
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

    private static final System.Logger LOG = System.getLogger(ProviderPool.class.getName());

    private final Supplier<ProviderCatalog> catalog;
    private final Supplier<PoolRules> rules;
    private final Quotas quotas;
    private final Ticker ticker;
    private final InstantSource clock;
    private final Map<String, ProviderState> states = new ConcurrentHashMap<>();
    private final Map<String, Cooldown> cooldowns = new ConcurrentHashMap<>();
    private final Map<String, Pulse> hosts = new ConcurrentHashMap<>();
    private volatile Groups groups = new Groups(ProviderCatalog.EMPTY);

    /** @param clock only to tell operators when a cooldown ends */
    public ProviderPool(
            Supplier<ProviderCatalog> catalog,
            Supplier<PoolRules> rules,
            Quotas quotas,
            Ticker ticker,
            InstantSource clock) {
        this.catalog = catalog;
        this.rules = rules;
        this.quotas = quotas;
        this.ticker = ticker;
        this.clock = clock;
    }

    /** Finds a provider for {@code wish} and takes its place, or says why there is none. */
    public Decision lease(Wish wish) {
        ProviderCatalog now = catalog.get();
        List<Provider> serving = serving(now, wish);
        if (serving.isEmpty()) {
            return new Decision.Refused(whyNobody(now, wish), Duration.ZERO);
        }
        Survey survey = new Survey();
        List<Chooser.Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < serving.size(); i++) {
            Provider provider = serving.get(i);
            Optional<Skip> skip = skip(provider, wish);
            if (skip.isPresent()) {
                survey.note(skip.get(), recovery(provider, skip.get()));
            } else {
                candidates.add(candidate(provider, i, wish));
            }
        }
        for (Chooser.Candidate candidate : Chooser.order(candidates, rules.get().strategy())) {
            Provider provider = candidate.provider();
            Optional<Grant> grant =
                    quotas.take(quota(provider), provider.endpoint().identity());
            if (grant.isPresent()) {
                return new Decision.Leased(leased(provider, wish, grant.get()));
            }
            survey.note(Skip.FULL, recovery(provider, Skip.FULL));
        }
        return survey.refusal();
    }

    /**
     * A lease on that provider however it stands, for a request of an operator's own.
     *
     * @return empty when its window is full
     */
    public Optional<Lease> leaseFor(Provider provider) {
        Wish wish = Wish.of(Optional.empty(), Set.of());
        return quotas.take(quota(provider), provider.endpoint().identity()).map(grant -> leased(provider, wish, grant));
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

    private Optional<Skip> skip(Provider provider, Wish wish) {
        ProviderState state = state(provider);
        long now = ticker.nanos();
        if (!wish.apis().contains(provider.endpoint().api())) {
            return Optional.of(Skip.PROTOCOL);
        }
        if (provider.endpoint().key().isEmpty() || state.error().isPresent()) {
            return Optional.of(Skip.ERROR);
        }
        if (wish.model().map(model -> state.missing(model, now)).orElse(false)) {
            return Optional.of(Skip.MISSING);
        }
        Cooldown cooldown = cooldowns.get(provider.group());
        if (cooldown != null && cooldown.active(now)) {
            return Optional.of(Skip.COOLING);
        }
        return wish.tried().contains(provider.id()) ? Optional.of(Skip.TRIED) : Optional.empty();
    }

    private Duration recovery(Provider provider, Skip skip) {
        Cooldown cooldown = cooldowns.get(provider.group());
        return switch (skip) {
            case COOLING -> cooldown == null ? Duration.ZERO : cooldown.left(ticker.nanos());
            case FULL -> quotas.freeIn(quota(provider));
            default -> Duration.ZERO;
        };
    }

    private Chooser.Candidate candidate(Provider provider, int position, Wish wish) {
        ProviderState state = state(provider);
        String model = wish.model().orElse("");
        Pulse host = hosts.getOrDefault(provider.endpoint().url().origin(), Pulse.WELL);
        Health health = state.pulse(model).health();
        return new Chooser.Candidate(
                provider,
                position,
                provider.mapsExactly(model),
                wish.avoid().contains(provider.endpoint().url().origin()),
                health.compareTo(host.health()) >= 0 ? health : host.health(),
                wish.model().isEmpty() ? 0 : quotas.share(quota(provider)) / provider.weight(),
                wish.model().isEmpty() ? 0 : state.inFlight(),
                wish.model().isEmpty() ? 0 : state.lastUsedNanos());
    }

    private Lease leased(Provider provider, Wish wish, Grant grant) {
        long now = ticker.nanos();
        change(provider.id(), state -> state.taken(now));
        return new Lease(this, provider, wish.model().orElse(""), grant, now);
    }

    void released(Lease lease) {
        change(lease.provider().id(), ProviderState::released);
    }

    void succeeded(Lease lease) {
        change(lease.provider().id(), state -> state.well(lease.model()));
        hosts.remove(lease.provider().endpoint().url().origin());
        cooldowns.computeIfPresent(
                lease.provider().group(),
                (group, cooldown) -> lease.startedNanos() - cooldown.begunNanos() >= 0 ? null : cooldown);
    }

    void failed(Lease lease, Lease.Failed failed) {
        Provider provider = lease.provider();
        FailureClass kind = failed.kind();
        if (kind == FailureClass.RATE_LIMITED) {
            cool(lease, failed);
        } else if (kind == FailureClass.CREDENTIAL) {
            refuse(provider, failed);
        } else if (kind == FailureClass.MODEL_MISSING) {
            long until = ticker.nanos() + MISSING_FOR.toNanos();
            change(provider.id(), state -> state.without(lease.model(), until));
        } else if (kind == FailureClass.NETWORK) {
            hosts.merge(
                    provider.endpoint().url().origin(),
                    Pulse.WELL.failed(failed.message()),
                    (before, first) -> before.failed(failed.message()));
        } else if (kind.hurtsModel()) {
            change(provider.id(), state -> state.hurt(lease.model(), failed.message()));
        }
    }

    private void cool(Lease lease, Lease.Failed failed) {
        Provider provider = lease.provider();
        Cooldown.Blow blow =
                new Cooldown.Blow(lease.startedNanos(), ticker.nanos(), failed.retryAfter(), failed.message());
        Cooldown after =
                cooldowns.compute(provider.group(), (group, before) -> Cooldown.next(rules.get(), before, blow));
        LOG.log(
                System.Logger.Level.INFO,
                "provider {0} cools {1} s: {2}; number {3} in a row",
                provider.name(),
                after.left(blow.now()).toSeconds(),
                failed.message(),
                after.count());
    }

    private void refuse(Provider provider, Lease.Failed failed) {
        ProviderState after = change(
                provider.id(),
                state -> failed.status() == 403 && state.forbidden() == 0
                        ? state.forbiddenOnce()
                        : state.inError(failed.message()));
        if (after.error().isPresent()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "provider {0} is in error: {1}; it is not used until it is edited or tested",
                    provider.name(),
                    failed.message());
        }
    }

    @Override
    public Standing standing(Provider provider) {
        ProviderState state = state(provider);
        long now = ticker.nanos();
        Optional<Cooldown> known = Optional.ofNullable(cooldowns.get(provider.group()));
        Optional<Cooldown> cooling = known.filter(c -> c.active(now));
        Optional<String> error = provider.endpoint().key().isEmpty()
                ? Optional.of("the stored key cannot be read: enter it again")
                : state.error();
        Health host = hosts.getOrDefault(provider.endpoint().url().origin(), Pulse.WELL)
                .health();
        return new Standing(
                status(provider, error.isPresent(), cooling.isPresent()),
                state.worst().compareTo(host) >= 0 ? state.worst() : host,
                error.or(() -> cooling.map(Cooldown::reason)).orElse(""),
                cooling.map(c -> clock.instant().plus(c.left(now))),
                known.map(Cooldown::count).orElse(0));
    }

    private static Status status(Provider provider, boolean error, boolean cooling) {
        return !provider.enabled() ? Status.DISABLED : error ? Status.ERROR : cooling ? Status.COOLING : Status.HEALTHY;
    }

    @Override
    public void clear(String providerId) {
        states.computeIfPresent(providerId, (id, state) -> state.cleared());
        catalog.get().byId(providerId).ifPresent(provider -> {
            cooldowns.remove(provider.group());
            hosts.remove(provider.endpoint().url().origin());
        });
    }

    /** How many groups cool now. */
    public int cooling() {
        long now = ticker.nanos();
        return (int) cooldowns.values().stream().filter(c -> c.active(now)).count();
    }

    private ProviderState state(Provider provider) {
        return states.getOrDefault(provider.id(), ProviderState.FRESH);
    }

    private ProviderState change(String id, UnaryOperator<ProviderState> step) {
        return states.compute(id, (key, before) -> step.apply(before == null ? ProviderState.FRESH : before));
    }

    private Quotas.Group quota(Provider provider) {
        ProviderCatalog now = catalog.get();
        Groups known = groups;
        if (!known.of(now)) {
            known = new Groups(now);
            groups = known;
        }
        return known.quota(provider);
    }

    /** Sums up why each provider was passed over. */
    private static final class Survey {
        private final Set<Skip> seen = EnumSet.noneOf(Skip.class);
        private Duration earliest = Duration.ZERO;

        void note(Skip skip, Duration recovery) {
            seen.add(skip);
            if (!recovery.isZero() && (earliest.isZero() || recovery.compareTo(earliest) < 0)) {
                earliest = recovery;
            }
        }

        Decision.Refused refusal() {
            Decision.Why why = seen.contains(Skip.FULL)
                    ? Decision.Why.FULL
                    : seen.contains(Skip.COOLING)
                            ? Decision.Why.COOLING
                            : seen.contains(Skip.TRIED)
                                    ? Decision.Why.TRIED
                                    : seen.contains(Skip.MISSING) ? Decision.Why.MISSING : Decision.Why.NO_PROVIDER;
            return new Decision.Refused(why, earliest);
        }
    }
}
