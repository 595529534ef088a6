package sidecar.time;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * What happened during some span up to now, in the order of time. Every step but {@link #nth} and {@link #remove} is constant time,
 * ageing out amortised. Not thread-safe.
 */
public final class RollingWindow<E> {

    private final ToLongFunction<E> nanos;
    private final Deque<E> entries = new ArrayDeque<>();

    /** @param nanos when an entry happened, by the {@link Ticker} */
    public RollingWindow(ToLongFunction<E> nanos) {
        this.nanos = nanos;
    }

    /** Adds what happened just now: not before any other entry. */
    public void add(E entry) {
        entries.addLast(entry);
    }

    /** Removes what is as if it had not happened. */
    public void remove(E entry) {
        entries.remove(entry);
    }

    /** Removes the latest entry; returns whether there was one. */
    public boolean removeLatest() {
        return entries.pollLast() != null;
    }

    /** Lets go of what happened a span ago or earlier, and tells of each. */
    public void age(long now, long spanNanos, Consumer<? super E> gone) {
        while (!entries.isEmpty() && now - nanos.applyAsLong(entries.getFirst()) >= spanNanos) {
            gone.accept(entries.removeFirst());
        }
    }

    /** How many entries there are, those included that have not been aged out yet. */
    public int size() {
        return entries.size();
    }

    /** All entries, the oldest first; for reading only. */
    public Iterable<E> entries() {
        return entries;
    }

    /** The latest entry; there must be one. */
    public E latest() {
        return entries.getLast();
    }

    /** The entry at that place, counted from the oldest, from 0 on. */
    public E nth(int place) {
        return entries.stream().skip(place).findFirst().orElseThrow();
    }

    /** In how many nanoseconds an entry leaves a window of that span; at least 1. */
    public long leavesIn(E entry, long now, long spanNanos) {
        return Math.max(1, nanos.applyAsLong(entry) + spanNanos - now);
    }
}
