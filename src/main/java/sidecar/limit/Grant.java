package sidecar.limit;

import java.time.Duration;

/**
 * Permission for one wire request: an entry in its account's window. Stamped when the request's last byte was sent, or
 * refunded when not a byte was; closed when the attempt ends. Each is idempotent. Thread-safe.
 */
public final class Grant {

    /** Where it is. */
    enum GrantState {
        HELD,
        STAMPED,
        REFUNDED
    }

    private final RateLimiter rateLimiter;
    final AccountUsage account;
    final QuotaLimits limits;
    final String workers;
    final long startNanos;

    // guarded by the lock of quotas, as all that follows
    GrantState state = GrantState.HELD;
    boolean closed;
    boolean aged;
    long stampNanos;
    int tokens;
    int place;

    Grant(RateLimiter rateLimiter, AccountUsage account, QuotaLimits limits, GrantRequest request, long startNanos) {
        this.rateLimiter = rateLimiter;
        this.account = account;
        this.limits = limits;
        this.workers = request.workers();
        this.tokens = request.tokens();
        this.startNanos = startNanos;
    }

    /** How long to wait before the request may start: the gap to the one before it in its quota group. */
    public Duration startIn() {
        return rateLimiter.until(startNanos);
    }

    /** The request's last byte was sent: the place frees a window after now. */
    public void stamp() {
        rateLimiter.stamp(this);
    }

    /** Nothing was sent: the place is free again. Without effect after a stamp. */
    public void refund() {
        rateLimiter.refund(this);
    }

    /** The attempt cost that many LLM tokens. Without effect once the place is free. */
    public void settle(int cost) {
        rateLimiter.settle(this, cost);
    }

    /** The attempt has ended: it no longer counts as running, and what was not stamped is. */
    public void close() {
        rateLimiter.close(this);
    }
}
