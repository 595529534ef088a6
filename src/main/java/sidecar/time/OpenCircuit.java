package sidecar.time;

import java.time.Duration;
import sidecar.json.Require;

/**
 * A circuit breaker that is not closed: open until some moment, then half-open, when one attempt finds out and its verdict closes it
 * or opens it anew. Immutable.
 *
 * @param count how often in a row it has opened, at least 1
 * @param openedNanos when it opened last
 * @param untilNanos when that ends
 * @param probing whether an attempt is out to find out
 */
public record OpenCircuit(int count, long openedNanos, long untilNanos, boolean probing) {

    public OpenCircuit {
        Require.atLeast(1, "count", count);
    }

    /** Whether nothing may pass. */
    public boolean isOpen(long now) {
        return now - untilNanos < 0;
    }

    /** Whether the next attempt finds out. */
    public boolean isHalfOpen(long now) {
        return !isOpen(now) && !probing;
    }

    /** How long it stays open; zero when it does not. */
    public Duration left(long now) {
        return Duration.ofNanos(Math.max(0, untilNanos - now));
    }

    /** Whether an attempt begun then tells nothing new: it began before this opened. */
    public boolean explains(long startedNanos) {
        return startedNanos - openedNanos < 0;
    }

    /** An attempt that finds out is out, or not any more. */
    public OpenCircuit probing(boolean out) {
        return probing == out ? this : new OpenCircuit(count, openedNanos, untilNanos, out);
    }

    /** Open until then at the least. */
    public OpenCircuit until(long nanos) {
        return nanos - untilNanos > 0 ? new OpenCircuit(count, openedNanos, nanos, probing) : this;
    }
}
