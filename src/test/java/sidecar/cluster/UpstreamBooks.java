package sidecar.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import sidecar.limit.QuotaLimits;

/** An upstream that keeps the books of one account: what was sent within a minute, on a day, and what runs. */
final class UpstreamBooks {

    /** 61 s of a clock that is a thousandth too fast are more. */
    private static final long MINUTE = Duration.ofMillis(60_900).toNanos();

    private record Sent(long nanos, int tokens) {}

    private final QuotaLimits limits;
    private final Deque<Sent> minute = new ArrayDeque<>();
    private final Map<Long, Integer> days = new HashMap<>();
    private final Map<Object, Integer> running = new HashMap<>();

    UpstreamBooks(QuotaLimits limits) {
        this.limits = limits;
    }

    /**
     * An attempt begins.
     *
     * @param day on which it was granted
     * @param node that makes it
     * @return which limit it exceeds
     */
    Optional<String> begin(long now, int tokens, long day, Object node) {
        minute.addLast(new Sent(now, tokens));
        while (now - minute.getFirst().nanos() >= MINUTE) {
            minute.removeFirst();
        }
        int today = days.merge(day, 1, Integer::sum);
        running.merge(node, 1, Integer::sum);
        int all = minute.stream().mapToInt(Sent::tokens).sum();
        return exceeded("attempts within a minute", minute.size(), limits.rpm())
                .or(() -> exceeded("attempts on a day", today, limits.rpd()))
                // one that is larger than the limit may go alone
                .or(() -> minute.size() == 1
                        ? Optional.empty()
                        : exceeded("LLM tokens within a minute", all, limits.tpm()))
                .or(() -> exceeded(
                        "attempts at once",
                        running.values().stream().mapToInt(Integer::intValue).sum(),
                        limits.concurrency()));
    }

    private Optional<String> exceeded(String what, int count, int limit) {
        return limit > 0 && count > limit
                ? Optional.of(count + " " + what + " of " + limits.group() + ", limit " + limit)
                : Optional.empty();
    }

    void end(Object node) {
        running.computeIfPresent(node, (same, count) -> count - 1);
    }

    /** Its connections are closed. */
    void died(Object node) {
        running.remove(node);
    }
}
