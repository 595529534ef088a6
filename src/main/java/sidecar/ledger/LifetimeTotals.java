package sidecar.ledger;

/** Sums of all times. They only rise, whatever happens to the providers they came from. Thread-safe; never blocks long. */
public final class LifetimeTotals implements Ledger {

    private UsageCounts sums = UsageCounts.NOTHING; // guarded by this: exact, so not adders of doubles
    private UsageCounts others = UsageCounts.NOTHING; // guarded by this

    @Override
    public void attempted(AttemptEntry attempt) {
        add(UsageCounts.of(attempt));
    }

    @Override
    public void finished(LedgerEntry entry) {
        if (entry.last().isPresent()) {
            add(UsageCounts.of(entry));
        }
    }

    /** What earlier runs have written down. */
    public void seed(UsageCounts earlier) {
        add(earlier);
    }

    /** What other nodes that share the database have counted, instead of what was said of them before. */
    public synchronized void others(UsageCounts counted) {
        others = counted;
    }

    private synchronized void add(UsageCounts more) {
        sums = sums.plus(more);
    }

    /** This node's sums now. */
    public synchronized UsageCounts now() {
        return sums;
    }

    /** Those of all nodes together; what others have counted is known a second or two later. */
    public synchronized UsageCounts ofAllNodes() {
        return sums.plus(others);
    }
}
