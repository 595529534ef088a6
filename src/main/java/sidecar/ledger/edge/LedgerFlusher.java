package sidecar.ledger.edge;

import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.EJB;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import sidecar.cluster.NodeName;
import sidecar.ledger.EntryBuffer;
import sidecar.ledger.LifetimeTotals;
import sidecar.ledger.RecentActivity;
import sidecar.ledger.SpendingListener;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/**
 * Brings finished exchanges from the journal, where {@link JournalAppender} puts them, into the database, every second. The
 * two go on independently of each other: a database that stands still holds up nothing but itself. Has no transaction of
 * its own, so that one of the store that fails can be tried again; nor one of the container's, which it begins for a timer
 * whatever a class says of each method (Payara 6.2025.10), and whose failed commit ends the timer for good.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class LedgerFlusher {

    private static final System.Logger LOG = System.getLogger(LedgerFlusher.class.getName());

    private static final long SEGMENT_BYTES = 8 << 20;
    private static final int PAGE = 2_000;

    @Inject
    private EntryBuffer buffer;

    @Inject
    private LifetimeTotals totals;

    @Inject
    private Settings settings;

    @Inject
    private RecentActivity recent;

    @Inject
    private InstantSource clock;

    @Inject
    private NodeName node;

    @EJB
    private LedgerStore store;

    @Inject
    private RetryingJournalPoster poster;

    private AtomicLong taken;
    private OtherNodes others;
    private Journal journal;
    private JournalAppender appender;
    /** Up to where the journal is in the database; empty when that must be asked there. Guarded by this, as the one below. */
    private Optional<Journal.Position> position;

    private boolean databaseFails;
    private volatile boolean loaded; // set last: what load has made is seen by whoever sees it

    /**
     * Takes up what earlier runs left in the journal, and begins. Call once the schema is there.
     *
     * @param spending is told what each client has spent on each day of this month, now and, of other nodes, for ever after
     */
    public synchronized void load(SpendingListener spending) throws IOException {
        Path directory = Path.of(settings.get(SettingsCatalog.DATA_DIR))
                .resolve("ledger")
                .toAbsolutePath()
                .normalize();
        Journal.Position begin = store.begin(node, JournalFiles.of(directory), clock.instant());
        journal = Journal.open(directory, begin, SEGMENT_BYTES);
        appender = new JournalAppender(buffer, journal);
        taken = new AtomicLong();
        takeUp(begin);
        totals.seed(store.counted(node));
        others = new OtherNodes(store, node, totals, recent, spending);
        others.begin(clock.instant());
        appender.begin();
        loaded = true;
    }

    /** Whether the schema is there, and what earlier runs left is in it. */
    public boolean isLoaded() {
        return loaded;
    }

    /** How many finished exchanges are not in the database yet. */
    public long backlog() {
        return buffer.size() + (loaded ? Math.max(0, appender.written() - taken.get()) : 0);
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
        appender.append();
        post();
        others.follow();
    }

    private synchronized void post() {
        try {
            takeUp(position.orElseGet(() -> store.position(node)));
            databaseFails = false;
        } catch (IOException | RuntimeException notNow) {
            // what failed may have been done all the same
            position = Optional.empty();
            if (!databaseFails) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "usage is not in the database yet, it waits in the journal: {0}",
                        notNow.toString());
            }
            databaseFails = true;
        }
    }

    private void takeUp(Journal.Position from) throws IOException {
        Journal.Position reached = from;
        long upTo = appender.written();
        Journal.Page page = journal.read(reached, PAGE);
        while (!page.next().equals(reached)) {
            poster.post(node, reached, page, clock.instant());
            reached = page.next();
            taken.addAndGet(page.entries().size());
            upTo = appender.written();
            page = journal.read(reached, PAGE);
        }
        taken.set(upTo);
        position = Optional.of(reached);
        if (reached.segment() != from.segment()) {
            journal.discardBefore(reached);
        }
    }

    @PreDestroy
    void last() {
        if (!loaded) {
            return;
        }
        // the journal only: the drain has asked for the database while everything was there
        appender.close();
        if (backlog() > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "stopping with {0} exchanges that are not in the database; what is in the journal is taken up at the"
                            + " next start",
                    backlog());
        }
    }
}
