package sidecar.time;

/**
 * The monotonic clock. Its readings mean nothing by themselves: only the difference of two readings does, so compare
 * them by subtraction ({@code now - until >= 0}). Callable from any thread; never blocks.
 */
@FunctionalInterface
public interface Ticker {
    /** The current reading in nanoseconds. */
    long nanos();
}
