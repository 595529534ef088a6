package sidecar.bench;

import java.io.Closeable;

/** One client, which asks one request after the other. For one thread. */
interface Asker extends Closeable {

    /** Asks once. */
    Outcome ask(String model, boolean stream, boolean usage);

    @Override
    void close();
}
