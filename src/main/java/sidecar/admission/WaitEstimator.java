package sidecar.admission;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import sidecar.limit.QuotaLimits;
import sidecar.pool.LeaseResult;

/**
 * When those who wait will have their turn: each, in the order of arrival, takes the earliest place that its groups will
 * have. Takes only requests a minute and cooldowns into account, which is what can be told. One use, by one thread.
 */
final class WaitEstimator {

    private final Function<QuotaLimits, long[]> places;
    private final long spanNanos;
    private final Map<String, GroupPlaces> groups = new HashMap<>();

    private record GroupPlaces(long[] first, int[] taken) {}

    /**
     * @param places when each of a group's places frees first, in nanoseconds from now; empty for an unlimited one
     * @param span after which a place frees again
     */
    WaitEstimator(Function<QuotaLimits, long[]> places, Duration span) {
        this.places = places;
        this.spanNanos = span.toNanos();
    }

    /** Until the next in the order has its turn, in nanoseconds; its place is taken. */
    long next(List<LeaseResult.RecoveryOption> hopes) {
        long earliest = Long.MAX_VALUE;
        GroupPlaces from = null;
        for (LeaseResult.RecoveryOption recovery : hopes) {
            GroupPlaces group = groups.computeIfAbsent(
                    recovery.limits().group(), name -> new GroupPlaces(places.apply(recovery.limits()), new int[1]));
            long in = Math.max(
                    recovery.notBefore().toNanos(),
                    free(group, recovery.limits().rpm()));
            if (in < earliest) {
                earliest = in;
                from = group;
            }
        }
        if (from != null) {
            from.taken[0]++;
        }
        return from == null ? 0 : earliest;
    }

    private long free(GroupPlaces group, int rpm) {
        if (group.first.length == 0) {
            return 0;
        }
        int nth = group.taken[0];
        // of a very large group only the beginning is known: the rest is taken to come with the last of these
        int within = Math.min(nth % rpm, group.first.length - 1);
        return group.first[within] + nth / rpm * spanNanos;
    }

    /** A bound that costs nothing: {@code ahead} and one more have had their turn by then at the latest. */
    static long atTheLatest(List<LeaseResult.RecoveryOption> hopes, int ahead, Duration span) {
        long rpm = 0;
        long notBefore = 0;
        boolean unlimited = false;
        for (LeaseResult.RecoveryOption recovery : hopes) {
            unlimited |= recovery.limits().rpm() == 0;
            rpm += recovery.limits().rpm();
            notBefore = Math.max(notBefore, recovery.notBefore().toNanos());
        }
        long rounds = unlimited || rpm == 0 ? 0 : ahead / rpm + 1;
        return notBefore + rounds * span.toNanos();
    }
}
