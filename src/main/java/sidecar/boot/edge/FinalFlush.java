package sidecar.boot.edge;

import sidecar.lifecycle.Drainable;

/**
 * Writes down what has ended until the stop, while everything that this needs is still there: when the container takes
 * the application down, parts of it are gone already, and a write waits for them in vain.
 *
 * @param write the last one; may block
 */
record FinalFlush(Runnable write) implements Drainable {

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
        write.run();
    }
}
