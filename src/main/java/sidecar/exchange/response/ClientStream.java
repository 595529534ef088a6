package sidecar.exchange.response;

import java.nio.ByteBuffer;
import sidecar.upstream.Headers;

/**
 * The way back to the client. Callable from any thread; never blocks: what cannot be written now is queued.
 */
public interface ClientStream {

    /** Who hears of the client. Called from any thread. */
    interface Observer {
        /** Bytes worth {@code credit} have been handed to the client's socket. */
        void taken(int credit);

        /** The client has left. */
        void disconnected();
    }

    /** The answer's status and headers; once, before any byte. */
    void head(int status, Headers headers);

    /**
     * Queues bytes, and flushes them if the answer is a stream of events.
     *
     * @param bytes owned by the stream from now on
     * @param credit reported to {@link Observer#taken} when they are written
     */
    void write(ByteBuffer bytes, int credit);

    /** The answer is complete. */
    void end();

    /** The answer ends here and the client must be able to tell that it is not complete: the connection is closed. */
    void cut();
}
