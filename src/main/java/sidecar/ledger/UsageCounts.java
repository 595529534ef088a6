package sidecar.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import sidecar.json.Decimals;
import sidecar.json.Json;

/**
 * What is added up in the books.
 *
 * @param requests exchanges whose last attempt was there
 * @param attempts wire requests
 * @param errors attempts that failed by another's fault than the client's
 * @param successes exchanges that ended well; latency is summed over these
 * @param guessed exchanges whose usage is estimated or partial
 * @param cost in USD
 */
public record UsageCounts(
        long requests,
        long attempts,
        long errors,
        long successes,
        long guessed,
        Usage usage,
        BigDecimal cost,
        Spent spent) {

    public static final UsageCounts NOTHING =
            new UsageCounts(0, 0, 0, 0, 0, Usage.NOTHING, BigDecimal.ZERO, new Spent(0, 0, 0, 0));

    /**
     * Sums of times, in microseconds.
     *
     * @param took of the successes, from the beginning of their last attempt to the end
     * @param waited of all requests, for a place
     * @param firsts successes with a first content
     * @param first their times to it, from the beginning of their last attempt
     */
    public record Spent(long took, long waited, long firsts, long first) {
        Spent plus(Spent more) {
            return new Spent(took + more.took, waited + more.waited, firsts + more.firsts, first + more.first);
        }

        Spent excessOver(Spent less) {
            return new Spent(
                    over(took, less.took),
                    over(waited, less.waited),
                    over(firsts, less.firsts),
                    over(first, less.first));
        }
    }

    /** Both together. */
    public UsageCounts plus(UsageCounts more) {
        return new UsageCounts(
                requests + more.requests,
                attempts + more.attempts,
                errors + more.errors,
                successes + more.successes,
                guessed + more.guessed,
                usage.plus(more.usage),
                cost.add(more.cost),
                spent.plus(more.spent));
    }

    /** What these have more than {@code less}, figure by figure; never below nothing. */
    public UsageCounts excessOver(UsageCounts less) {
        return new UsageCounts(
                over(requests, less.requests),
                over(attempts, less.attempts),
                over(errors, less.errors),
                over(successes, less.successes),
                over(guessed, less.guessed),
                usage.excessOver(less.usage),
                cost.subtract(less.cost).max(BigDecimal.ZERO),
                spent.excessOver(less.spent));
    }

    private static long over(long more, long less) {
        return Math.max(0, more - less);
    }

    /** Whether there is nothing at all in them. */
    public boolean isNothing() {
        return requests == 0
                && attempts == 0
                && errors == 0
                && successes == 0
                && guessed == 0
                && usage.equals(Usage.NOTHING)
                && cost.signum() == 0
                && spent.equals(NOTHING.spent);
    }

    /** V2's six figures of everything, then ours. */
    public ObjectNode json() {
        return Json.object()
                .put("total_requests", requests)
                .put("total_errors", errors)
                .put("total_tokens", usage.total())
                .put("total_prompt_tokens", usage.prompt())
                .put("total_completion_tokens", usage.completion())
                .put("total_cost", Decimals.shortest(cost))
                .put("total_attempts", attempts)
                .put("total_successes", successes);
    }

    /** One attempt. */
    static UsageCounts of(AttemptEntry attempt) {
        return new UsageCounts(0, 1, attempt.error() ? 1 : 0, 0, 0, Usage.NOTHING, BigDecimal.ZERO, NOTHING.spent);
    }

    /** One exchange, without its attempts. */
    static UsageCounts of(LedgerEntry entry) {
        LedgerEntry.Times times = entry.times();
        boolean guess = entry.bill()
                .map(bill -> bill.certainty() != Bill.Certainty.REPORTED)
                .orElse(false);
        long waited = micros(times.waited());
        Spent spent = entry.ok()
                ? new Spent(
                        micros(times.served()),
                        waited,
                        times.firstContent().isPresent() ? 1 : 0,
                        times.servedFirst().map(UsageCounts::micros).orElse(0L))
                : new Spent(0, waited, 0, 0);
        return new UsageCounts(
                1,
                0,
                0,
                entry.ok() ? 1 : 0,
                guess ? 1 : 0,
                entry.bill().map(Bill::usage).orElse(Usage.NOTHING),
                entry.bill().map(Bill::cost).orElse(BigDecimal.ZERO),
                spent);
    }

    private static long micros(Duration time) {
        return time.toNanos() / 1_000;
    }
}
