package sidecar.console.edge;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.Semaphore;

/**
 * A request's permit to be served on a thread of the server, one of a few: without them, all threads would compete for
 * the processors with {@code /v1} and health. Whoever is about to wait, for a client that reads slowly or for a body, gives
 * it back before; what then bounds the number of such waits is a limit of their own. Used by the request's thread only.
 */
public final class ConcurrencyPermit implements AutoCloseable {
    private static final String ATTRIBUTE = "sidecar.serving-permit";

    private final Semaphore permits;

    private boolean held = true;

    /**
     * The permit of a request, until it is closed.
     *
     * @param permits from which it was acquired
     */
    public ConcurrencyPermit(HttpServletRequest request, Semaphore permits) {
        this.permits = permits;
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Gives back the permit of a request, if it has one, before its answer has been written. */
    public static void release(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof ConcurrencyPermit permit) {
            permit.close();
        }
    }

    @Override
    public void close() {
        if (held) {
            held = false;
            permits.release();
        }
    }
}
