package sidecar.cluster;

import sidecar.json.Require;

/**
 * One limit that nodes share.
 *
 * @param group of the quota group
 * @param kind which of its limits
 */
public record SharedLimit(String group, LimitKind kind) {

    /** What a limit counts. */
    public enum LimitKind {
        /** Requests a minute, in a rolling window. */
        REQUESTS_PER_MINUTE,
        /** Requests a UTC day. */
        REQUESTS_PER_DAY,
        /** LLM tokens a minute, in a rolling window. */
        TOKENS_PER_MINUTE,
        /** Attempts at once. */
        CONCURRENCY
    }

    /**
     * What a node says of one limit when it renews its membership.
     *
     * @param max the limit itself
     * @param owned places that it goes on owning: at least those in use. What it owned before beyond them is free from now on
     * @param standing of them, those that it would go on using while it does not reach the store
     * @param wanted places that it has use for, those in use included
     */
    public record Claim(SharedLimit limit, long max, long owned, long standing, long wanted) {
        public Claim {
            Require.atLeast(0, "max", max);
            Require.atLeast(0, "owned", owned);
            Require.atLeast(0, "standing", standing);
            Require.atLeast(0, "wanted", wanted);
        }
    }

    /**
     * What a node has of one limit after that.
     *
     * @param owned places that it owns now
     * @param standing of them, those that it may use for longer while the store does not answer
     * @param fair no more than these when the others want theirs: what lies beyond is given up as it falls out of use
     * @param kept these even when there is no use for them
     */
    public record LimitShare(SharedLimit limit, long owned, long standing, long fair, long kept) {}
}
