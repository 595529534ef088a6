package sidecar.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who owns how many places of which limit, and the rule by which that changes. The sum of all owned is never more than the limit; what nobody owns is free. Not
 * thread-safe: it is the state within one transaction.
 */
public final class ShareTable {

    /** Of a limit, this part is kept by its nodes in equal shares while they do not reach the store. */
    private static final double STANDING = 0.5;

    /** Of so many places one may lie idle: a twentieth of the limit at most, when all but one node are idle. */
    private static final long KEPT_OF = 20;

    /** What one node owns of one limit; what it would go on using without the store is at most standing. */
    private static final class OwnedRow {
        private long owned;
        private long standing;
        private long wanted;
        private long gained; // when it got a place last, counted in gains of all
    }

    private final Map<String, Membership> members = new HashMap<>();
    private final Map<SharedLimit, Map<String, OwnedRow>> rows = new HashMap<>();

    /** Of all nodes together, so that what a node sent before it was forgotten is void however late it comes. */
    private long epochs;

    private long gains;

    /** Makes a node a member, or one again. */
    public Membership.Joined join(String node) {
        Membership own = new Membership(++epochs, 0);
        members.put(node, own);
        List<SharedLimit.LimitShare> shares = new ArrayList<>();
        rows.forEach((limit, nodes) -> {
            OwnedRow row = nodes.get(node);
            if (row != null) {
                shares.add(new SharedLimit.LimitShare(limit, row.owned, row.standing, row.owned, 0));
            }
        });
        return new Membership.Joined(own, shares);
    }

    /** Takes up what a node says; empty when its membership is void. */
    public Optional<Membership.Renewed> renew(Membership.Renewal renewal) {
        Membership known = members.get(renewal.node());
        if (known == null
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
        if (silence.gone()) {
            rows.values().forEach(nodes -> nodes.remove(silence.node()));
            members.remove(silence.node());
            return;
        }
        for (Map<String, OwnedRow> nodes : rows.values()) {
            OwnedRow row = nodes.get(silence.node());
            if (row != null) {
                row.owned = Math.min(row.owned, row.standing);
                row.wanted = 0;
            }
        }
    }

    private SharedLimit.LimitShare share(String node, SharedLimit.Claim claim) {
        Map<String, OwnedRow> nodes = rows.computeIfAbsent(claim.limit(), limit -> new TreeMap<>());
        OwnedRow row = nodes.computeIfAbsent(node, name -> new OwnedRow());
        row.owned = Math.min(row.owned, claim.owned());
        long kept = kept(claim.max(), nodes.size());
        row.wanted = Math.max(claim.wanted(), kept);
        long all = nodes.values().stream().mapToLong(each -> each.owned).sum();
        long fair = fair(claim.max(), nodes, row);
        long missing = Math.min(row.wanted, fair) - row.owned;
        long gain = Math.min(missing, claim.max() - all);
        if (gain > 0) {
            row.owned += gain;
            row.gained = ++gains;
        }
        long standing = Math.min(row.owned, (long) (claim.max() * STANDING / nodes.size()));
        // what it goes by until it has this answer, which may be lost, is left to it too
        row.standing = Math.max(standing, Math.min(row.owned, claim.standing()));
        return new SharedLimit.LimitShare(claim.limit(), row.owned, standing, fair, kept);
    }

    /** What an idle node keeps, to have something while it does not reach the store: a place, where that is next to nothing of the limit. */
    private static long kept(long max, int nodes) {
        return max >= KEPT_OF * (nodes - 1) ? 1 : 0;
    }

    /**
     * What a node may have when all get alike: who wants less than an equal part leaves the rest to the others. What cannot be divided goes to who
     * got a place the longest ago.
     */
    private static long fair(long max, Map<String, OwnedRow> nodes, OwnedRow asked) {
        List<OwnedRow> unsatisfied = new ArrayList<>(nodes.values());
        unsatisfied.sort(Comparator.comparingLong(row -> row.wanted));
        long left = max;
        while (!unsatisfied.isEmpty() && unsatisfied.get(0).wanted <= left / unsatisfied.size()) {
            left -= unsatisfied.remove(0).wanted;
        }
        unsatisfied.sort(Comparator.comparingLong(row -> row.gained));
        int place = unsatisfied.indexOf(asked);
        if (place < 0) {
            return asked.wanted;
        }
        return left / unsatisfied.size() + (place < left % unsatisfied.size() ? 1 : 0);
    }

    /** How many places of a limit are owned, by all nodes together. */
    public long owned(SharedLimit limit) {
        return rows.getOrDefault(limit, Map.of()).values().stream()
                .mapToLong(row -> row.owned)
                .sum();
    }
}
