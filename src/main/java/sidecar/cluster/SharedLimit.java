package sidecar.cluster;

import sidecar.json.Require;
import sidecar.limit.GrantResult;

/**
 * One limit that nodes share. Of windows a place falls out of use a window after it was taken; what was sent of a day stays used until the day is over, whatever becomes of the node; an
 * attempt is in use for as long as it runs.
 *
 * @param group of the quota group
 * @param kind which of its limits
 * @param day of a limit of a day: which, in UTC since 1970; else 0
 */
public record SharedLimit(String group, GrantResult.Limit kind, long day) {

    /** Any but one of a day. */
    public static SharedLimit of(String group, GrantResult.Limit kind) {
        return new SharedLimit(group, kind, 0);
    }

    /** Whether a place falls out of use a window after it was taken. */
    boolean isWindow() {
        return kind == GrantResult.Limit.MINUTE || kind == GrantResult.Limit.TOKENS;
    }

    /**
     * What a node says of one limit when it renews its membership.
     *
     * @param max the limit itself
     * @param owned places that it goes on owning. What it owned before beyond them, and does not use, is free from now on
     * @param used places in use: more than it owned where a limit was lowered, an account joined the group, or a request cost more LLM tokens than was thought
     * @param standing of those it owns, the ones that it would go on using while it does not reach the store
     * @param wanted places that it has use for, those in use included
     */
    public record Claim(SharedLimit limit, long max, long owned, long used, long standing, long wanted) {
        public Claim {
            Require.atLeast(0, "max", max);
            Require.atLeast(0, "owned", owned);
            Require.atLeast(0, "used", used);
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
     * @param contended whether all nodes together want more than there is
     */
    public record LimitShare(SharedLimit limit, long owned, long standing, long fair, long kept, boolean contended) {}
}
