package sidecar.pool;

import java.time.Duration;
import java.util.Optional;
import sidecar.provider.HealthLevel;
import sidecar.time.Backoff;
import sidecar.time.OpenCircuit;

/**
 * How attempts on something have gone lately: healthy, degraded after a failure, down after five in a row that have more
 * in common than what was asked. Down lasts ever longer while it goes on; at its end one attempt finds out. Immutable.
 *
 * @param failures in a row; those of one request are four at the most
 * @param asked what the first of them asked
 * @param confirmed whether one of them asked something else
 * @param last what the latest failure was; empty when healthy
 * @param outage since it is down; empty while it is not
 */
record HealthState(int failures, Lease.Asked asked, boolean confirmed, String last, Optional<OpenCircuit> outage) {

    static final HealthState WELL = new HealthState(0, Lease.Asked.NOTHING_UNUSUAL, false, "", Optional.empty());

    private static final int DOWN_AFTER = 5;
    private static final Backoff OUTAGE = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(5));

    HealthState failed(Lease.Failed failed, long startedNanos, long now) {
        if (outage.filter(known -> known.explains(startedNanos)).isPresent()) {
            return this; // the same outage
        }
        Lease.Asked first = failures == 0 ? failed.request() : asked;
        boolean common = confirmed
                || failed.request().usual()
                || (failures > 0 && failed.request().corroborates(asked));
        if (failures + 1 < DOWN_AFTER || !common) {
            int so = Math.min(failures + 1, DOWN_AFTER - 1);
            return new HealthState(so, first, common, failed.message(), Optional.empty());
        }
        int before = downs();
        OpenCircuit open = new OpenCircuit(before + 1, now, now + OUTAGE.nanos(before), false);
        return new HealthState(failures + 1, first, true, failed.message(), Optional.of(open));
    }

    /** How often in a row it was down; 0 while it is not. */
    int downs() {
        return outage.map(OpenCircuit::count).orElse(0);
    }

    /** Whether it would be down if one request alone were not why. */
    boolean needsConfirmation() {
        return failures == DOWN_AFTER - 1 && !confirmed;
    }

    /** Another node has found it down, and it stays so until then; who has found the same keeps its own time. */
    HealthState downElsewhere(String message, int count, int outages, long untilNanos, long now) {
        boolean same = outage.filter(open -> open.count() >= outages && (open.probing() || open.isOpen(now)))
                .isPresent();
        if (same) {
            return this;
        }
        OpenCircuit theirs = new OpenCircuit(outages, now, untilNanos, false);
        return new HealthState(
                count,
                asked,
                true,
                message,
                Optional.of(outage.map(own -> theirs.until(own.untilNanos())).orElse(theirs)));
    }

    /** Where it is down, another node finds out, and this one waits until then. */
    HealthState leftToOthersUntil(long nanos) {
        return outage.isEmpty()
                ? this
                : new HealthState(failures, asked, confirmed, last, outage.map(open -> open.until(nanos)));
    }

    /** How long it stays down. */
    Duration left(long now) {
        return outage.map(open -> open.left(now)).orElse(Duration.ZERO);
    }

    HealthLevel health(long now) {
        if (failures == 0) {
            return HealthLevel.HEALTHY;
        }
        return outage.filter(open -> open.probing() || open.isOpen(now)).isPresent()
                ? HealthLevel.DOWN
                : HealthLevel.DEGRADED;
    }

    /** Whether the next attempt finds out if it is still down. */
    boolean halfOpen(long now) {
        return outage.filter(open -> open.isHalfOpen(now)).isPresent();
    }

    /** Whether an attempt is out to find out. */
    boolean probing() {
        return outage.filter(OpenCircuit::probing).isPresent();
    }

    HealthState probing(boolean out) {
        return probing() == out
                ? this
                : new HealthState(failures, asked, confirmed, last, outage.map(open -> open.probing(out)));
    }
}
