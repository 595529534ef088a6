package sidecar.pool.event;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import sidecar.time.Ticker;

/** What was learned here and other nodes have not been told yet. Thread-safe; never blocks. */
public final class UntoldPoolEvents implements PoolEventListener {

    /** While others cannot be told; then the oldest are not told any more. */
    private static final int MAX_EVENTS = 2_000;

    private final Ticker ticker;
    private final InstantSource clock;
    private final Runnable wake;
    private final Deque<UntoldEvent> untold = new ArrayDeque<>();

    /**
     * One of them.
     *
     * @param nanos when it was learned
     * @param wall the same, by the clock that the moments in it are of
     */
    public record UntoldEvent(PoolEvent event, long nanos, Instant wall) {}

    /**
     * None so far.
     *
     * @param wake is called when there is something to tell; on any thread, with locks of the pool held
     */
    public UntoldPoolEvents(Ticker ticker, InstantSource clock, Runnable wake) {
        this.ticker = ticker;
        this.clock = clock;
        this.wake = wake;
    }

    @Override
    public void learned(PoolEvent event) {
        if (event instanceof PoolEvent.CooldownEnded ended && !ended.cooldown().settled()) {
            return; // by time, which passes everywhere
        }
        synchronized (this) {
            untold.addLast(new UntoldEvent(event, ticker.nanos(), clock.instant()));
            bound();
        }
        wake.run();
    }

    private void bound() {
        while (untold.size() > MAX_EVENTS) {
            untold.removeFirst();
        }
    }

    /** All of them, in the order in which they were learned; from now on they count as told. */
    public synchronized List<UntoldEvent> take() {
        List<UntoldEvent> all = new ArrayList<>(untold);
        untold.clear();
        return all;
    }

    /** They could not be told: what {@link #take} returned. */
    public synchronized void putBack(List<UntoldEvent> events) {
        for (int i = events.size() - 1; i >= 0; i--) {
            untold.addFirst(events.get(i));
        }
        bound();
    }
}
