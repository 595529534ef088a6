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
import sidecar.provider.PoolTier;
import sidecar.provider.Provider;

/** Looks at every provider with a wish in mind, and puts those that can be had in order. Thread-safe; takes nothing. */
final class CandidateEvaluator {

    /** An affinity gives way once its provider has used that much of its minute. */
    static final double MOST_PREFERRED_SHARE = 0.8;

    private final PoolState memory;
    private final Supplier<PoolSettings> rules;
    private final RandomGenerator random;

    CandidateEvaluator(PoolState memory, Supplier<PoolSettings> rules, RandomGenerator random) {
        this.memory = memory;
        this.rules = rules;
        this.random = random;
    }

    /** Those that can be had, the best first. */
    List<CandidateRanking.Candidate> order(CandidateSet survey) {
        return CandidateRanking.order(survey.open(), rules.get().strategy(), random);
    }

    /** The same, with the preferred one first where it is as good as the best. */
    List<CandidateRanking.Candidate> preferring(Optional<String> preferred, List<CandidateRanking.Candidate> ordered) {
        if (preferred.isEmpty() || ordered.isEmpty()) {
            return ordered;
        }
        Optional<CandidateRanking.Candidate> wanted = ordered.stream()
                .filter(c -> c.look().provider().id().equals(preferred.get()))
                .filter(c -> c.asGoodAs(ordered.get(0)))
                .filter(c -> memory.quotas.share(memory.quota(c.look().provider())) < MOST_PREFERRED_SHARE)
                .findFirst();
        List<CandidateRanking.Candidate> moved = new ArrayList<>(ordered);
        wanted.ifPresent(c -> {
            moved.remove(c);
            moved.add(0, c);
        });
        return moved;
    }

    /** The enabled providers that map what is wished for. */
    List<Provider> serving(SelectionCriteria wish) {
        List<Provider> all = wish.model().map(memory.catalog()::serving).orElseGet(memory.catalog()::enabled);
        return wish.only()
                .map(id -> all.stream().filter(p -> p.id().equals(id)).toList())
                .orElse(all);
    }

    /** Why there are none. */
    LeaseResult.RefusalReason whyNobody(SelectionCriteria wish) {
        boolean mapped = wish.model()
                .map(model -> memory.catalog().all().stream()
                        .anyMatch(p -> p.mapping(model).isPresent()))
                .orElse(true);
        return mapped ? LeaseResult.RefusalReason.NO_PROVIDER : LeaseResult.RefusalReason.UNKNOWN_MODEL;
    }

    CandidateSet survey(SelectionCriteria wish) {
        List<Provider> serving = serving(wish);
        boolean primariesOnly = !wish.overflow() && serving.stream().anyMatch(p -> p.pool() == PoolTier.PRIMARY);
        CandidateSet survey = new CandidateSet();
        for (int i = 0; i < serving.size(); i++) {
            Provider provider = serving.get(i);
            CandidateStatus look = primariesOnly && provider.pool() != PoolTier.PRIMARY
                    ? CandidateStatus.skipped(
                            provider, i, SkipReason.OVERFLOW, Optional.empty(), "the fallback pool is not used yet")
                    : look(provider, i, wish);
            if (look.skip().isPresent()) {
                survey.add(look);
            } else {
                survey.add(candidate(look, wish));
            }
        }
        return survey;
    }

