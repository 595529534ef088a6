package sidecar.pool;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import sidecar.limit.GrantRequest;
import sidecar.limit.GrantResult;
import sidecar.limit.QuotaLimits;
import sidecar.limit.RateLimiter;
import sidecar.pool.cooldown.CooldownRecords;
import sidecar.pool.cooldown.Cooldowns;
import sidecar.pool.cooldown.EmergencyLimiter;
import sidecar.pool.event.CooldownRecord;
import sidecar.pool.event.PoolEvent;
import sidecar.pool.event.PoolEventListener;
import sidecar.pool.event.RemotePoolEvent;
import sidecar.provider.PathUse;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.ProviderStatus;
import sidecar.provider.ProviderStatusService;
import sidecar.provider.ProviderStatusView;
import sidecar.time.Ticker;

/**
 * Leases providers to attempts and learns from how these go. State is immutable values in concurrent maps, changed only
 * by {@code compute}. Callable from any thread; never blocks.
 */
public final class ProviderPool implements ProviderStatusService {

    private static final int MOST_PLACES = 1_000;

    private final Supplier<PoolSettings> settings;
    private final InstantSource clock;
    private final List<PoolEventListener> eventListeners = new CopyOnWriteArrayList<>();
    private final CooldownRecords cooldownRecords;
    private final PoolState poolState;
    private final CandidateEvaluator evaluator;
    private final AttemptOutcomeHandler outcomeHandler;
    private final RemoteEventHandler remoteEventHandler;
    private final EmergencyLimiter emergencyLimiter = new EmergencyLimiter();

    /**
     * @param clock only to tell operators when a cooldown began and ends
     * @param random spreads cooldowns, makes event ids, picks for the latency strategy
     */
    public ProviderPool(
            Supplier<ProviderCatalog> catalog,
            Supplier<PoolSettings> settings,
            RateLimiter rateLimiter,
            Ticker ticker,
            InstantSource clock,
            RandomGenerator random) {
        this.settings = settings;
        this.clock = clock;
        this.cooldownRecords = new CooldownRecords(clock, this::learned);
        Cooldowns cooldowns = new Cooldowns(settings, ticker, clock, random, cooldownRecords, this::learned);
        this.poolState = new PoolState(catalog, rateLimiter, cooldowns, this::learned, ticker);
        this.evaluator = new CandidateEvaluator(poolState, settings, random);
        this.outcomeHandler = new AttemptOutcomeHandler(poolState);
        this.remoteEventHandler = new RemoteEventHandler(poolState, emergencyLimiter, random);
    }

    /** {@code listener} is called, on any thread, when something other than time may have made room. */
    public void onRoom(Runnable listener) {
        poolState.onRoom(listener);
    }

    /** {@code listener} is told what the pool learns from now on. */
    public void onEvent(PoolEventListener listener) {
        eventListeners.add(listener);
    }

    private void learned(PoolEvent event) {
        eventListeners.forEach(listener -> listener.learned(event));
    }

    /** Tells of cooldowns whose time is over; without it that is told with the next change of each. */
    public void expireCooldowns() {
        cooldownRecords.expire();
    }

    /** Providers were added, edited or deleted. */
    public void catalogChanged() {
        poolState.forgetDeleted();
        poolState.forgetOtherEndpoints();
        poolState.capacityFreed();
    }

    /** Something other than time may have made room, such as a limit that was raised. */
    public void capacityFreed() {
        poolState.capacityFreed();
    }

    // choosing

    /** Finds a provider for {@code criteria} and takes its place, or says why there is none. */
    public LeaseResult lease(SelectionCriteria criteria) {
        return lease(criteria, Optional.empty());
    }

    /**
     * Finds a provider for {@code criteria} and takes its place, or says why there is none.
     *
     * @param preferred the id of the provider that is taken where it is as good as the best
     */
    public LeaseResult lease(SelectionCriteria criteria, Optional<String> preferred) {
        CandidateSet candidates = evaluator.survey(criteria);
        for (CandidateRanking.Candidate candidate : evaluator.preferring(preferred, evaluator.order(candidates))) {
            CandidateStatus status = candidate.status();
            Provider provider = status.provider();
            GrantRequest request = poolState.ask(provider, criteria);
            GrantResult result = poolState.rateLimiter.take(poolState.quota(provider), request);
            if (result instanceof GrantResult.Granted granted) {
                return new LeaseResult.Leased(outcomeHandler.leased(provider, criteria, granted.grant(), false));
            }
            candidates.add(evaluator.full(provider, status.position(), request, (GrantResult.Full) result));
        }
        return unavailable(criteria, candidates);
    }

