package sidecar.ledger.edge;

import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.EJB;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import sidecar.ledger.EntryBuffer;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.Posting;
import sidecar.ledger.Recent;
import sidecar.ledger.Spending;
import sidecar.ledger.Totals;
import sidecar.settings.Declared;
import sidecar.settings.Settings;

/**
 * Brings finished exchanges from the buffer into the journal, four times a second, and from the journal into the
 * database, every second. The two go on independently of each other: a database that stands still holds up nothing but
 * itself. Has no transaction of its own, so that one of the store that fails can be tried again.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class LedgerKeeper {

    private static final System.Logger LOG = System.getLogger(LedgerKeeper.class.getName());

    /** One node's journal; a second node would have a name of its own. */
    private static final String NODE = "local";

    private static final Duration APPENDS = Duration.ofMillis(250);
    private static final int SLICE = 1_000;
    private static final long SEGMENT_BYTES = 8 << 20;
    private static final int PAGE = 2_000;
    private static final int CHUNK = 5_000;
    private static final int MOST_CHUNKS = 10;

    @Inject
    private EntryBuffer buffer;

    @Inject
    private Totals totals;

    @Inject
    private Settings settings;

    @Inject
    private Recent recent;

    @Inject
    private InstantSource clock;

    @EJB
    private LedgerStore store;

    @Inject
    private Posted posted;

    private final Object writing = new Object();
    private final Object taking = new Object();
    private final List<LedgerEntry> unwritten = new ArrayList<>(); // guarded by writing, as the three below
    private boolean journalFails;
    private long lostSeen;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private Journal journal;
    private Journal.Position position; // guarded by taking, as the two below
    private boolean positionKnown = true;
    private boolean databaseFails;
    private final ScheduledExecutorService appender = Executors.newSingleThreadScheduledExecutor(LedgerKeeper::thread);
    private Future<?> appending;
    private volatile boolean loaded; // set last: what load has made is seen by whoever sees it

    /** Takes up what earlier runs left in the journal, and begins. Call once the schema is there. */
    public void load() throws IOException {
        position = store.position(NODE);
        Path directory = Path.of(settings.get(Declared.DATA_DIR)).resolve("ledger");
        journal = Journal.open(directory.toAbsolutePath().normalize(), position, SEGMENT_BYTES);
        synchronized (taking) {
            takeUp();
        }
        totals.seed(store.sums());
        store.lately(clock.instant().minus(Recent.KEPT), recent::seed);
        appending = appender.scheduleWithFixedDelay(
                this::append, APPENDS.toMillis(), APPENDS.toMillis(), TimeUnit.MILLISECONDS);
        loaded = true;
    }

    /** Tells what each client has spent on each day of this month. Call once everything is taken up. */
    public void spending(Spending each) {
        store.spending(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).withDayOfMonth(1), each);
    }

    /** A thread of our own: it needs nothing of the container, whose timers follow the wall clock. */
    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "sidecar-ledger");
        thread.setDaemon(true);
        return thread;
    }

    /** How many finished exchanges are not in the database yet. */
    public long backlog() {
        return buffer.size() + Math.max(0, written.get() - taken.get());
    }

    /** Must not throw: it would not be called again. */
    private void append() {
        synchronized (writing) {
            try {
                while (next()) {
                    journal.append(unwritten);
                    written.addAndGet(unwritten.size());
                    unwritten.clear();
                }
                journalFails = false;
            } catch (IOException | RuntimeException | LinkageError full) {
                if (!journalFails) {
                    LOG.log(
                            System.Logger.Level.ERROR,
                            "the ledger''s journal cannot be written, usage is kept in memory meanwhile: {0}",
                            full);
                }
                journalFails = true;
            }
            warnOfLosses();
        }
    }

    /** In slices, so that a long outage of the disk does not end in one piece as large as the heap. */
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

    /**
     * Brings into the database what has ended so far. Blocks its thread. Must not throw: the container would not call it
     * again.
     */
    @Schedule(hour = "*", minute = "*", second = "*", persistent = false)
    public void keep() {
        if (!loaded) {
            return;
        }
        append();
        synchronized (taking) {
            try {
                if (!positionKnown) {
                    position = store.position(NODE);
                    positionKnown = true;
                }
                takeUp();
                databaseFails = false;
            } catch (IOException | RuntimeException notNow) {
                // what failed may have been done all the same
                positionKnown = false;
                if (!databaseFails) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "usage is not in the database yet, it waits in the journal: {0}",
                            notNow);
                }
                databaseFails = true;
            }
        }
    }

    private void takeUp() throws IOException {
        Journal.Position before = position;
        long upTo = written.get();
        Journal.Page page = journal.read(position, PAGE);
        while (!page.next().equals(position)) {
            posted.post(NODE, position, page, clock.instant());
            position = page.next();
            taken.addAndGet(page.entries().size());
            upTo = written.get();
            page = journal.read(position, PAGE);
        }
        taken.set(upTo);
        if (position.segment() != before.segment()) {
            journal.discardBefore(position);
        }
    }

    @Schedule(hour = "*", minute = "*", second = "*/10", persistent = false)
    void forget() {
        if (!loaded) {
            return;
        }
        try {
            forgetRequests();
            Duration hours = Duration.ofDays(settings.get(Declared.USAGE_HOURS_DAYS));
            store.forgetHours(Posting.hour(clock.instant().minus(hours)));
        } catch (RuntimeException notNow) {
            LOG.log(System.Logger.Level.DEBUG, "old rows are kept a little longer: {0}", notNow);
        }
    }

    private void forgetRequests() {
        Instant before = clock.instant().minus(Duration.ofDays(settings.get(Declared.REQUEST_LOG_DAYS)));
        long surplus = store.surplus(settings.get(Declared.REQUEST_LOG_ROWS));
        // a chunk a transaction: none of them is in the way of what is written meanwhile
        for (int chunk = 0; chunk < MOST_CHUNKS; chunk++) {
            int gone = store.forget(before, surplus, CHUNK);
            if (gone < CHUNK) {
                return;
            }
            surplus -= gone;
        }
    }

    @PreDestroy
    void last() {
        if (!loaded) {
            return;
        }
        appending.cancel(false);
        appender.shutdown();
        // the journal only: the drain has asked for the database while everything was there
        append();
        if (backlog() > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "stopping with {0} exchanges that are not in the database; what is in the journal is taken up at the"
                            + " next start",
                    backlog());
        }
    }
}
