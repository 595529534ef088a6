package sidecar.pool;

import java.util.Comparator;
import java.util.List;
import sidecar.provider.Pool;
import sidecar.provider.Provider;

/** The order in which candidates are asked. A pure function. */
final class Chooser {

    private Chooser() {}

    /**
     * A provider that could serve.
     *
     * @param position in creation order
     * @param exact whether it maps the model by its own name
     * @param avoided whether another host should be asked first
     * @param load share of its window used ÷ its weight
     */
    record Candidate(
            Provider provider,
            int position,
            boolean exact,
            boolean avoided,
            Health health,
            double load,
            int inFlight,
            long lastUsedNanos) {}

    static List<Candidate> order(List<Candidate> candidates, PoolRules.Strategy strategy) {
        Comparator<Candidate> first = Comparator.<Candidate, Pool>comparing(
                        c -> c.provider().pool())
                .thenComparing(Candidate::health)
                .thenComparing(Candidate::avoided);
        Comparator<Candidate> then = switch (strategy) {
            case BALANCED ->
                Comparator.comparingDouble(Candidate::load)
                        .thenComparing(c -> !c.exact())
                        .thenComparingInt(Candidate::inFlight)
                        .thenComparingLong(Candidate::lastUsedNanos);
            case ORDERED -> Comparator.comparing(c -> false);
        };
        return candidates.stream()
                .sorted(first.thenComparing(then).thenComparingInt(Candidate::position))
                .toList();
    }
}
