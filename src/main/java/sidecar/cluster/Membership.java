package sidecar.cluster;

import java.util.List;
import java.util.Map;

/**
 * A node's place among the others.
 *
 * @param epoch of its joining, another one each time and for each node; what it sent in an earlier one is void
 * @param renewal counts its renewals in this epoch: one that comes late is void too, and one that stands still is a node that is silent
 */
public record Membership(long epoch, long renewal, MembershipState state) {

    /** Whether a node takes part. */
    public enum MembershipState {
        /** It does. */
        MEMBER,
        /** It has stopped, and said so: what it had in use falls out of use. */
        LEFT,
        /** It has been silent for too long. */
        GONE
    }

    /** A member that has just joined. */
    static Membership joined(long epoch) {
        return new Membership(epoch, 0, MembershipState.MEMBER);
    }

    Membership next(MembershipState next) {
        return new Membership(epoch, renewal + 1, next);
    }

    Membership gone() {
        return new Membership(epoch, renewal, MembershipState.GONE);
    }

    /**
     * Tells the store that a node is alive, and what it makes of its places.
     *
     * @param own the node's membership with this renewal
     * @param silent nodes that it has not seen renew for so long that places of theirs are nobody's
     */
    public record Renewal(String node, Membership own, List<SharedLimit.Claim> claims, List<Silence> silent) {
        public Renewal {
            claims = List.copyOf(claims);
            silent = List.copyOf(silent);
        }
    }

    /**
     * A node that is silent.
     *
     * @param seen its membership as it was all that time; when it is another one by now, the node is not silent
     */
    public record Silence(String node, Membership seen, Reclaim reclaim) {}

    /** What the others take back of a node that is silent, in the order of time. */
    public enum Reclaim {
        /** Places in windows beyond its standing ones. */
        LENT,
        /** All places in windows; it is no member any more. */
        WINDOWS,
        /** Places of attempts at once. */
        ATTEMPTS
    }

    /**
     * What the store answers.
     *
     * @param shares of the limits that were claimed
     * @param members all nodes, this one included, and those that were members lately
     */
    public record Renewed(List<SharedLimit.LimitShare> shares, Map<String, Membership> members) {
        public Renewed {
            shares = List.copyOf(shares);
            members = Map.copyOf(members);
        }
    }

    /**
     * What a node that joins finds: it may have been a member before, and owns what nobody has taken from it since.
     *
     * @param own its membership from now on
     */
    public record Joined(Membership own, List<SharedLimit.LimitShare> shares) {
        public Joined {
            shares = List.copyOf(shares);
        }
    }
}
