package sidecar.limit;

/**
 * How much of each quota group's limits this process may use now: all of it where it is the only one, a part where several share
 * them. {@link RateLimiter} asks at every request and every forecast, for limits that the group has, and says when a part was too small. Callable from any thread; must
 * not block, and must not call the limiter. When a share grows, whoever made it grow tells the pool that there is room.
 */
public interface NodeShare {

    /** Everything: there is no other process. */
    NodeShare WHOLE = new NodeShare() {};

    /** Whether there is no other process. What several share is counted in windows only: a bucket that is refilled by parts would give more than its limit. */
    default boolean isWhole() {
        return true;
    }

    /**
     * How much of one of the group's limits is this process's; may be 0.
     *
     * @param day of a limit of a day: which, in UTC since 1970; else 0
     */
    default int part(QuotaLimits limits, GrantResult.Limit limit, long day) {
        return limits.max(limit);
    }

    /**
     * A request did not fit into this process's part, though it may fit into the limit.
     *
     * @param wanted the part in which it would have fitted
     */
    default void exhausted(QuotaLimits limits, GrantResult.Limit limit, long day, long wanted) {}
}
