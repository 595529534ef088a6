package sidecar.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Entries on their way from the request path to whoever keeps them. Bounded: when nobody fetches any for so long that it
 * is full, later ones are lost, and counted. Thread-safe; never blocks.
 */
public final class EntryBuffer implements Ledger {

    /** Minutes of the heaviest load, at about half a kilobyte each. */
    public static final int CAPACITY = 65_536;

    private final ArrayBlockingQueue<LedgerEntry> entries;
    private final LongAdder lost = new LongAdder();

    public EntryBuffer() {
        this(CAPACITY);
    }

    EntryBuffer(int capacity) {
        this.entries = new ArrayBlockingQueue<>(capacity);
    }

    @Override
    public void attempted(AttemptEntry attempt) {
        // its exchange's entry names it
    }

    @Override
    public void finished(LedgerEntry entry) {
        if (!entries.offer(entry)) {
            lost.increment();
        }
    }

    /** Takes out what there is, the oldest first, at most {@code max}. */
    public List<LedgerEntry> drain(int max) {
        List<LedgerEntry> taken = new ArrayList<>();
        entries.drainTo(taken, max);
        return taken;
    }

    /** How many wait to be fetched. */
    public int size() {
        return entries.size();
    }

    /** How many were lost since the start. */
    public long lost() {
        return lost.sum();
    }
}
