package sidecar.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when a test says so. One object is the monotonic clock, the wall clock and the timer, so that a
 * scenario of ten minutes runs in milliseconds and always the same way. Thread-safe.
 */
public final class FakeTime implements Ticker, Timer, InstantSource {

    /** The wall clock at the beginning. */
    public static final Instant BEGIN = Instant.parse("2026-11-23T12:00:00Z");

    private final long beginNanos;
    private final PriorityQueue<Due> timers =
            new PriorityQueue<>(Comparator.comparingLong(Due::sinceBegin).thenComparingLong(Due::order));
    private long passed;
    private long made;
    private LongSupplier reading = () -> 0;

    /** A clock whose reading, as in life, is neither zero nor small. */
    public FakeTime() {
        this(987_654_321_000_000L);
    }

    /** @param beginNanos the first reading; one near {@link Long#MAX_VALUE} finds comparisons that should subtract */
    public FakeTime(long beginNanos) {
        this.beginNanos = beginNanos;
    }

    private record Due(long sinceBegin, long order, Runnable task) {}

    /** From now on time passes while the monotonic clock is read, as it does in life, so many nanoseconds at a time. */
    public synchronized void readingTakes(LongSupplier nanos) {
        reading = nanos;
    }

    @Override
    public synchronized long nanos() {
        passed += reading.getAsLong();
        return beginNanos + passed;
    }

    @Override
    public synchronized Instant instant() {
        return BEGIN.plusNanos(passed);
    }

    @Override
    public synchronized Timeout after(Duration delay, Runnable task) {
        Due due = new Due(passed + Math.max(0, delay.toNanos()), made++, task);
        timers.add(due);
        return () -> drop(due);
    }

    private synchronized void drop(Due due) {
        timers.remove(due);
    }

    /** How many timers are still to come: a finished exchange must leave none behind. */
    public synchronized int pending() {
        return timers.size();
    }

    /** Lets time pass. What is due runs in order, each at its own time, also what was set meanwhile. */
    public void advance(Duration duration) {
        long end = since() + duration.toNanos();
        for (Due due = next(end); due != null; due = next(end)) {
            due.task().run();
        }
        arrive(end);
    }

    private synchronized long since() {
        return passed;
    }

    private synchronized @Nullable Due next(long end) {
        Due due = timers.peek();
        if (due == null || due.sinceBegin() > end) {
            return null;
        }
        timers.remove();
        passed = Math.max(passed, due.sinceBegin());
        return due;
    }

    private synchronized void arrive(long end) {
        passed = Math.max(passed, end);
    }
}
