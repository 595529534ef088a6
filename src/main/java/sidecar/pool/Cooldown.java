package sidecar.pool;

import java.time.Duration;

/**
 * The time until which a quota group is left alone. Ends by comparison with now; the count survives the end and falls
 * only with a success, so that an upstream that goes on refusing is asked ever less often.
 *
 * @param count 429s in a row, ≥ 1
 * @param begunNanos when the latest of them came
 */
record Cooldown(int count, long begunNanos, long untilNanos, String reason) {

    private static final int LARGEST_SHIFT = 20;

    boolean active(long now) {
        return now - untilNanos < 0;
    }

    Duration left(long now) {
        return Duration.ofNanos(Math.max(0, untilNanos - now));
    }

    /** What follows a 429. A later end is never replaced by an earlier one. */
    static Cooldown next(PoolRules rules, @org.jspecify.annotations.Nullable Cooldown before, Blow blow) {
        if (before != null && blow.startedNanos() - before.begunNanos < 0) {
            // sent before the cooldown began: the same event, heard twice
            return before.until(blow.now() + blow.asked().toNanos());
        }
        int count = before == null ? 1 : before.count + 1;
        long own = own(rules, count);
        long end = blow.now() + Math.max(own, blow.asked().toNanos());
        Cooldown next = new Cooldown(count, blow.now(), end, blow.reason());
        return before == null ? next : next.until(before.untilNanos);
    }

    private static long own(PoolRules rules, int count) {
        long base = rules.cooldownBase().toNanos();
        long max = rules.cooldownMax().toNanos();
        int shift = rules.exponential() ? Math.min(count - 1, LARGEST_SHIFT) : 0;
        return base >= max >> shift ? max : base << shift;
    }

    private Cooldown until(long nanos) {
        return nanos - untilNanos > 0 ? new Cooldown(count, begunNanos, nanos, reason) : this;
    }

    /**
     * One 429.
     *
     * @param startedNanos when its attempt began
     * @param asked what the upstream asks for; zero for nothing
     */
    record Blow(long startedNanos, long now, Duration asked, String reason) {}
}
