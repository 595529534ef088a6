package sidecar.kit;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for something to become true, instead of sleeping and hoping. */
public final class Await {

    private static final Duration GRAIN = Duration.ofMillis(10);

    private Await() {}

    /**
     * Waits until the condition holds.
     *
     * @throws AssertionError if it does not within that time
     */
    public static void until(Duration patience, BooleanSupplier condition, Supplier<String> what) {
        long started = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - started > patience.toNanos()) {
                throw new AssertionError("waited " + patience.toMillis() + " ms in vain for: " + what.get());
            }
            sleep(GRAIN);
        }
    }

    /**
     * Waits until the condition holds.
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
