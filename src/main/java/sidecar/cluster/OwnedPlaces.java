package sidecar.cluster;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import sidecar.limit.GrantResult;
import sidecar.limit.NodeShare;
import sidecar.limit.QuotaLimits;
import sidecar.time.Ticker;

/**
 * What this node may use of each shared limit now: the places it owns while it reaches the store, its standing places for some time after that, and then none. What it claims goes down before the
 * store hears of it and up after the store has said so, so that at every moment the store holds at least what is used here. Callable from any thread; never
 * blocks on anything but its own lock, which is held for microseconds.
 */
public final class OwnedPlaces implements NodeShare {

    /** Of what is in use, this part more is kept at hand while there is enough for all. */
    private static final int SPARE_OF = 4;

    private static final long MIN_SPARE = 2;

    /** Of one limit. */
    private static final class Places {
        private long owned;
        private long standing;
        private long fair;
        private long kept;
        private long missed; // the most that a request asked for in vain since the last claim
        private boolean contended;
        private boolean idle; // the store knows that nothing is wanted of it
    }

    /** What of all that is owned may be used. */
    private enum LeaseState {
        NONE,
        STANDING,
        WHOLE
    }

    private final Ticker ticker;
    private final InstantSource clock;
    private final Supplier<LeaseTimes> times;
    private final Runnable wake;
    private final Map<SharedLimit, Places> places = new HashMap<>(); // guarded by this, as all that follows
    private LeaseState lease = LeaseState.NONE;
    private int turn;
    private boolean answered;
    private long renewedNanos;
    private Instant renewedAt = Instant.EPOCH;

    /**
     * @param clock tells whether the machine was suspended, and the ticker stood still meanwhile
     * @param times asked at every use: a window may be changed
     * @param wake told when a renewal would bring places for which somebody waits; must not block
     */
    public OwnedPlaces(Ticker ticker, InstantSource clock, Supplier<LeaseTimes> times, Runnable wake) {
        this.ticker = ticker;
        this.clock = clock;
        this.times = times;
        this.wake = wake;
    }

    /** What is used of limits, and what there is use for. */
    public interface Demand {
        /** All limits that are shared now, with what each allows. */
        Map<SharedLimit, Long> limits();

        /** Places in use now. Counted after {@link OwnedPlaces} was lowered: takes the limiter's lock. */
        long used(SharedLimit limit);

        /** How many requests wait for a place, each of any of these limits. */
        int waiting();
    }

    // what may be used

    @Override
    public boolean isWhole() {
        return false;
    }

    @Override
    public synchronized int part(QuotaLimits limits, GrantResult.Limit limit, long day) {
        lapse();
        Places own = places.get(new SharedLimit(limits.group(), limit, day));
        return own == null ? 0 : (int) Math.min(own.owned, limits.max(limit));
    }

    @Override
    public synchronized void exhausted(QuotaLimits limits, GrantResult.Limit limit, long day, long wanted) {
        Places own = places.get(new SharedLimit(limits.group(), limit, day));
        if (own != null && wanted > own.missed) {
            own.missed = wanted;
            if (answered && !own.contended && wanted > own.owned) {
                wake.run();
            }
        }
    }

    /** What has lapsed stays so, also when the store answers again a moment later: its answer says what there is then. */
    private void lapse() {
        if (lease == LeaseState.NONE) {
            return;
        }
        long silent = ticker.nanos() - renewedNanos;
        Duration byTheClock = Duration.between(renewedAt, clock.instant());
        if (byTheClock.toMillis() > silent / 1_000_000) {
            silent = byTheClock.toNanos();
        }
        LeaseTimes now = times.get();
        if (silent >= now.standing().toNanos()) {
            lost();
        } else if (lease == LeaseState.WHOLE && silent >= now.whole().toNanos()) {
            lease = LeaseState.STANDING;
            places.forEach((limit, own) -> {
                // what is owned of a day is never taken back
                own.owned = limit.kind() == GrantResult.Limit.DAY ? own.owned : Math.min(own.owned, own.standing);
            });
        }
    }

    // what is told to the store, and what it answers

    /**
     * What this node claims of its limits. What it owns beyond what it wants, or beyond its fair part, and does not use is given up with this.
     *
     * @param all whether also of those of which nothing is wanted, as the store knows
     */
    List<SharedLimit.Claim> claims(Demand demand, boolean all) {
        Map<SharedLimit, Long> limits = demand.limits();
        List<SharedLimit> order = new ArrayList<>(limits.keySet());
        Collections.rotate(order, turn++);
        WaiterBudget waiters = new WaiterBudget(demand.waiting(), order.size());
        List<SharedLimit.Claim> claims = new ArrayList<>();
        for (SharedLimit limit : order) {
            long wanted = wanted(limit, demand.used(limit), waiters);
            if (all || wanted > 0 || isNews(limit)) {
                claims.add(claim(limit, Objects.requireNonNull(limits.get(limit)), wanted, demand));
            }
        }
        unknown(limits).forEach(limit -> claims.add(claim(limit, 0, 0, demand)));
        awaitAnswer();
        return claims;
    }

