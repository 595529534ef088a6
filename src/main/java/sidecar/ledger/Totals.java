package sidecar.ledger;

/** Sums of all times. They only rise, whatever happens to the providers they came from. Thread-safe; never blocks long. */
public final class Totals implements Ledger {

    private Counts sums = Counts.NOTHING; // guarded by this: exact, so not adders of doubles

    @Override
    public void attempted(AttemptEntry attempt) {
        add(Counts.of(attempt));
    }

    @Override
    public void finished(LedgerEntry entry) {
        if (entry.last().isPresent()) {
            add(Counts.of(entry));
        }
    }

    /** What earlier runs have written down. */
    public void seed(Counts earlier) {
        add(earlier);
    }

    private synchronized void add(Counts more) {
        sums = sums.plus(more);
    }

    /** The sums now. */
    public synchronized Counts now() {
        return sums;
    }
}
