package sidecar.ledger.edge;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import sidecar.ledger.EntryBuffer;
import sidecar.ledger.LedgerEntry;

/**
 * Brings finished exchanges from the buffer into the journal, four times a second, on a thread of its own: it needs
 * nothing of the container, whose timers follow the wall clock. While the journal cannot be written they stay in memory,
 * which the buffer bounds. Thread-safe.
 */
final class JournalAppender implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(JournalAppender.class.getName());

    private static final Duration INTERVAL = Duration.ofMillis(250);

    /** So that a long outage of the disk does not end in one piece as large as the heap. */
    private static final int SLICE = 1_000;

    private final EntryBuffer buffer;
    private final Journal journal;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(JournalAppender::thread);
    private final List<LedgerEntry> unwritten = new ArrayList<>(); // guarded by this, as the two below
    private boolean failing;
    private long lostSeen;
    private final AtomicLong written = new AtomicLong();

    JournalAppender(EntryBuffer buffer, Journal journal) {
        this.buffer = buffer;
        this.journal = journal;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "sidecar-ledger");
        thread.setDaemon(true);
        return thread;
    }

    /** Begins. Call once. */
    @SuppressWarnings("FutureReturnValueIgnored") // ended with its thread, in close
    void begin() {
        thread.scheduleWithFixedDelay(this::append, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How many exchanges it has written since the start. */
    long written() {
        return written.get();
    }

    /** Writes what has ended so far. Blocks on the disk. Never throws: it would not be called again. */
    synchronized void append() {
        try {
            while (next()) {
                journal.append(unwritten);
                written.addAndGet(unwritten.size());
                unwritten.clear();
            }
            failing = false;
        } catch (IOException | RuntimeException | LinkageError full) {
            if (!failing) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "the ledger''s journal cannot be written, usage is kept in memory meanwhile: {0}",
                        full.toString());
            }
            failing = true;
        }
        warnOfLosses();
    }

    private boolean next() {
        if (unwritten.isEmpty()) {
            unwritten.addAll(buffer.drain(SLICE));
        }
        return !unwritten.isEmpty();
    }

    private void warnOfLosses() {
        long lost = buffer.lost();
        if (lost > lostSeen) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "{0} exchanges are not accounted: no room to keep them",
                    lost - lostSeen);
            lostSeen = lost;
        }
    }

    /** Ends its thread, and writes a last time. Idempotent. */
    @Override
    public void close() {
        thread.shutdown();
        append();
    }
}