    /** How many places are asked for those who wait: each needs one of some limit, not of all; and not every place is one that he can use. */
    private static final class WaiterBudget {
        private static final int PLACES = 2;
        private final long each;
        private long left;

        WaiterBudget(long waiting, int limits) {
            left = PLACES * waiting + 1;
            each = waiting == 0 ? 0 : Math.max(1, (PLACES * waiting + limits - 1) / limits);
        }

        /** Of a limit of which there is enough for all. */
        long ahead() {
            return each;
        }

        /** Of a limit of which there is not: only while there is somebody who has not been asked for. */
        long needed() {
            long places = Math.min(left, Math.max(1, each));
            left -= places;
            return places;
        }
    }

    /** What this node claims when it leaves: only what is in use. Nothing may be used any more. */
    List<SharedLimit.Claim> release(Demand demand) {
        lost();
        return demand.limits().entrySet().stream()
                .map(each -> new SharedLimit.Claim(each.getKey(), each.getValue(), 0, demand.used(each.getKey()), 0, 0))
                .toList();
    }

    private SharedLimit.Claim claim(SharedLimit limit, long max, long wanted, Demand demand) {
        long lowered = lower(limit, wanted);
        // only now: no place is taken beyond it any more; those that are in use already may be more, and stay owned
        long used = demand.used(limit);
        return new SharedLimit.Claim(limit, max, lowered, used, standing(limit), wanted);
    }

    private synchronized boolean isNews(SharedLimit limit) {
        Places own = places.get(limit);
        return own == null || !own.idle || own.missed > 0;
    }

    /** Limits that are no more, such as those of providers that were deleted. Those of another day have no use, and their end is known to all. */
    private synchronized List<SharedLimit> unknown(Map<SharedLimit, Long> limits) {
        places.entrySet()
                .removeIf(each -> !limits.containsKey(each.getKey())
                        && (each.getValue().owned == 0 || each.getKey().kind() == GrantResult.Limit.DAY));
        return places.keySet().stream()
                .filter(limit -> !limits.containsKey(limit))
                .toList();
    }

    private synchronized long wanted(SharedLimit limit, long used, WaiterBudget waiters) {
        Places own = places.computeIfAbsent(limit, unknown -> new Places());
        boolean missed = own.missed > used;
        long wanted;
        if (limit.kind() == GrantResult.Limit.TOKENS) {
            wanted = Math.max(used, own.missed);
        } else if (own.contended) {
            wanted = missed ? used + waiters.needed() : used;
        } else {
            wanted = Math.max(used + waiters.ahead(), own.missed);
        }
        own.missed = 0;
        own.idle = wanted == 0;
        return wanted == 0 || own.contended ? wanted : wanted + Math.max(MIN_SPARE, wanted / SPARE_OF);
    }

    /** Lowers what is owned to what there is use for; not while the store does not answer: it could not give it back. */
    private synchronized long lower(SharedLimit limit, long wanted) {
        lapse();
        Places own = places.computeIfAbsent(limit, unknown -> new Places());
        if (answered) {
            own.owned = Math.min(own.owned, Math.max(own.kept, Math.min(own.fair, wanted)));
            own.standing = Math.min(own.standing, own.owned);
        }
        return own.owned;
    }

    private synchronized long standing(SharedLimit limit) {
        return places.computeIfAbsent(limit, unknown -> new Places()).standing;
    }

    private synchronized void awaitAnswer() {
        answered = false;
    }

    /**
     * The store has said what this node has, in answer to what was sent at that moment.
     *
     * @return whether it may use more of something than before
     */
    synchronized boolean renewed(List<SharedLimit.LimitShare> shares, long sentNanos, Instant sentAt) {
        lapse();
        boolean grown = false;
        lease = LeaseState.WHOLE;
        answered = true;
        renewedNanos = sentNanos;
        renewedAt = sentAt;
        for (SharedLimit.LimitShare share : shares) {
            Places own = places.computeIfAbsent(share.limit(), unknown -> new Places());
            grown |= share.owned() > own.owned;
            own.owned = share.owned();
            own.standing = share.standing();
            own.fair = share.fair();
            own.kept = share.kept();
            own.contended = share.contended();
        }
        return grown;
    }

    /** Both leases have ended, or the store knows this node no more: it owns nothing until the store says what. */
    synchronized void lost() {
        lease = LeaseState.NONE;
        places.clear();
    }

    /** Whether anything may be used: the node has joined, and its leases have not ended. */
    public synchronized boolean isLeased() {
        lapse();
        return lease != LeaseState.NONE;
    }
}
