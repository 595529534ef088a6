package sidecar.boot.edge;

import sidecar.boot.Drainable;
import sidecar.pool.edge.HealthProbes;

/** Stops the health probes. One that is out is not waited for: nobody needs its answer any more. */
record ProbesDrain(HealthProbes probes) implements Drainable {

    @Override
    public void drain() {
        probes.stop();
    }

    @Override
    public boolean idle() {
        return true;
    }
}
