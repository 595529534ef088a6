package sidecar.ledger;

import sidecar.failure.FailureClass;

/** Where the request path writes down what happened. Callable from any thread; never blocks. */
public interface Ledger {

    /** An attempt failed. */
    void attemptFailed(String provider, FailureClass kind);

    /** An exchange ended. */
    void finished(LedgerEntry entry);
}
