package sidecar.limit;

/**
 * How much of each quota group's limits this process may use now: all of it where it is the only one, a part where several share
 * them. {@link RateLimiter} asks at every request and every forecast, for limits that the group has. Callable from any thread; must
 * not block, and must not call the limiter. When a share grows, whoever made it grow tells the pool that there is room.
 */
public interface NodeShare {

    /** Everything: there is no other process. */
    NodeShare WHOLE = new NodeShare() {};

    /** How many requests of the group's minute are this process's; may be 0. */
    default int requestsPerMinute(QuotaLimits limits) {
        return limits.rpm();
    }

    /** How many requests of the group's day are this process's; may be 0. */
    default int requestsPerDay(QuotaLimits limits) {
        return limits.rpd();
    }

    /** How many LLM tokens of the group's minute are this process's; may be 0. */
    default int tokensPerMinute(QuotaLimits limits) {
        return limits.tpm();
    }

    /** How many attempts at once are this process's; may be 0. */
    default int concurrency(QuotaLimits limits) {
        return limits.concurrency();
    }
}
