package sidecar.limit;

import java.time.Duration;
import java.util.Optional;

/** What came of asking for a place. */
public sealed interface GrantResult {

    /** It was taken. */
    record Granted(Grant grant) implements GrantResult {}

    /**
     * It was not, and nothing has changed.
     *
     * @param freeIn when that limit allows it at the earliest; empty where only an event can tell
     */
    record Full(Limit limit, Optional<Duration> freeIn) implements GrantResult {}

    /** Which limit said no. */
    enum Limit {
        /** Requests a minute. */
        MINUTE,
        /** Requests a day. */
        DAY,
        /** LLM tokens a minute. */
        TOKENS,
        /** Attempts at once, of the quota group. */
        CONCURRENCY,
        /** Attempts at once, on the same workers. */
        WORKERS
    }
}
