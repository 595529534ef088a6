package sidecar.pool;

import java.time.Duration;
import java.util.Optional;
import sidecar.provider.ProviderStatusView;

/** How one provider has done lately, for operators and for the choice of the quickest. Thread-safe; never blocks. */
final class ProviderStats {

    private static final long SLICE = Duration.ofSeconds(10).toNanos();
    private static final int SLICES = 30;
    private static final double NEW_PART = 0.2;

    private final int[] good = new int[SLICES];
    private final int[] bad = new int[SLICES];
    private final long[] slices = new long[SLICES];
    private int failuresInARow;
    private boolean lastSucceeded;
    private int lastStatus;
    private long lastNanos;
    private double averageNanos;

    /**
     * An attempt's outcome.
     *
     * @param status the answer's; 0 when there was none
     * @param tookNanos until its first content or its failure
     */
    synchronized void note(boolean ok, int status, long tookNanos, long now) {
        int i = slot(now);
        if (ok) {
            good[i]++;
            failuresInARow = 0;
            averageNanos = averageNanos == 0 ? tookNanos : averageNanos * (1 - NEW_PART) + tookNanos * NEW_PART;
        } else {
            bad[i]++;
            failuresInARow++;
        }
        lastSucceeded = ok;
        lastStatus = status;
        lastNanos = tookNanos;
    }

    private int slot(long now) {
        long slice = Math.floorDiv(now, SLICE);
        int i = Math.floorMod(slice, SLICES);
        if (slices[i] != slice) {
            slices[i] = slice;
            good[i] = 0;
            bad[i] = 0;
        }
        return i;
    }

    /** The moving average of the time to first content; zero while nothing is known. */
    synchronized double averageNanos() {
        return averageNanos;
    }

    /** Whether the last attempt succeeded; false while there was none. */
    synchronized boolean lastSucceeded() {
        return lastSucceeded;
    }

    synchronized ProviderStatusView.Lately recent(long now) {
        long oldest = Math.floorDiv(now, SLICE) - SLICES;
        int ok = 0;
        int all = 0;
        for (int i = 0; i < SLICES; i++) {
            if (slices[i] > oldest) {
                ok += good[i];
                all += good[i] + bad[i];
            }
        }
        return new ProviderStatusView.Lately(
                all == 0 ? Optional.empty() : Optional.of((double) ok / all),
                failuresInARow,
                Duration.ofNanos(lastNanos),
                lastStatus);
    }
}
