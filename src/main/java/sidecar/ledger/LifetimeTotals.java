package sidecar.ledger;

/** Sums of all times. They only rise, whatever happens to the providers they came from. Thread-safe; never blocks long. */
public final class LifetimeTotals implements Ledger {

    private UsageCounts sums = UsageCounts.NOTHING; // guarded by this: exact, so not adders of doubles

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

    private synchronized void add(UsageCounts more) {
        sums = sums.plus(more);
    }

    /** The sums now. */
    public synchronized UsageCounts now() {
        return sums;
    }
}
