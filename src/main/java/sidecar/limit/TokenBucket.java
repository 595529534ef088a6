package sidecar.limit;

import java.time.Duration;

/**
 * V2's limiter: holds {@code rpm} requests, refilled evenly over a minute. Kept as its debt, which is what has been taken
 * and not refilled yet. Not thread-safe: guarded by its {@link RateLimiter}.
 */
final class TokenBucket {

    private static final double NANOS_A_MINUTE = Duration.ofMinutes(1).toNanos();
    // a refill computed in doubles must not be short of a whole request by a rounding error
    private static final double ROUNDING = 1e-9;

    private double debt;
    private long atNanos;

    /** @param debt what earlier requests have taken already */
    TokenBucket(double debt, long now) {
        this.debt = debt;
        this.atNanos = now;
    }

    /** The debt at {@code now}, refilled at {@code rpm} a minute. */
    double debt(int rpm, long now) {
        // a limit that was lowered leaves no debt that takes longer than a minute
        debt = Math.max(0, Math.min(rpm, debt) - (now - atNanos) / NANOS_A_MINUTE * rpm);
        atNanos = now;
        return debt;
    }

    void take() {
        debt++;
    }

    void refund() {
        debt = Math.max(0, debt - 1);
    }

    /** Nanoseconds until the {@code n}-th request fits, counting from 0 and all those before it. */
    long fitsIn(int rpm, long now, long n) {
        double over = debt(rpm, now) + 1 + n - rpm;
        return over <= ROUNDING ? 0 : (long) Math.ceil(over / rpm * NANOS_A_MINUTE);
    }
}
