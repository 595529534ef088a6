package sidecar.boot.edge;

import sidecar.boot.Drainable;
import sidecar.ledger.edge.LedgerKeeper;

/**
 * Writes down what has ended until the stop, while everything that this needs is still there: when the container takes
 * the application down, parts of it are gone already.
 */
record LedgerDrain(LedgerKeeper ledger) implements Drainable {

    @Override
    public void drain() {
        // exchanges go on ending until the last
    }

    @Override
    public boolean idle() {
        return true;
    }

    @Override
    public void settle() {
        ledger.keep();
    }
}
