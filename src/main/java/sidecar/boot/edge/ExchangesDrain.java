package sidecar.boot.edge;

import sidecar.admission.Admission;
import sidecar.exchange.ExchangeRegistry;
import sidecar.lifecycle.Drainable;

/** Lets exchanges under way end: new ones and those in the queue are refused, and after the grace each is ended so that its client can tell. */
record ExchangesDrain(ExchangeRegistry registry, Admission admission) implements Drainable {

    @Override
    public void drain() {
        registry.drain();
        admission.drain();
    }

    @Override
    public boolean idle() {
        return registry.inFlight() == 0;
    }

    @Override
    public void cut() {
        registry.endAll();
    }
}
