package sidecar.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sidecar.limit.GrantResult;

/**
 * Who owns how many places of which limit, and the rule by which that changes: within one transaction of the store, with all rows of the limits that are claimed and of the nodes that are silent. The
 * sum of all owned is never more than the limit, but where more is in use already. What nobody owns is free. Not thread-safe.
 */
public final class ShareTable {

    /** Of a limit, this part is kept by its nodes in equal shares while they do not reach the store. */
    private static final double STANDING = 0.5;

    /** Of all limits together, idle nodes keep one place in so many. */
    private static final long KEPT_OF = 50;

    /** But none of a limit that is smaller than this. */
    private static final long MIN_KEPT_OF = 20;

    private final Map<String, Membership> members;
    private final Map<SharedLimit, Map<String, ShareRow>> rows = new HashMap<>();
    private long gains;

    /**
     * @param members all nodes
     * @param rows those that what is to be done concerns
     * @param gains how many places have been given up to now
     */
    public ShareTable(Map<String, Membership> members, Collection<ShareRow> rows, long gains) {
        this.members = new HashMap<>(members);
        rows.forEach(this::put);
        this.gains = gains;
    }

    private void put(ShareRow row) {
        rows.computeIfAbsent(row.limit(), limit -> new TreeMap<>()).put(row.node(), row);
    }

    /** All nodes, as they are now. */
    public Map<String, Membership> members() {
        return Map.copyOf(members);
    }

    /** The rows as they are now; those that are empty can be left out. */
    public List<ShareRow> rows() {
        return rows.values().stream().flatMap(nodes -> nodes.values().stream()).toList();
    }

    /** How many places have been given up to now. */
    public long gains() {
        return gains;
    }

    /**
     * Makes a node a member, or one again. Needs the node's rows.
     *
     * @param epoch one that no node has had, so that what the node sent in an earlier one is void however late it comes
     */
    public Membership.Joined join(String node, long epoch) {
        Membership own = Membership.joined(epoch);
        members.put(node, own);
        List<SharedLimit.LimitShare> shares = new ArrayList<>();
        rows.forEach((limit, nodes) -> {
            ShareRow row = nodes.get(node);
            if (row != null) {
                shares.add(new SharedLimit.LimitShare(limit, row.owned(), row.standing(), row.owned(), 0, true));
            }
        });
        return new Membership.Joined(own, shares);
    }

    /** Takes up what a node says; empty when its membership is void. Needs all rows of the limits that it claims, and those of the nodes that it finds silent. */
    public Optional<Membership.Renewed> renew(Membership.Renewal renewal) {
        Membership known = members.get(renewal.node());
        if (known == null
                || known.state() != Membership.MembershipState.MEMBER
                || known.epoch() != renewal.own().epoch()
                || known.renewal() >= renewal.own().renewal()) {
            return Optional.empty();
        }
        members.put(renewal.node(), renewal.own());
        renewal.silent().forEach(this::reclaim);
        List<SharedLimit.LimitShare> shares = renewal.claims().stream()
                .map(claim -> share(renewal.node(), claim))
                .toList();
        return Optional.of(new Membership.Renewed(shares, members));
    }

    private void reclaim(Membership.Silence silence) {
        if (!silence.seen().equals(members.get(silence.node()))) {
            return;
        }
        if (silence.reclaim() == Membership.Reclaim.WINDOWS
                && silence.seen().state() == Membership.MembershipState.MEMBER) {
            members.put(silence.node(), silence.seen().gone());
        }
        for (Map<String, ShareRow> nodes : rows.values()) {
            nodes.computeIfPresent(silence.node(), (node, row) -> without(row, silence.reclaim()));
        }
    }

    /** What is left of a node's places. Those of a day stay: nobody else knows how many of them were used. */
    private static ShareRow without(ShareRow row, Membership.Reclaim reclaim) {
        boolean taken = switch (reclaim) {
            case LENT, WINDOWS -> row.limit().isWindow();
            case ATTEMPTS -> row.limit().kind() == GrantResult.Limit.CONCURRENCY;
        };
        if (!taken) {
            return row;
        }
        return reclaim == Membership.Reclaim.LENT
                ? row.withOwned(Math.min(row.owned(), row.standing())).withWanted(0)
                : ShareRow.none(row.limit(), row.node());
    }

