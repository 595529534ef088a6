package sidecar.admission;

import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import sidecar.time.Ticker;
import sidecar.time.Timer;

/**
 * One timer for all who wait, set to the instant at which the next place frees. Guarded by its {@link Admission}; the callback runs on
 * the timer's thread, outside the lock.
 */
final class RecoveryTimer {

    private final Ticker ticker;
    private final Timer timer;
    private final Runnable callback;
    private Timer.@Nullable Timeout timeout;
    private long dueNanos;

    /** @param callback calls {@link #fired} once it has the lock */
    RecoveryTimer(Ticker ticker, Timer timer, Runnable callback) {
        this.ticker = ticker;
        this.timer = timer;
        this.callback = callback;
    }

    /** From now on it fires then, by the ticker; never when that is empty. */
    void set(OptionalLong due) {
        if (timeout != null && (due.isEmpty() || due.getAsLong() != dueNanos)) {
            timeout.cancel();
            timeout = null;
        }
        if (due.isPresent() && timeout == null) {
            dueNanos = due.getAsLong();
            timeout = timer.after(Duration.ofNanos(Math.max(0, dueNanos - ticker.nanos())), callback);
        }
    }

    /** It has called back, and is not set any more. */
    void fired() {
        timeout = null;
    }
}
