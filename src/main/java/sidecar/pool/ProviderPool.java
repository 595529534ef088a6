package sidecar.pool;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import sidecar.limit.GrantRequest;
import sidecar.limit.GrantResult;
import sidecar.limit.QuotaLimits;
import sidecar.limit.RateLimiter;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.time.Ticker;

/**
 * Leases providers to attempts and learns from how these go. State is immutable values in concurrent maps, changed only
 * by {@code compute}. Callable from any thread; never blocks.
 */
public final class ProviderPool implements ProviderStatusService {

    private static final int MOST_PLACES = 1_000;
    private static final System.Logger LOG = System.getLogger(ProviderPool.class.getName());

    private final Supplier<PoolSettings> rules;
    private final InstantSource clock;
    private final CooldownJournal journal;
    private final PoolState memory;
    private final CandidateEvaluator surveyor;
    private final AttemptOutcomeHandler outcomes;
    private final EmergencyLimiter emergencies = new EmergencyLimiter();

    /**
     * @param clock only to tell operators when a cooldown began and ends
     * @param random spreads cooldowns, makes event ids, picks for the latency strategy
     */
    public ProviderPool(
            Supplier<ProviderCatalog> catalog,
            Supplier<PoolSettings> rules,
            RateLimiter quotas,
            Ticker ticker,
            InstantSource clock,
            RandomGenerator random) {
        this.rules = rules;
        this.clock = clock;
        this.journal = new CooldownJournal(clock);
        this.memory = new PoolState(catalog, quotas, new Cooldowns(rules, ticker, clock, random, journal), ticker);
        this.surveyor = new CandidateEvaluator(memory, rules, random);
        this.outcomes = new AttemptOutcomeHandler(memory);
    }

    /** {@code listener} is called, on any thread, when something other than time may have made room. */
    public void onRoom(Runnable listener) {
        memory.onRoom(listener);
    }

    /** What is to be written down of memory.cooldowns. */
    public CooldownJournal journal() {
        return journal;
    }

    /** Providers were added, edited or deleted. */
    public void catalogChanged() {
        memory.forgetDeleted();
        memory.room();
    }

    /** Something other than time may have made room, such as a limit that was raised. */
    public void room() {
        memory.room();
    }

    // choosing

    /** Finds a provider for {@code wish} and takes its place, or says why there is none. */
    public LeaseResult lease(SelectionCriteria wish) {
        return lease(wish, Optional.empty());
    }

    /**
     * Finds a provider for {@code wish} and takes its place, or says why there is none.
     *
     * @param preferred the id of the provider that is taken where it is as good as the best
     */
    public LeaseResult lease(SelectionCriteria wish, Optional<String> preferred) {
        if (surveyor.serving(wish).isEmpty()) {
            return LeaseResult.Refused.hopeless(surveyor.whyNobody(wish));
        }
        CandidateSet survey = surveyor.survey(wish);
        for (CandidateRanking.Candidate candidate : surveyor.preferring(preferred, surveyor.order(survey))) {
            CandidateStatus look = candidate.look();
            Provider provider = look.provider();
            GrantRequest ask = memory.ask(provider, wish);
            GrantResult taken = memory.quotas.take(memory.quota(provider), ask);
            if (taken instanceof GrantResult.Granted granted) {
                return new LeaseResult.Leased(outcomes.leased(provider, wish, granted.grant(), false));
            }
            survey.add(surveyor.full(provider, look.position(), ask, (GrantResult.Full) taken));
        }
        return survey.refusal(look -> memory.quota(look.provider()));
    }