    private LeaseResult.Unavailable unavailable(SelectionCriteria criteria, CandidateSet candidates) {
        return evaluator.serving(criteria).isEmpty()
                ? LeaseResult.Unavailable.unrecoverable(evaluator.emptyReason(criteria))
                : candidates.unavailable(status -> poolState.quota(status.provider()));
    }

    /**
     * Who can be had now.
     *
     * @param groups the quota groups in which there is a place
     * @param unavailable what {@link #lease} would say; empty where there is a place
     */
    public record Availability(Set<String> groups, Optional<LeaseResult.Unavailable> unavailable) {}

    /** What {@link #lease} would find now. Takes nothing. */
    public Availability availability(SelectionCriteria criteria) {
        CandidateSet candidates = evaluator.survey(criteria);
        Set<String> groups = candidates.open().stream()
                .map(open -> poolState.quota(open.status().provider()).group())
                .collect(Collectors.toSet());
        return new Availability(
                groups, groups.isEmpty() ? Optional.of(unavailable(criteria, candidates)) : Optional.empty());
    }

    /**
     * A lease in spite of a cooldown that was our own guess, for an exchange that would be refused otherwise. Comes as a
     * trickle only.
     */
    public Optional<Lease> emergency(SelectionCriteria criteria) {
        double fraction = settings.get().emergency();
        List<CandidateStatus> cooling = evaluator.survey(criteria).skipped().stream()
                .filter(CandidateStatus::guess)
                .sorted((a, b) -> a.freeIn().orElseThrow().compareTo(b.freeIn().orElseThrow()))
                .toList();
        for (CandidateStatus status : cooling) {
            QuotaLimits limits = poolState.quota(status.provider());
            if (emergencyLimiter.take(limits, fraction, poolState.now())) {
                if (poolState.rateLimiter.take(limits, poolState.ask(status.provider(), criteria))
                        instanceof GrantResult.Granted granted) {
                    poolState.learned(new PoolEvent.EmergencyGranted(
                            status.provider().id(), status.provider().name()));
                    return Optional.of(outcomeHandler.leased(status.provider(), criteria, granted.grant(), true));
                }
                emergencyLimiter.refund(limits);
            }
        }
        return Optional.empty();
    }

