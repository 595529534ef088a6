package sidecar.cluster;

import java.time.Duration;
import sidecar.json.Require;

/**
 * How long a node uses what it owns without hearing from the store, and how long the others wait until it is theirs. The others wait longer by what a place stays in use after the last moment at
 * which it may be taken, and by what two monotonic clocks may differ.
 *
 * @param whole how long everything that a node owns may be used after it last reached the store
 * @param standing how long its standing places may
 * @param window how long a request occupies its place after it was sent
 * @param sending how long after its grant a request is sent at most
 * @param attempt how long an attempt runs at most; one that runs for longer is not counted any more when its node is gone
 */
public record LeaseTimes(Duration whole, Duration standing, Duration window, Duration sending, Duration attempt) {

    /** One part in so many: far more than the quartz of two machines. */
    private static final int DRIFT = 100;

    public LeaseTimes {
        Require.positive("whole", whole);
        Require.positive("standing", standing);
        Require.positive("window", window);
        Require.positive("sending", sending);
        Require.positive("attempt", attempt);
    }

    /** After so much silence of a node, what it owned beyond its standing places is nobody's. */
    Duration beforeReclaim() {
        return others(whole).plus(inUse());
    }

    /** After so much silence of a node, all that it owned of windows is nobody's. */
    Duration beforeForgotten() {
        return others(standing).plus(inUse());
    }

    /** After so much time, what a node that has left had in use is nobody's. */
    Duration afterLeaving() {
        return others(inUse());
    }

    /** After so much time, the attempts that a node had under way when it was found gone have ended. */
    Duration afterGone() {
        return others(attempt);
    }

    /** How long a place of a window is in use at most. */
    private Duration inUse() {
        return window.plus(sending);
    }

    private static Duration others(Duration lease) {
        return lease.plus(lease.dividedBy(DRIFT));
    }
}
