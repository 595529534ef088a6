package sidecar.time;

import java.time.Duration;

/**
 * How long to stay away after failures in a row: twice as long each time. Immutable.
 *
 * @param first the delay after the first failure
 * @param max no delay is longer
 */
public record Backoff(Duration first, Duration max) {

    private static final int MAX_DOUBLINGS = 20;

    public Backoff {
        if (first.isNegative() || max.isNegative()) {
            throw new IllegalArgumentException("a delay must be at least 0, were " + first + " and " + max);
        }
    }

    /**
     * The delay in nanoseconds.
     *
     * @param failuresBefore how many failures of the row came before the latest, at least 0
     */
    public long nanos(int failuresBefore) {
        int doublings = Math.min(failuresBefore, MAX_DOUBLINGS);
        return first.toNanos() >= max.toNanos() >> doublings ? max.toNanos() : first.toNanos() << doublings;
    }
}
