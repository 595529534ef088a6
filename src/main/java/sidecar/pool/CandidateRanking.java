package sidecar.pool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import sidecar.provider.HealthLevel;
import sidecar.provider.PoolTier;

/** The order in which candidates are asked. A pure function. */
final class CandidateRanking {

    private CandidateRanking() {}

    /**
     * A provider that could serve.
     *
     * @param status what was seen of it
     * @param again whether this exchange has tried it before
     * @param translated whether the request must be put into its words
     * @param exact whether it maps the model by its own name
     * @param avoided whether another host should be asked first
     * @param load share of its window used ÷ its weight
     * @param firstNanos how long it takes to its first content, on average; 0 while unknown
     */
    record Candidate(
            CandidateStatus status,
            boolean again,
            boolean translated,
            boolean exact,
            boolean avoided,
            HealthLevel health,
            double load,
            int inFlight,
            long lastUsedNanos,
            double firstNanos) {

        /** Whether only its load sets it apart from {@code first}; preferring it hurts nobody. */
        boolean isEquivalentTo(Candidate first) {
            return TIER.compare(this, first) == 0;
        }

        private boolean down() {
            return health == HealthLevel.DOWN;
        }

        private PoolTier pool() {
            return status.provider().pool();
        }
    }

    // what is down comes after everything else that can be had, whichever pool it is in
    private static final Comparator<Candidate> TIER = Comparator.comparing(Candidate::again)
            .thenComparing(Candidate::down)
            .thenComparing(Candidate::pool)
            .thenComparing(Candidate::health)
            .thenComparing(Candidate::avoided)
            .thenComparing(Candidate::translated);

    /** @param random picks the two that {@code latency} compares */
    static List<Candidate> order(
            List<Candidate> candidates, PoolSettings.SelectionStrategy strategy, RandomGenerator random) {
        List<Candidate> ordered = new ArrayList<>(candidates);
        ordered.sort(TIER.thenComparing(within(strategy))
                .thenComparingInt(candidate -> candidate.status().position()));
        if (strategy == PoolSettings.SelectionStrategy.LATENCY) {
            powerOfTwoChoices(ordered, random);
        }
        return ordered;
    }

    private static Comparator<Candidate> within(PoolSettings.SelectionStrategy strategy) {
        return switch (strategy) {
            case BALANCED ->
                Comparator.comparingDouble(Candidate::load)
                        .thenComparing(c -> !c.exact())
                        .thenComparingInt(Candidate::inFlight)
                        .thenComparingLong(Candidate::lastUsedNanos);
            case ORDERED -> Comparator.comparing(c -> false);
            case LATENCY -> Comparator.comparingDouble(Candidate::firstNanos);
        };
    }

    /** Always asking the quickest would make it slow: of two taken at random from the first tier, the quicker is. */
    private static void powerOfTwoChoices(List<Candidate> ordered, RandomGenerator random) {
        int tier = 1;
        while (tier < ordered.size() && TIER.compare(ordered.get(0), ordered.get(tier)) == 0) {
            tier++;
        }
        if (tier > 2) {
            int one = random.nextInt(tier);
            int other = (one + 1 + random.nextInt(tier - 1)) % tier;
            // they are in order: the one further in front is the quicker
            Collections.swap(ordered, 0, Math.min(one, other));
        }
    }
}
