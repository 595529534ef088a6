package sidecar.cluster;

import java.time.Duration;
import sidecar.json.Require;

/**
 * How long a node uses what it owns without hearing from the store, and how long the others wait until it is theirs. The others wait longer by what a place stays in use after the last moment at
 * which it may be taken, and by what two monotonic clocks may differ.
 *
 * @param whole how long everything that a node owns may be used after it last reached the store
 * @param standing how long its standing places may
 * @param inUse how long a place is in use at most: until its request is sent, and a window
 */
public record LeaseTimes(Duration whole, Duration standing, Duration inUse) {

    /** One part in so many: far more than the quartz of two machines. */
    private static final int DRIFT = 100;

    public LeaseTimes {
        Require.positive("whole", whole);
        Require.positive("standing", standing);
        Require.positive("inUse", inUse);
    }

    /** After so much silence of a node, what it owned beyond its standing places is nobody's. */
    Duration beforeReclaim() {
        return others(whole);
    }

    /** After so much silence of a node, all it owned is nobody's. */
    Duration beforeForgotten() {
        return others(standing);
    }

    private Duration others(Duration lease) {
        return lease.plus(lease.dividedBy(DRIFT)).plus(inUse);
    }
}
