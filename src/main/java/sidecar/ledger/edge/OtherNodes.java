package sidecar.ledger.edge;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import sidecar.cluster.NodeName;
import sidecar.ledger.LifetimeTotals;
import sidecar.ledger.RecentActivity;
import sidecar.ledger.SpendingListener;

/**
 * Tells this node what others that share its database have posted, each exchange once; a gateway that is alone asks for nothing. Thread-safe; blocks on the
 * database.
 */
final class OtherNodes {

    private static final System.Logger LOG = System.getLogger(OtherNodes.class.getName());

    private final LedgerStore store;
    private final NodeName node;
    private final LifetimeTotals totals;
    private final RecentActivity recent;
    private final SpendingListener spending;
    private long seen; // guarded by this

    OtherNodes(
            LedgerStore store, NodeName node, LifetimeTotals totals, RecentActivity recent, SpendingListener spending) {
        this.store = store;
        this.node = node;
        this.totals = totals;
        this.recent = recent;
        this.spending = spending;
    }

    /** Takes up what all nodes, this one included, have done lately and spent this month. Once everything of its own is posted. */
    synchronized void begin(Instant now) {
        tell(store.since(
                node,
                now.minus(RecentActivity.KEPT),
                LocalDate.ofInstant(now, ZoneOffset.UTC).withDayOfMonth(1)));
    }

    /** Looks for what is new. Never throws: it comes a little later. */
    synchronized void follow() {
        if (node.equals(NodeName.LOCAL)) {
            return;
        }
        try {
            tell(store.since(node, seen));
        } catch (RuntimeException notNow) {
            LOG.log(System.Logger.Level.DEBUG, "what other nodes have posted comes later", notNow);
        }
    }

    private void tell(RecentPostings postings) {
        seen = postings.upTo();
        postings.tell(recent, spending);
        totals.others(postings.others());
    }
}
