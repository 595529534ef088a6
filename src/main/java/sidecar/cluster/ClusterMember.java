package sidecar.cluster;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import sidecar.time.Ticker;

/**
 * This node among the others: what it tells the store, what it makes of the answers, and which of the others have been silent for so long that their places are nobody's.
 * One call of the store at a time: {@link #next} or {@link #leave}, then {@link #joined} or {@link #renewed}; when no answer comes, {@link #next} again, which says all that the lost one did. Not
 * thread-safe.
 */
public final class ClusterMember {

    /** Of so many renewals one is about all limits, also those of which nothing is wanted. */
    private static final int WHOLE_OF = 10;

    /** Another node as it was seen last, and since when it is so. */
    private record Observed(Membership membership, long sinceNanos) {}

    private final String node;
    private final Ticker ticker;
    private final InstantSource clock;
    private final Supplier<LeaseTimes> times;
    private final OwnedPlaces places;
    private final Map<String, Observed> others = new HashMap<>();
    private Optional<Membership> own = Optional.empty();
    private long sentNanos;
    private Instant sentAt = Instant.EPOCH;

    /** @param node its name, which no other has and which it keeps over restarts */
    public ClusterMember(
            NodeName node, Ticker ticker, InstantSource clock, Supplier<LeaseTimes> times, OwnedPlaces places) {
        this.node = node.value();
        this.ticker = ticker;
        this.clock = clock;
        this.times = times;
        this.places = places;
    }

    /**
     * What to tell the store next.
     *
     * @return empty when the node has to join
     */
    public Optional<Membership.Renewal> next(OwnedPlaces.Demand demand) {
        return renewal(demand, Membership.MembershipState.MEMBER);
    }

    /**
     * What to tell the store at last, when no request is sent any more.
     *
     * @return empty when the node is no member
     */
    public Optional<Membership.Renewal> leave(OwnedPlaces.Demand demand) {
        return renewal(demand, Membership.MembershipState.LEFT);
    }

    private Optional<Membership.Renewal> renewal(OwnedPlaces.Demand demand, Membership.MembershipState state) {
        if (own.isEmpty()) {
            sent();
            return Optional.empty();
        }
        Membership renewal = own.get().next(state);
        own = Optional.of(renewal);
        List<SharedLimit.Claim> claims = state == Membership.MembershipState.LEFT
                ? places.release(demand)
                : places.claims(demand, renewal.renewal() % WHOLE_OF == 1);
        sent();
        return Optional.of(new Membership.Renewal(node, renewal, claims, silent(sentNanos)));
    }

    private void sent() {
        sentNanos = ticker.nanos();
        sentAt = clock.instant();
    }

    private List<Membership.Silence> silent(long now) {
        List<Membership.Silence> silent = new ArrayList<>();
        others.forEach((other, observed) -> reclaim(observed, now - observed.sinceNanos())
                .ifPresent(reclaim -> silent.add(new Membership.Silence(other, observed.membership(), reclaim))));
        return silent;
    }

    private Optional<Membership.Reclaim> reclaim(Observed observed, long nanos) {
        LeaseTimes now = times.get();
        return switch (observed.membership().state()) {
            case MEMBER ->
                nanos >= now.beforeForgotten().toNanos()
                        ? Optional.of(Membership.Reclaim.WINDOWS)
                        : Optional.of(Membership.Reclaim.LENT)
                                .filter(lent -> nanos >= now.beforeReclaim().toNanos());
            case LEFT ->
                Optional.of(Membership.Reclaim.WINDOWS)
                        .filter(all -> nanos >= now.afterLeaving().toNanos());
            case GONE ->
                Optional.of(Membership.Reclaim.ATTEMPTS)
                        .filter(all -> nanos >= now.afterGone().toNanos());
        };
    }

    /**
     * The store has made it a member.
     *
     * @return whether it may use more than before
     */
    public boolean joined(Membership.Joined joined) {
        own = Optional.of(joined.own());
        return places.renewed(joined.shares(), sentNanos, sentAt);
    }

    /**
     * The store has answered; with nothing, when the membership is void.
     *
     * @return whether the node may use more than before
     */
    public boolean renewed(Optional<Membership.Renewed> answer) {
        if (answer.isEmpty()) {
            own = Optional.empty();
            places.lost();
            return false;
        }
        if (!own.equals(Optional.ofNullable(answer.get().members().get(node)))) {
            return false; // of an earlier call: what it gave, the later one has counted anew
        }
        boolean grown = places.renewed(answer.get().shares(), sentNanos, sentAt);
        observe(answer.get().members());
        return grown;
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
