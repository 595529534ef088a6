package sidecar.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.time.Ticker;

/**
 * This node among the others: what it tells the store, what it makes of the answers, and which of the others have been silent for so long that their places are nobody's.
 * One call of the store at a time: {@link #next}, then {@link #joined} or {@link #renewed}; when no answer comes, {@link #next} again, which says all that the lost one did. Not
 * thread-safe.
 */
public final class ClusterMember {

    /** Another node as it was seen last, and since when it is so. */
    private record Observed(Membership membership, long sinceNanos) {}

    private final String node;
    private final Ticker ticker;
    private final LeaseTimes times;
    private final OwnedPlaces places;
    private final Map<String, Observed> others = new HashMap<>();
    private Optional<Membership> own = Optional.empty();
    private long sentNanos;

    /** @param node its name, which no other has and which it keeps over restarts */
    public ClusterMember(String node, Ticker ticker, LeaseTimes times, OwnedPlaces places) {
        this.node = node;
        this.ticker = ticker;
        this.times = times;
        this.places = places;
    }

    /**
     * What to tell the store next.
     *
     * @return empty when the node has to join
     */
    public Optional<Membership.Renewal> next(Map<SharedLimit, Long> limits, OwnedPlaces.Demand demand) {
        if (own.isEmpty()) {
            sentNanos = ticker.nanos();
            return Optional.empty();
        }
        Membership renewal = new Membership(own.get().epoch(), own.get().renewal() + 1);
        own = Optional.of(renewal);
        List<SharedLimit.Claim> claims = places.claims(limits, demand);
        sentNanos = ticker.nanos();
        return Optional.of(new Membership.Renewal(node, renewal, claims, silent(sentNanos)));
    }

    private List<Membership.Silence> silent(long now) {
        List<Membership.Silence> silent = new ArrayList<>();
        others.forEach((other, observed) -> {
            long time = now - observed.sinceNanos();
            if (time >= times.beforeReclaim().toNanos()) {
                boolean gone = time >= times.beforeForgotten().toNanos();
                silent.add(new Membership.Silence(other, observed.membership(), gone));
            }
        });
        return silent;
    }

    /** The store has made it a member. */
    public void joined(Membership.Joined joined) {
        own = Optional.of(joined.own());
        places.renewed(joined.shares(), sentNanos);
    }

    /** The store has answered {@link #next}; with nothing, when the membership is void. */
    public void renewed(Optional<Membership.Renewed> answer) {
        if (answer.isEmpty()) {
            own = Optional.empty();
            places.lost();
            return;
        }
        if (!own.equals(Optional.ofNullable(answer.get().members().get(node)))) {
            return; // of an earlier call: what it gave, the later one has counted anew
        }
        places.renewed(answer.get().shares(), sentNanos);
        observe(answer.get().members());
    }

    private void observe(Map<String, Membership> members) {
        long now = ticker.nanos();
        others.keySet().retainAll(members.keySet());
        members.forEach((other, membership) -> {
            Observed before = others.get(other);
            if (!other.equals(node) && (before == null || !before.membership().equals(membership))) {
                others.put(other, new Observed(membership, now));
            }
        });
    }
}
