package sidecar.ledger.edge;

import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.EJB;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import sidecar.cluster.LeaderElection;
import sidecar.ledger.Posting;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/**
 * Deletes what is older than the settings say, or more: rows of the request log, of the usage by the hour, and of the refusals. Every ten
 * seconds a few thousand rows, so that none of the deletions is in the way of what is written meanwhile. Has no transaction of the
 * container's, as {@link LedgerFlusher}.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class LedgerRetention {

    private static final System.Logger LOG = System.getLogger(LedgerRetention.class.getName());

    private static final int CHUNK = 5_000;
    private static final int MOST_CHUNKS = 10;

    /** Longer than the longest time that the page Usage shows. */
    private static final Duration REFUSALS_KEPT = Duration.ofDays(400);

    @Inject
    private Settings settings;

    @Inject
    private InstantSource clock;

    @Inject
    private LeaderElection leader;

    @EJB
    private LedgerStore store;

    @EJB
    private LedgerFlusher flusher;

    /** Must not throw: the container would not call it again. */
    @Schedule(hour = "*", minute = "*", second = "*/10", persistent = false)
    void apply() {
        if (!flusher.isLoaded() || !leader.isLeader()) {
            return;
        }
        try {
            forgetRequests();
            Duration hours = Duration.ofDays(settings.get(SettingsCatalog.USAGE_HOURS_DAYS));
            store.forgetHours(Posting.hour(clock.instant().minus(hours)));
            store.forgetRefusals(Posting.hour(clock.instant().minus(REFUSALS_KEPT)));
        } catch (RuntimeException notNow) {
            LOG.log(System.Logger.Level.DEBUG, "old rows are kept a little longer: {0}", notNow.toString());
        }
    }

    private void forgetRequests() {
        Instant before = clock.instant().minus(Duration.ofDays(settings.get(SettingsCatalog.REQUEST_LOG_DAYS)));
        long surplus = store.surplus(settings.get(SettingsCatalog.REQUEST_LOG_ROWS));
        // a chunk a transaction: none of them is in the way of what is written meanwhile
        for (int chunk = 0; chunk < MOST_CHUNKS; chunk++) {
            int gone = store.forget(before, surplus, CHUNK);
            if (gone < CHUNK) {
                return;
            }
            surplus -= gone;
        }
    }
}
