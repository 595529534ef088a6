package sidecar.pool.cooldown;

import java.time.Duration;
import sidecar.pool.PoolSettings;

/**
 * The time until which a scope is left alone. Ends by comparison with now; then it is half-open: one attempt probes, and
 * its verdict ends the cooldown or begins the next. The count survives the end and falls only with a success, so that an
 * upstream that goes on refusing is asked ever less often. Immutable.
 *
 * @param count 429s in a row, ≥ 1
 * @param begunNanos when the latest of them came
 * @param asked whether the end is what the upstream asked for, and not our own guess
 * @param probing whether an attempt is out to find the verdict
 * @param event the id under which operators find it
 */
record Cooldown(
        int count, long begunNanos, long untilNanos, String reason, boolean asked, boolean probing, String event) {

    private static final int LARGEST_SHIFT = 20;

    boolean active(long now) {
        return now - untilNanos < 0;
    }

    Duration left(long now) {
        return Duration.ofNanos(Math.max(0, untilNanos - now));
    }

    /** Whether {@code hit} is this cooldown heard once more: its attempt began before the cooldown did. */
    boolean covers(RateLimitHit hit) {
        return hit.startedNanos() - begunNanos < 0;
    }

    /** The first of a row. */
    static Cooldown first(PoolSettings settings, RateLimitHit hit, String event) {
        return of(settings, 1, hit, event);
    }

    /** What follows another 429. A later end is never replaced by an earlier one. */
    Cooldown next(PoolSettings settings, RateLimitHit hit, String nextEvent) {
        if (covers(hit)) {
            return until(hit.now() + hit.asked().toNanos(), true);
        }
        return of(settings, count + 1, hit, nextEvent).until(untilNanos, asked);
    }

    private static Cooldown of(PoolSettings settings, int count, RateLimitHit hit, String event) {
        long own = (long) (own(settings, count) * hit.jitter());
        long wanted = hit.asked().toNanos();
        long end = hit.now() + Math.max(own, wanted);
        return new Cooldown(count, hit.now(), end, hit.reason(), wanted >= own, false, event);
    }

    private static long own(PoolSettings settings, int count) {
        long base = settings.cooldownBase().toNanos();
        long max = settings.cooldownMax().toNanos();
        int shift = settings.exponential() ? Math.min(count - 1, LARGEST_SHIFT) : 0;
        return base >= max >> shift ? max : base << shift;
    }

    private Cooldown until(long nanos, boolean theirs) {
        return nanos - untilNanos > 0 ? new Cooldown(count, begunNanos, nanos, reason, theirs, probing, event) : this;
    }

    Cooldown probing(boolean now) {
        return new Cooldown(count, begunNanos, untilNanos, reason, asked, now, event);
    }

    /**
     * One 429.
     *
     * @param startedNanos when its attempt began
     * @param asked what the upstream asks for; zero for nothing
     * @param jitter what our own guess is multiplied with, about 1
     */
    record RateLimitHit(long startedNanos, long now, Duration asked, String reason, double jitter) {}
}