    /** How many emergencies there have been since the start. */
    public long emergencies() {
        return emergencyLimiter.granted();
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
    public Optional<Lease> leaseForProbe(Provider provider, String model, PathUse use) {
        return poolState.cooldowns.block(provider, model).isPresent()
                ? Optional.empty()
                : take(
                        provider,
                        SelectionCriteria.of(Optional.of(model), Set.of()).forUse(use));
    }

    private Optional<Lease> take(Provider provider, SelectionCriteria criteria) {
        return poolState.rateLimiter.take(poolState.quota(provider), poolState.ask(provider, criteria))
                        instanceof GrantResult.Granted granted
                ? Optional.of(outcomeHandler.leased(provider, criteria, granted.grant(), false))
                : Optional.empty();
    }

    /**
     * What would become of each provider that maps the model, in the order in which they would be asked; disabled
     * ones last.
     */
    public List<RouteCandidate> route(SelectionCriteria criteria) {
        return evaluator.route(criteria);
    }

    /** Whether nobody can be had, and waiting would not help. */
    public boolean isUnrecoverable(SelectionCriteria criteria) {
        CandidateSet candidates = evaluator.survey(criteria);
        return candidates.open().isEmpty()
                && candidates
                        .unavailable(status -> poolState.quota(status.provider()))
                        .hopes()
                        .isEmpty();
    }

    // telling

    @Override
    public ProviderStatusView status(Provider provider) {
        ProviderState state = poolState.state(provider);
        long now = poolState.now();
        Optional<Cooldowns.CooldownBlock> cooling = poolState.cooldowns.whole(provider);
        Optional<String> error = poolState.error(provider);
        QuotaLimits limits = poolState.quota(provider);
        Instant wall = clock.instant();
        return new ProviderStatusView(
                status(provider, error.isPresent(), cooling.isPresent()),
                poolState.health(provider, state.worst(now)),
                error.or(() -> cooling.map(Cooldowns.CooldownBlock::reason))
                        .or(() -> poolState.down(provider).map(what -> "down: " + what))
                        .orElse(""),
                cooling.map(block -> wall.plus(block.freeIn())),
                poolState.cooldowns.consecutiveRateLimits(provider),
                poolState.rateLimiter.used(limits),
                limits.rpm(),
                state.inFlight(),
                poolState.record(provider).recent(now),
                poolState.cooldowns.warnings(provider));
    }

    private static ProviderStatus status(Provider provider, boolean error, boolean cooling) {
        return !provider.enabled()
                ? ProviderStatus.DISABLED
                : error ? ProviderStatus.ERROR : cooling ? ProviderStatus.COOLING : ProviderStatus.HEALTHY;
    }

    @Override
    public void clear(String providerId) {
        poolState.clear(providerId);
        poolState.capacityFreed();
    }

    @Override
    public void answered(Provider provider) {
        outcomeHandler.answered(provider);
    }

    @Override
    public void credentialAccepted(Provider provider) {
        outcomeHandler.credentialAccepted(provider);
    }

    @Override
    public void chatCompleted(Provider provider, String model, boolean answered) {
        poolState.verificationProbes.chatCompleted(provider.id(), model, answered);
    }

    @Override
    public boolean checking(Provider provider) {
        return poolState.verificationProbes.checking(provider.id());
    }

    @Override
    public void credentialRefused(Provider provider, String message, boolean chat) {
        outcomeHandler.credentialRefused(provider, message, chat);
    }

    /** Which chats of our own are due. */
    public VerificationProbes verificationProbes() {
        return poolState.verificationProbes;
    }

    /** How many groups and models cool now. */
    public int cooling() {
        return poolState.cooldowns.active();
    }

    /** Takes up what an earlier run left: its cooldowns, and by provider id why a credential is not accepted. */
    public void restore(List<CooldownRecord> events, Map<String, String> errors) {
        events.forEach(poolState.cooldowns::restore);
        errors.forEach((id, error) -> {
            poolState.change(id, state -> state.inError(error));
            poolState.verificationProbes.failed(id, "");
        });
    }

    /** Takes up what other nodes have learned, in that order, as if it had been learned here; but tells it to no listener. */
    public void apply(List<RemotePoolEvent> events) {
        events.forEach(remoteEventHandler::apply);
        if (!events.isEmpty()) {
            poolState.capacityFreed();
        }
    }

    /** Tells listeners once more of each attempt that is out to find out whether a cooldown or an outage is over. */
    public void retellProbes() {
        outcomeHandler.retellProbes();
    }

    /** By provider id, why its credential is not accepted: what a restart takes up again. */
    public Map<String, String> errors() {
        return poolState.errors();
    }

    /** The limits that this provider shares with its quota group. */
    public QuotaLimits quota(Provider provider) {
        return poolState.quota(provider);
    }

    /** The limits of every quota group that enabled providers form, by what operators call it. */
    public Map<String, QuotaLimits> groups() {
        return poolState.groups().named();
    }

    /** Whether a provider is left alone for a model, or as a whole, because of 429s. */
    boolean cools(Provider provider, String model) {
        return poolState.cooldowns.block(provider, model).isPresent();
    }

    /** How many requests of a group's minute are used now. */
    public int used(QuotaLimits limits) {
        return poolState.rateLimiter.used(limits);
    }

    /** When a group's places free, see {@link RateLimiter#nextFreeNanos}. */
    public long[] nextFreeNanos(QuotaLimits limits) {
        return poolState.rateLimiter.nextFreeNanos(limits, MOST_PLACES);
    }

    /** How long a request occupies its place. */
    public Duration window() {
        return poolState.rateLimiter.window();
    }
}
