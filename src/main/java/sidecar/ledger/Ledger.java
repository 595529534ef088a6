package sidecar.ledger;

import java.util.List;

/** Where the request path writes down what happened. Callable from any thread; never blocks. */
public interface Ledger {

    /** An attempt ended. Its exchange's entry will name it again. */
    void attempted(AttemptEntry attempt);

    /** An exchange ended. */
    void finished(LedgerEntry entry);

    /** Writes into each of them, in that order. */
    static Ledger all(List<Ledger> ledgers) {
        List<Ledger> every = List.copyOf(ledgers);
        return new Ledger() {
            @Override
            public void attempted(AttemptEntry attempt) {
                every.forEach(ledger -> ledger.attempted(attempt));
            }

            @Override
            public void finished(LedgerEntry entry) {
                every.forEach(ledger -> ledger.finished(entry));
            }
        };
    }
}