    /**
     * A lease in spite of a cooldown that was our own guess, for an exchange that would be refused otherwise. Comes as a
     * trickle only.
     */
    public Optional<Lease> emergency(SelectionCriteria wish) {
        double fraction = rules.get().emergency();
        List<CandidateStatus> cooling = surveyor.survey(wish).skipped().stream()
                .filter(CandidateStatus::guess)
                .sorted((a, b) -> a.freeIn().orElseThrow().compareTo(b.freeIn().orElseThrow()))
                .toList();
        for (CandidateStatus look : cooling) {
            QuotaLimits quota = memory.quota(look.provider());
            if (emergencies.take(quota, fraction, memory.now())) {
                if (memory.quotas.take(quota, memory.ask(look.provider(), wish))
                        instanceof GrantResult.Granted granted) {
                    LOG.log(
                            System.Logger.Level.INFO,
                            "provider {0} is asked although it cools: nothing else is left",
                            look.provider().name());
                    return Optional.of(outcomes.leased(look.provider(), wish, granted.grant(), true));
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
        return take(provider, SelectionCriteria.of(Optional.empty(), Set.of()));
    }

    /**
     * A lease on that provider, also when it is in error or down, for a health probe.
     *
     * @return empty when its window is full, or while it or its host cools
     */
    public Optional<Lease> leaseForProbe(Provider provider, String model, String use) {
        return memory.cooldowns.block(provider, model).isPresent()
                ? Optional.empty()
                : take(
                        provider,
                        SelectionCriteria.of(Optional.of(model), Set.of()).use(use));
    }

    private Optional<Lease> take(Provider provider, SelectionCriteria wish) {
        return memory.quotas.take(memory.quota(provider), memory.ask(provider, wish))
                        instanceof GrantResult.Granted granted
                ? Optional.of(outcomes.leased(provider, wish, granted.grant(), false))
                : Optional.empty();
    }

    /**
     * What would become of each provider that maps the wish's model, in the order in which they would be asked; disabled
     * ones last.
     */
    public List<RouteStep> route(SelectionCriteria wish) {
        return surveyor.route(wish);
    }

    /** Whether nobody can be had, and waiting would not help. */
    public boolean hopeless(SelectionCriteria wish) {
        CandidateSet survey = surveyor.survey(wish);
        return survey.open().isEmpty()
                && survey.refusal(look -> memory.quota(look.provider())).hopes().isEmpty();
    }

    // telling

    @Override
    public ProviderStatusView standing(Provider provider) {
        ProviderState state = memory.state(provider);
        long now = memory.now();
        Optional<Cooldowns.CooldownBlock> cooling = memory.cooldowns.whole(provider);
        Optional<String> error = memory.error(provider);
        QuotaLimits quota = memory.quota(provider);
        Instant wall = clock.instant();
        return new ProviderStatusView(
                status(provider, error.isPresent(), cooling.isPresent()),
                memory.health(provider, state.worst(now)),
                error.or(() -> cooling.map(Cooldowns.CooldownBlock::reason))
                        .or(() -> memory.down(provider).map(what -> "down: " + what))
                        .orElse(""),
                cooling.map(block -> wall.plus(block.freeIn())),
                memory.cooldowns.inARow(provider),
                memory.quotas.used(quota),
                quota.rpm(),
                state.inFlight(),
                memory.record(provider).lately(now),
                memory.cooldowns.warnings(provider));
    }

    private static ProviderStatus status(Provider provider, boolean error, boolean cooling) {
        return !provider.enabled()
                ? ProviderStatus.DISABLED
                : error ? ProviderStatus.ERROR : cooling ? ProviderStatus.COOLING : ProviderStatus.HEALTHY;
    }

    @Override
    public void clear(String providerId) {
        memory.clear(providerId);
        memory.room();
    }

    @Override
    public void answered(Provider provider) {
        outcomes.answered(provider);
    }

    @Override
    public void credentialAccepted(Provider provider) {
        outcomes.credentialAccepted(provider);
    }

    @Override
    public void settled(Provider provider, String model, boolean answered) {
        memory.checks.settled(provider.id(), model, answered);
    }

    @Override
    public boolean checking(Provider provider) {
        return memory.checks.checking(provider.id());
    }

    @Override
    public void credentialRefused(Provider provider, String message, boolean chat) {
        outcomes.credentialRefused(provider, message, chat);
    }

    /** Which chats of our own are due. */
    public VerificationProbes chatChecks() {
        return memory.checks;
    }

    /** How many groups and models cool now. */
    public int cooling() {
        return memory.cooldowns.active();
    }

    /** Takes up what an earlier run left: its cooldowns, and by provider id why a credential is not accepted. */
    public void restore(List<CooldownEvent> events, Map<String, String> errors) {
        events.forEach(memory.cooldowns::restore);
        errors.forEach((id, error) -> {
            memory.change(id, state -> state.inError(error));
            memory.checks.refused(id, "");
        });
    }

    /** By provider id, why its credential is not accepted: what a restart takes up again. */
    public Map<String, String> errors() {
        return memory.errors();
    }

    /** The limits that this provider shares with its quota group. */
    public QuotaLimits quota(Provider provider) {
        return memory.quota(provider);
    }

    /** The limits of every quota group that enabled providers form, by what operators call it. */
    public Map<String, QuotaLimits> groups() {
        return memory.groups().named();
    }

    /** Whether a provider is left alone for a model, or as a whole, because of 429s. */
    boolean cools(Provider provider, String model) {
        return memory.cooldowns.block(provider, model).isPresent();
    }

    /** How many requests of a group's minute are used now. */
    public int used(QuotaLimits quota) {
        return memory.quotas.used(quota);
    }

    /** When a group's places free, see {@link RateLimiter#placesIn}. */
    public long[] placesIn(QuotaLimits quota) {
        return memory.quotas.placesIn(quota, MOST_PLACES);
    }

    /** How long a request occupies its place. */
    public Duration window() {
        return memory.quotas.window();
    }
}
