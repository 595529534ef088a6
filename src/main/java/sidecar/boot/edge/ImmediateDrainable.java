package sidecar.boot.edge;

import sidecar.lifecycle.Drainable;

/**
 * Stops what would begin new work, or hold up the stop for ever, and waits for nothing: health probes, whose answers nobody needs any
 * more, and open dashboards.
 *
 * @param stop does not block; idempotent
 */
record ImmediateDrainable(Runnable stop) implements Drainable {

    @Override
    public void drain() {
        stop.run();
    }

    @Override
    public boolean idle() {
        return true;
    }
}