    private SharedLimit.LimitShare share(String node, SharedLimit.Claim claim) {
        Map<String, ShareRow> nodes = rows.computeIfAbsent(claim.limit(), limit -> new TreeMap<>());
        ShareRow known = nodes.getOrDefault(node, ShareRow.none(claim.limit(), node));
        long entitled = Math.min(known.owned(), claim.owned());
        // what is in use is owned, whatever there is
        long owned = Math.max(entitled, claim.used());
        long kept = kept(claim, node, nodes.values());
        ShareRow row = known.withOwned(owned).withWanted(Math.max(claim.wanted(), kept));
        nodes.put(node, row);
        long free =
                claim.max() - nodes.values().stream().mapToLong(ShareRow::owned).sum();
        long fair = fair(claim.max(), nodes.values(), row);
        long gain = Math.min(Math.min(row.wanted(), fair) - owned, free);
        if (gain > 0) {
            row = row.withGain(gain, ++gains);
        }
        long standing = Math.min(row.owned(), (long) (claim.max() * STANDING / nodes.size()));
        // what it goes by until it has this answer, which may be lost, is left to it too
        nodes.put(node, row.withStanding(Math.max(standing, Math.min(row.owned(), claim.standing()))));
        boolean contended = nodes.values().stream().mapToLong(ShareRow::wanted).sum() > claim.max();
        // beyond its fair part, or beyond the limit, what falls out of use is not used again
        long usable = free >= 0 && owned <= fair ? row.owned() : entitled;
        return new SharedLimit.LimitShare(
                claim.limit(),
                usable,
                Math.min(standing, usable),
                // more in use than there may be: who has places to spare gives them up
                free >= 0 ? fair : Math.max(0, Math.min(fair, entitled + free)),
                free >= 0 ? kept : 0,
                contended || free < 0);
    }

    /**
     * What an idle node keeps, to have something while it does not reach the store: a place, of so many of the limits that it is next to nothing of all. Of LLM tokens one is nothing, and
     * would be in the way of a request that is larger than the limit.
     */
    private long kept(SharedLimit.Claim claim, String node, Collection<ShareRow> others) {
        if (isLeaving(node)
                || claim.limit().kind() == GrantResult.Limit.TOKENS
                || claim.max() < MIN_KEPT_OF
                || others.stream().allMatch(row -> row.node().equals(node))) {
            return 0;
        }
        long count = members.values().stream()
                .filter(member -> member.state() == Membership.MembershipState.MEMBER)
                .count();
        long parts = KEPT_OF * Math.max(1, count - 1);
        return Math.floorMod((long) claim.limit().group().hashCode() * 31 + node.hashCode(), parts) < claim.max()
                ? 1
                : 0;
    }

    private boolean isLeaving(String node) {
        Membership own = members.get(node);
        return own == null || own.state() != Membership.MembershipState.MEMBER;
    }

    /**
     * What a node may have when all get alike: who wants less than an equal part leaves the rest to the others. What cannot be divided goes to who
     * got a place the longest ago.
     */
    private static long fair(long max, Collection<ShareRow> rows, ShareRow asked) {
        List<ShareRow> unsatisfied = new ArrayList<>(rows);
        unsatisfied.sort(Comparator.comparingLong(ShareRow::wanted));
        long left = max;
        while (!unsatisfied.isEmpty() && unsatisfied.get(0).wanted() <= left / unsatisfied.size()) {
            left -= unsatisfied.remove(0).wanted();
        }
        unsatisfied.sort(Comparator.comparingLong(ShareRow::gained).thenComparing(ShareRow::node));
        int place = unsatisfied.indexOf(asked);
        if (place < 0) {
            return asked.wanted();
        }
        return left / unsatisfied.size() + (place < left % unsatisfied.size() ? 1 : 0);
    }
}