    private CandidateStatus look(Provider provider, int position, SelectionCriteria wish) {
        ProviderState state = memory.state(provider);
        long now = memory.now();
        String model = wish.model().orElse("");
        if (!wish.apis().contains(provider.endpoint().api())) {
            return CandidateStatus.skipped(
                    provider, position, SkipReason.PROTOCOL, Optional.empty(), "does not speak this protocol");
        }
        Optional<String> error = memory.error(provider);
        if (error.isPresent()) {
            return CandidateStatus.skipped(
                    provider, position, SkipReason.ERROR, Optional.empty(), "in error: " + error.get());
        }
        if (state.missing(model, wish.use(), now)) {
            return CandidateStatus.skipped(
                    provider,
                    position,
                    SkipReason.MISSING,
                    Optional.empty(),
                    "has said that it does not have this model for such requests");
        }
        RetryEligibility again = wish.tried().get(provider.id());
        if (again != null && again.kind() == RetryEligibility.Eligibility.NEVER) {
            return CandidateStatus.skipped(provider, position, SkipReason.TRIED, Optional.empty(), "was tried");
        }
        Optional<Cooldowns.CooldownBlock> block = memory.cooldowns.block(provider, model);
        if (block.isPresent()) {
            return CandidateStatus.cooling(provider, position, block.get());
        }
        if (again != null && again.in(now) > 0) {
            Duration pause = Duration.ofNanos(again.in(now));
            return CandidateStatus.skipped(provider, position, SkipReason.TRIED, Optional.of(pause), "was tried");
        }
        GrantRequest ask = memory.ask(provider, wish);
        return memory.quotas
                .obstacle(memory.quota(provider), ask)
                .map(obstacle -> full(provider, position, ask, obstacle))
                .orElseGet(() -> CandidateStatus.open(provider, position));
    }

    CandidateStatus full(Provider provider, int position, GrantRequest ask, GrantResult.Full obstacle) {
        // whoever ends makes room among workers, but so does a clean minute
        Optional<Duration> freeIn = obstacle.limit() == GrantResult.Limit.WORKERS
                ? Optional.of(memory.workers.grows(ask.workers(), memory.now()))
                : obstacle.freeIn();
        return CandidateStatus.skipped(
                provider,
                position,
                obstacle.limit() == GrantResult.Limit.DAY ? SkipReason.SPENT : SkipReason.FULL,
                freeIn,
                LimitMessages.words(memory.quota(provider), memory.quotas, obstacle));
    }

    private CandidateRanking.Candidate candidate(CandidateStatus look, SelectionCriteria wish) {
        Provider provider = look.provider();
        ProviderState state = memory.state(provider);
        String model = wish.model().orElse("");
        boolean any = wish.model().isPresent();
        return new CandidateRanking.Candidate(
                look,
                wish.tried().containsKey(provider.id()),
                provider.mapsExactly(model),
                wish.avoid().contains(PoolState.origin(provider)),
                memory.health(provider, state.pulse(model, wish.use()).health(memory.now())),
                any ? memory.quotas.share(memory.quota(provider)) / provider.weight() : 0,
                any ? state.inFlight() : 0,
                any ? state.lastUsedNanos() : 0,
                any ? memory.record(provider).averageNanos() : 0);
    }

    /**
     * What would become of each provider that maps the wish's model, in the order in which they would be asked; disabled
     * ones last.
     */
    List<RouteStep> route(SelectionCriteria wish) {
        CandidateSet survey = survey(wish);
        List<RouteStep> routes = new ArrayList<>();
        for (CandidateRanking.Candidate candidate : order(survey)) {
            Provider provider = candidate.look().provider();
            boolean first = routes.isEmpty();
            routes.add(
                    new RouteStep(provider, first, (first ? "chosen: " : "after that: ") + words(provider, candidate)));
        }
        survey.skipped().forEach(look -> routes.add(new RouteStep(look.provider(), false, look.reason())));
        memory.catalog().all().stream()
                .filter(p -> !p.enabled() && wish.model().flatMap(p::mapping).isPresent())
                .forEach(p -> routes.add(new RouteStep(p, false, "disabled")));
        return routes;
    }

    private String words(Provider provider, CandidateRanking.Candidate candidate) {
        QuotaLimits quota = memory.quota(provider);
        String window = quota.rpm() == 0 ? "unlimited" : "window " + memory.quotas.used(quota) + "/" + quota.rpm();
        return provider.pool().wire() + ", " + candidate.health().wire() + ", " + window;
    }
}
