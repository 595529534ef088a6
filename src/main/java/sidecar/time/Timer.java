package sidecar.time;

import java.time.Duration;

/** Calls back later. Callable from any thread; callbacks run on the timer's thread and must not block. */
public interface Timer {
    /** Runs {@code task} once after {@code delay}; a delay of zero or less runs it as soon as possible. */
    Timeout after(Duration delay, Runnable task);

    /** A call that is still to come. */
    interface Timeout {
        /** Drops the call if it has not begun; otherwise does nothing. Idempotent. */
        void cancel();
    }
}
