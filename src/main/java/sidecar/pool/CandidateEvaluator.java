package sidecar.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import sidecar.limit.GrantRequest;
import sidecar.limit.GrantResult;
import sidecar.limit.QuotaLimits;
import sidecar.pool.CandidateStatus.SkipReason;
import sidecar.pool.cooldown.Cooldowns;
import sidecar.provider.PoolTier;
import sidecar.provider.Provider;

/** Evaluates every provider by the criteria of a request, and ranks those that can be leased. Thread-safe; takes nothing. */
final class CandidateEvaluator {

    /** An affinity gives way once its provider has used that much of its minute. */
    static final double MOST_PREFERRED_SHARE = 0.8;

    private final PoolState poolState;
    private final Supplier<PoolSettings> settings;
    private final RandomGenerator random;

    CandidateEvaluator(PoolState poolState, Supplier<PoolSettings> settings, RandomGenerator random) {
        this.poolState = poolState;
        this.settings = settings;
        this.random = random;
    }

    /** Those that can be had, the best first. */
    List<CandidateRanking.Candidate> order(CandidateSet candidates) {
        return CandidateRanking.order(candidates.open(), settings.get().strategy(), random);
    }

    /** The same, with the preferred one first where it is as good as the best. */
    List<CandidateRanking.Candidate> preferring(Optional<String> preferred, List<CandidateRanking.Candidate> ordered) {
        if (preferred.isEmpty() || ordered.isEmpty()) {
            return ordered;
        }
        Optional<CandidateRanking.Candidate> wanted = ordered.stream()
                .filter(c -> c.status().provider().id().equals(preferred.get()))
                .filter(c -> c.isEquivalentTo(ordered.get(0)))
                .filter(c ->
                        poolState.rateLimiter.share(poolState.quota(c.status().provider())) < MOST_PREFERRED_SHARE)
                .findFirst();
        List<CandidateRanking.Candidate> moved = new ArrayList<>(ordered);
        wanted.ifPresent(c -> {
            moved.remove(c);
            moved.add(0, c);
        });
        return moved;
    }

    /** The enabled providers that map what is wished for. */
    List<Provider> serving(SelectionCriteria criteria) {
        List<Provider> all = criteria.model().map(poolState.catalog()::serving).orElseGet(poolState.catalog()::enabled);
        return criteria.only()
                .map(id -> all.stream().filter(p -> p.id().equals(id)).toList())
                .orElse(all);
    }

    /** Why there are none. */
    LeaseResult.UnavailableReason emptyReason(SelectionCriteria criteria) {
        boolean mapped = criteria.model()
                .map(model -> poolState.catalog().all().stream()
                        .anyMatch(p -> p.mapping(model).isPresent()))
                .orElse(true);
        return mapped ? LeaseResult.UnavailableReason.NO_PROVIDER : LeaseResult.UnavailableReason.UNKNOWN_MODEL;
    }

    CandidateSet survey(SelectionCriteria criteria) {
        List<Provider> serving = serving(criteria);
        boolean primariesOnly = !criteria.overflow() && serving.stream().anyMatch(p -> p.pool() == PoolTier.PRIMARY);
        CandidateSet candidates = new CandidateSet();
        for (int i = 0; i < serving.size(); i++) {
            Provider provider = serving.get(i);
            CandidateStatus status = primariesOnly && provider.pool() != PoolTier.PRIMARY
                    ? CandidateStatus.skipped(
                            provider, i, SkipReason.OVERFLOW, Optional.empty(), "the fallback pool is not used yet")
                    : evaluate(provider, i, criteria);
            if (status.skip().isPresent()) {
                candidates.add(status);
            } else {
                candidates.add(candidate(status, criteria));
            }
        }
        return candidates;
    }

