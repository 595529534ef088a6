package sidecar.boot.edge;

import sidecar.lifecycle.Drainable;
import sidecar.probe.edge.HealthProbeScheduler;

/** Stops the health probes. One that is out is not waited for: nobody needs its answer any more. */
record ProbesDrain(HealthProbeScheduler probes) implements Drainable {

    @Override
    public void drain() {
        probes.stop();
    }

    @Override
    public boolean idle() {
        return true;
    }
}
