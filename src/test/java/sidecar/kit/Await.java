package sidecar.kit;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for something to become true, instead of sleeping and hoping. */
public final class Await {

    /**
     * The bound of every wait that has no reason for another one. It only ends a test that would hang: what is waited for comes
     * within milliseconds on an idle machine, and on one whose cores are all taken in a few seconds.
     */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Between two looks, at first and at last: one that is long in coming is looked for less often, since looking costs those it waits for. */
    private static final long SHORTEST_PAUSE_MILLIS = 10;

    private static final long LONGEST_PAUSE_MILLIS = 100;

    private Await() {}

    /**
     * Waits until the condition holds.
     *
     * @throws AssertionError if it does not within {@link #PATIENCE}
     */
    public static void until(BooleanSupplier condition, Supplier<String> what) {
        until(PATIENCE, condition, what);
    }

    /**
     * Waits until the condition holds.
     *
     * @throws AssertionError if it does not within {@link #PATIENCE}
     */
    public static void until(BooleanSupplier condition, String what) {
        until(PATIENCE, condition, what);
    }

    /**
     * Waits until the condition holds, which by its nature takes long.
     *
     * @throws AssertionError if it does not within that time
     */
    public static void until(Duration patience, BooleanSupplier condition, Supplier<String> what) {
        long started = System.nanoTime();
        while (!condition.getAsBoolean()) {
            Duration waited = Duration.ofNanos(System.nanoTime() - started);
            if (waited.compareTo(patience) > 0) {
                throw new AssertionError("waited " + patience.toMillis() + " ms in vain for: " + what.get());
            }
            sleep(Duration.ofMillis(
                    Math.max(SHORTEST_PAUSE_MILLIS, Math.min(LONGEST_PAUSE_MILLIS, waited.toMillis() / 10))));
        }
    }

    /**
     * Waits until the condition holds, which by its nature takes long.
     *
     * @throws AssertionError if it does not within that time
     */
    public static void until(Duration patience, BooleanSupplier condition, String what) {
        until(patience, condition, () -> what);
    }

    /** Only where the passing of time itself is the subject. */
    public static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