    private CandidateStatus evaluate(Provider provider, int position, SelectionCriteria criteria) {
        ProviderState state = poolState.state(provider);
        long now = poolState.now();
        String model = criteria.model().orElse("");
        if (!criteria.reaches(provider)) {
            return CandidateStatus.skipped(
                    provider, position, SkipReason.PROTOCOL, Optional.empty(), "does not speak this protocol");
        }
        Optional<String> error = poolState.error(provider);
        if (error.isPresent()) {
            return CandidateStatus.skipped(
                    provider, position, SkipReason.ERROR, Optional.empty(), "in error: " + error.get());
        }
        if (state.missing(model, criteria.useAt(provider).kind(), now)) {
            return CandidateStatus.skipped(
                    provider,
                    position,
                    SkipReason.MISSING,
                    Optional.empty(),
                    "has said that it does not have this model for such requests");
        }
        RetryEligibility eligibility = criteria.tried().get(provider.id());
        if (eligibility != null && eligibility.kind() == RetryEligibility.Eligibility.NEVER) {
            return CandidateStatus.skipped(provider, position, SkipReason.TRIED, Optional.empty(), "was tried");
        }
        Optional<Cooldowns.CooldownBlock> block = poolState.cooldowns.block(provider, model);
        if (block.isPresent()) {
            return CandidateStatus.cooling(provider, position, block.get());
        }
        if (eligibility != null && eligibility.in(now) > 0) {
            Duration pause = Duration.ofNanos(eligibility.in(now));
            return CandidateStatus.skipped(provider, position, SkipReason.TRIED, Optional.of(pause), "was tried");
        }
        GrantRequest request = poolState.ask(provider, criteria);
        return poolState
                .rateLimiter
                .blockedBy(poolState.quota(provider), request)
                .map(obstacle -> full(provider, position, request, obstacle))
                .orElseGet(() -> CandidateStatus.open(provider, position));
    }

    CandidateStatus full(Provider provider, int position, GrantRequest request, GrantResult.Full obstacle) {
        // whoever ends makes room among workers, but so does a clean minute
        Optional<Duration> freeIn = obstacle.limit() == GrantResult.Limit.WORKERS
                ? Optional.of(poolState.modelConcurrency.grows(request.workers(), poolState.now()))
                : obstacle.freeIn();
        return CandidateStatus.skipped(
                provider,
                position,
                obstacle.limit() == GrantResult.Limit.DAY ? SkipReason.SPENT : SkipReason.FULL,
                freeIn,
                LimitReasons.words(poolState.quota(provider), poolState.rateLimiter, obstacle));
    }

    private CandidateRanking.Candidate candidate(CandidateStatus status, SelectionCriteria criteria) {
        Provider provider = status.provider();
        ProviderState state = poolState.state(provider);
        String model = criteria.model().orElse("");
        boolean any = criteria.model().isPresent();
        return new CandidateRanking.Candidate(
                status,
                criteria.tried().containsKey(provider.id()),
                !criteria.isNative(provider),
                provider.mapsExactly(model),
                criteria.avoid().contains(PoolState.origin(provider)),
                poolState.health(
                        provider,
                        state.health(model, criteria.useAt(provider).kind()).health(poolState.now())),
                any ? poolState.rateLimiter.share(poolState.quota(provider)) / provider.weight() : 0,
                any ? state.inFlight() : 0,
                any ? state.lastUsedNanos() : 0,
                any ? poolState.record(provider).averageNanos() : 0);
    }

    /**
     * What would become of each provider that maps the model, in the order in which they would be asked; disabled
     * ones last.
     */
    List<RouteCandidate> route(SelectionCriteria criteria) {
        CandidateSet candidates = survey(criteria);
        List<RouteCandidate> routes = new ArrayList<>();
        for (CandidateRanking.Candidate candidate : order(candidates)) {
            Provider provider = candidate.status().provider();
            boolean first = routes.isEmpty();
            routes.add(new RouteCandidate(
                    provider, first, (first ? "chosen: " : "after that: ") + words(provider, candidate)));
        }
        candidates
                .skipped()
                .forEach(status -> routes.add(new RouteCandidate(status.provider(), false, status.reason())));
        poolState.catalog().all().stream()
                .filter(p ->
                        !p.enabled() && criteria.model().flatMap(p::mapping).isPresent())
                .forEach(p -> routes.add(new RouteCandidate(p, false, "disabled")));
        return routes;
    }

    private String words(Provider provider, CandidateRanking.Candidate candidate) {
        QuotaLimits limits = poolState.quota(provider);
        String window =
                limits.rpm() == 0 ? "unlimited" : "window " + poolState.rateLimiter.used(limits) + "/" + limits.rpm();
        return provider.pool().wire() + ", " + candidate.health().wire() + ", " + window
                + (candidate.translated() ? ", translated" : "");
    }
}
