package sidecar.pool;

import java.time.Duration;
import sidecar.provider.HealthLevel;

/**
 * How attempts on something have gone lately: healthy, degraded after a failure, down after five in a row that have more
 * in common than what was asked. Down lasts ever longer while it goes on; at its end one attempt finds out. Immutable.
 *
 * @param failures in a row; those of one request are four at the most
 * @param asked what the first of them asked
 * @param confirmed whether one of them asked something else
 * @param last what the latest failure was; empty when healthy
 * @param downs how often in a row it was down
 * @param downNanos when it was last seen to be down
 * @param untilNanos when that ends
 * @param probing whether an attempt is out to find out
 */
record HealthState(
        int failures,
        Lease.Asked asked,
        boolean confirmed,
        String last,
        int downs,
        long downNanos,
        long untilNanos,
        boolean probing) {

    static final HealthState WELL = new HealthState(0, Lease.Asked.NOTHING_UNUSUAL, false, "", 0, 0, 0, false);

    private static final int DOWN_AFTER = 5;
    private static final long FIRST = Duration.ofSeconds(5).toNanos();
    private static final long LONGEST = Duration.ofMinutes(5).toNanos();
    private static final int LARGEST_SHIFT = 10;

    HealthState failed(Lease.Failed failed, long startedNanos, long now) {
        if (downs > 0 && startedNanos - downNanos < 0) {
            return this; // begun before it went down: the same outage
        }
        Lease.Asked first = failures == 0 ? failed.request() : asked;
        boolean common = confirmed
                || failed.request().usual()
                || (failures > 0 && failed.request().corroborates(asked));
        if (failures + 1 < DOWN_AFTER || !common) {
            int so = Math.min(failures + 1, DOWN_AFTER - 1);
            return new HealthState(so, first, common, failed.message(), 0, 0, 0, false);
        }
        long length = Math.min(LONGEST, FIRST << Math.min(downs, LARGEST_SHIFT));
        return new HealthState(failures + 1, first, true, failed.message(), downs + 1, now, now + length, false);
    }

    /** Whether it would be down if one request alone were not why. */
    boolean needsConfirmation() {
        return failures == DOWN_AFTER - 1 && !confirmed;
    }

    /** Whether it is just now that it went down. */
    boolean becameDown(HealthState before) {
        return downs > 0 && before.downs == 0;
    }

    HealthLevel health(long now) {
        if (failures == 0) {
            return HealthLevel.HEALTHY;
        }
        return downs > 0 && (probing || now - untilNanos < 0) ? HealthLevel.DOWN : HealthLevel.DEGRADED;
    }

    /** Whether the next attempt finds out if it is still down. */
    boolean halfOpen(long now) {
        return downs > 0 && !probing && now - untilNanos >= 0;
    }

    HealthState probing(boolean now) {
        return probing == now
                ? this
                : new HealthState(failures, asked, confirmed, last, downs, downNanos, untilNanos, now);
    }
}
