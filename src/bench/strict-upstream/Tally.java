package sidecar.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What clients saw, summed up. Callable from any thread. */
final class Tally {

    private final List<Outcome> outcomes = new ArrayList<>();
    private int begun;
    private Predicate<Outcome> excused = outcome -> false;

    synchronized void begun() {
        begun++;
    }

    synchronized void ended(Outcome outcome) {
        outcomes.add(outcome);
    }

    /** Failures like that are expected and counted apart. */
    synchronized void excuse(Predicate<Outcome> expected) {
        excused = expected;
    }

    /** Requests without an end yet. */
    synchronized int unanswered() {
        return begun - outcomes.size();
    }

    synchronized List<Outcome> all() {
        return List.copyOf(outcomes);
    }

    List<Outcome> answered() {
        return all().stream().filter(Outcome::good).toList();
    }

    /** What no client should have seen. */
    List<Outcome> failed() {
        return all().stream()
                .filter(outcome -> !outcome.good() && !excused.test(outcome))
                .toList();
    }

    /** Failures that were expected. */
    List<Outcome> lost() {
        return all().stream()
                .filter(outcome -> !outcome.good() && excused.test(outcome))
                .toList();
    }

    /** How often each kind of failure is among them. */
    static Map<String, Long> kinds(List<Outcome> failures) {
        return failures.stream()
                .collect(Collectors.groupingBy(
                        outcome -> outcome.failure().orElseThrow().kind(), LinkedHashMap::new, Collectors.counting()));
    }

    /** "p50 1.234 s · p95 … · p99 … · max …" of the waits of these. */
    static String waits(List<Outcome> outcomes) {
        if (outcomes.isEmpty()) {
            return "-";
        }
        long[] sorted = outcomes.stream().mapToLong(Outcome::waitNanos).sorted().toArray();
        return String.format(
                "p50 %s · p95 %s · p99 %s · max %s",
                seconds(sorted, 0.50), seconds(sorted, 0.95), seconds(sorted, 0.99), seconds(sorted, 1));
    }

    private static String seconds(long[] sorted, double share) {
        int index = (int) Math.ceil(share * sorted.length) - 1;
        return String.format("%.3f s", Math.max(0, sorted[Math.max(0, index)]) / 1e9);
    }
}
