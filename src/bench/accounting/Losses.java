package sidecar.bench;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a kill has taken out of the books.
 *
 * @param ids of exchanges that reached the upstream and are not in the request log
 * @param killedNanos just before the kill
 */
record Losses(Set<String> ids, Answers answers, long killedNanos) {

    private static final Duration MAY_BE_LOST = Duration.ofSeconds(1);

    static Losses of(AccountingFixture fixture, List<GatewayBooks.Entry> log, long killedNanos) {
        Set<String> missing = new HashSet<>(fixture.exchanges().keySet());
        log.forEach(entry -> missing.remove(entry.requestId()));
        return new Losses(missing, fixture.answers(), killedNanos);
    }

    /** How long before the kill those had ended that their clients saw to the end, in ascending order. */
    private List<Duration> ages() {
        return ids.stream()
                .map(answers::of)
                .flatMap(Optional::stream)
                .filter(Outcome::good)
                .map(outcome -> Duration.ofNanos(killedNanos - outcome.endNanos()))
                .sorted()
                .toList();
    }

    /** Says what was lost, and whether it may have been. */
    void tell(Report report) {
        List<Duration> ages = ages();
        Duration oldest = ages.isEmpty() ? Duration.ZERO : ages.get(ages.size() - 1);
        report.line(
                "lost",
                "%d that had ended, the first of them %d ms before the kill · %d in flight",
                ages.size(),
                oldest.toMillis(),
                ids.size() - ages.size());
        report.target(oldest.compareTo(MAY_BE_LOST) <= 0, "nothing is lost that had ended 1 s before the kill");
    }
}
