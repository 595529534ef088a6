package sidecar.call;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sidecar.time.Ticker;
import sidecar.time.Timer;

/**
 * Every timeout of one attempt: what is waited for now, silence, and all of it together. Used in a mailbox. Once it has
 * ended it waits for nothing any more, whatever is still asked of it: a timer that was ringing at that moment would be
 * armed anew, and hold the attempt.
 */
public final class CallTimeouts {

    private final Timer timer;
    private final Ticker ticker;
    private final Consumer<Runnable> mailbox;
    private Timer.@Nullable Timeout current;
    private Timer.@Nullable Timeout whole;
    private long heardNanos;
    private long waits;
    private boolean over;

    /** @param mailbox where expiries are posted */
    public CallTimeouts(Timer timer, Ticker ticker, Consumer<Runnable> mailbox) {
        this.timer = timer;
        this.ticker = ticker;
        this.mailbox = mailbox;
        this.heardNanos = ticker.nanos();
    }

    /** Bounds the attempt as a whole. */
    public void inAll(Duration max, Runnable expired) {
        whole = arm(whole, max, expired);
    }

    /** Waits for one thing, instead of whatever was waited for before. */
    public void until(Duration max, Runnable expired) {
        long wait = ++waits;
        // one that has rung already may come after what it waited for
        current = arm(current, max, () -> {
            if (wait == waits) {
                expired.run();
            }
        });
    }

    /** Runs it at once when there is nothing to wait for, else after that time. */
    public void after(Duration gap, Runnable step) {
        if (gap.isZero()) {
            step.run();
        } else {
            until(gap, step);
        }
    }

    /** Something came. */
    public void touch() {
        heardNanos = ticker.nanos();
    }

    /**
     * Watches for silence from here on, instead of whatever was waited for before. One timer, re-armed by what is left
     * and not by every byte.
     *
     * @param excused whether silence is somebody else's doing just now
     */
    public void watchSilence(Duration max, BooleanSupplier excused, Runnable silent) {
        if (excused.getAsBoolean()) {
            touch();
        }
        long left = max.toNanos() - (ticker.nanos() - heardNanos);
        if (left <= 0 && !over) {
            silent.run();
            return;
        }
        until(Duration.ofNanos(left), () -> watchSilence(max, excused, silent));
    }

    private Timer.@Nullable Timeout arm(Timer.@Nullable Timeout instead, Duration delay, Runnable expired) {
        cancel(instead);
        return over ? null : timer.after(delay, () -> mailbox.accept(expired));
    }

    /** Waits for nothing any more. */
    public void end() {
        over = true;
        cancel(current);
        cancel(whole);
    }

    private static void cancel(Timer.@Nullable Timeout timeout) {
        if (timeout != null) {
            timeout.cancel();
        }
    }
}
