package sidecar.boot.edge;

import sidecar.dashboard.edge.DashboardHub;
import sidecar.lifecycle.Drainable;

/** Closes the open dashboards: a client that listens for ever must not hold up a stop. */
record DashboardDrain(DashboardHub hub) implements Drainable {

    @Override
    public void drain() {
        hub.stop();
    }

    @Override
    public boolean idle() {
        return true;
    }
}
