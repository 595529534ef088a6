package sidecar.bench;

import java.util.Arrays;

/** Moments in ascending order, in nanoseconds of one clock, and what they say about rates. Callable from any thread. */
final class Stamps {

    private long[] nanos = new long[256];
    private int size;

    synchronized void add(long atNanos) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
        }
        // two threads may come here in the wrong order, by microseconds
        nanos[size] = size > 0 && nanos[size - 1] - atNanos > 0 ? nanos[size - 1] : atNanos;
        size++;
    }

    synchronized int size() {
        return size;
    }

    /** The n-th of them, counted from 0. */
    synchronized long get(int n) {
        return nanos[n];
    }

    /** How many lie in [from, to). */
    synchronized int between(long fromNanos, long toNanos) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (nanos[i] - fromNanos >= 0 && nanos[i] - toNanos < 0) {
                count++;
            }
        }
        return count;
    }

    /** The most that lie in any period of that length. */
    synchronized int mostWithin(long periodNanos) {
        int max = 0;
        int oldest = 0;
        for (int i = 0; i < size; i++) {
            while (nanos[i] - nanos[oldest] >= periodNanos) {
                oldest++;
            }
            max = Math.max(max, i - oldest + 1);
        }
        return max;
    }

    /**
     * How many lie in a period of that length, as the mean over every such period that lies wholly in [from, to): not
     * only over those that happen to begin at 0 s, 60 s, 120 s, of which a burst every 61 s meets one more or one less.
     *
     * @return NaN when the span is not longer than one period
     */
    synchronized double meanWithin(long periodNanos, long fromNanos, long toNanos) {
        long firstEnd = fromNanos + periodNanos;
        if (toNanos - firstEnd <= 0) {
            return Double.NaN;
        }
        double covered = 0;
        for (int i = 0; i < size; i++) {
            // this stamp lies in the periods that end within [stamp, stamp + period)
            long since = Math.max(nanos[i] - firstEnd, 0);
            long until = Math.min(nanos[i] + periodNanos - firstEnd, toNanos - firstEnd);
            covered += Math.max(0, until - since);
        }
        return covered / (toNanos - firstEnd);
    }

    /** For things that took that long each and ended at these moments: the time they took together within [from, to). */
    synchronized long busyNanos(long lengthNanos, long fromNanos, long toNanos) {
        long busy = 0;
        for (int i = 0; i < size; i++) {
            long since = Math.max(nanos[i] - lengthNanos - fromNanos, 0);
            long until = Math.min(nanos[i] - fromNanos, toNanos - fromNanos);
            busy += Math.max(0, until - since);
        }
        return busy;
    }
}
