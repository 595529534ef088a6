package sidecar.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sidecar.limit.NodeShare;
import sidecar.limit.QuotaLimits;
import sidecar.time.Ticker;

/**
 * What this node may use of each shared limit now: the places it owns while it reaches the store, its standing places for some time after that, and then none. What it claims goes down before the
 * store hears of it and up after the store has said so, so that at every moment the store holds at least what is used here. Callable from any thread; never
 * blocks on anything but its own lock, which is held for microseconds.
 */
public final class OwnedPlaces implements NodeShare {

    /** Of one limit. */
    private static final class Places {
        private long owned;
        private long standing;
        private long fair;
        private long kept;
    }

    /** What of all that is owned may be used. */
    private enum LeaseState {
        NONE,
        STANDING,
        WHOLE
    }

    private final Ticker ticker;
    private final LeaseTimes times;
    private final Map<SharedLimit, Places> places = new HashMap<>(); // guarded by this, as all that follows
    private LeaseState lease = LeaseState.NONE;
    private boolean answered;
    private long renewedNanos;

    public OwnedPlaces(Ticker ticker, LeaseTimes times) {
        this.ticker = ticker;
        this.times = times;
    }

    /** What is used of a limit, and what there is use for. */
    public interface Demand {
        /** Places in use now. Counted after {@link OwnedPlaces} was lowered: takes the limiter's lock. */
        long used(SharedLimit limit);

        /** Places there is use for now, those in use included. */
        long wanted(SharedLimit limit);
    }

    // what may be used

    @Override
    public int requestsPerMinute(QuotaLimits limits) {
        return usable(limits, SharedLimit.LimitKind.REQUESTS_PER_MINUTE);
    }

    @Override
    public int requestsPerDay(QuotaLimits limits) {
        return usable(limits, SharedLimit.LimitKind.REQUESTS_PER_DAY);
    }

    @Override
    public int tokensPerMinute(QuotaLimits limits) {
        return usable(limits, SharedLimit.LimitKind.TOKENS_PER_MINUTE);
    }

    @Override
    public int concurrency(QuotaLimits limits) {
        return usable(limits, SharedLimit.LimitKind.CONCURRENCY);
    }

    private synchronized int usable(QuotaLimits limits, SharedLimit.LimitKind kind) {
        lapse();
        Places own = places.get(new SharedLimit(limits.group(), kind));
        return own == null ? 0 : (int) own.owned;
    }

    /** What has lapsed stays so, also when the store answers again a moment later: its answer says what there is then. */
    private void lapse() {
        if (lease == LeaseState.NONE) {
            return;
        }
        long silent = ticker.nanos() - renewedNanos;
        if (silent >= times.standing().toNanos()) {
            lost();
        } else if (lease == LeaseState.WHOLE && silent >= times.whole().toNanos()) {
            lease = LeaseState.STANDING;
            places.values().forEach(own -> own.owned = Math.min(own.owned, own.standing));
        }
    }

    // what is told to the store, and what it answers

    /**
     * What this node claims of its limits. What it owns beyond what it wants, or beyond its fair part, and does not use is given up with this.
     *
     * @param limits all that are shared now, with what each allows
     */
    List<SharedLimit.Claim> claims(Map<SharedLimit, Long> limits, Demand demand) {
        List<SharedLimit.Claim> claims = new ArrayList<>();
        limits.forEach((limit, max) -> {
            long wanted = demand.wanted(limit);
            long lowered = lower(limit, wanted);
            // only now: no place is taken beyond it any more; those that are in use already may be more, and stay owned
            long owned = Math.max(lowered, demand.used(limit));
            claims.add(new SharedLimit.Claim(limit, max, owned, standing(limit), wanted));
        });
        awaitAnswer();
        return claims;
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

    /** The store has said what this node has, in answer to what was sent at that moment. */
    synchronized void renewed(List<SharedLimit.LimitShare> shares, long sentNanos) {
        lapse();
        lease = LeaseState.WHOLE;
        answered = true;
        renewedNanos = sentNanos;
        for (SharedLimit.LimitShare share : shares) {
            Places own = places.computeIfAbsent(share.limit(), unknown -> new Places());
            own.owned = share.owned();
            own.standing = share.standing();
            own.fair = share.fair();
            own.kept = share.kept();
        }
    }

    /** Both leases have ended, or the store knows this node no more: it owns nothing until the store says what. */
    synchronized void lost() {
        lease = LeaseState.NONE;
        places.clear();
    }
}
