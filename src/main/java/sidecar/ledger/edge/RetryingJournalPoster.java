package sidecar.ledger.edge;

import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.faulttolerance.Retry;
import sidecar.cluster.NodeName;

/** Takes up a page of the journal, and tries again at once where the database only stumbled. Blocks its thread. */
@ApplicationScoped
class RetryingJournalPoster {

    @EJB
    private LedgerStore store;

    /** All or nothing, as {@link LedgerStore#post}. */
    @Retry(maxRetries = 2, delay = 100, delayUnit = ChronoUnit.MILLIS, jitter = 50)
    void post(NodeName node, Journal.Position from, Journal.Page page, Instant now) {
        store.post(node, from, page, now);
    }
}
