package sidecar.upstream;

import java.net.URI;
import java.nio.ByteBuffer;

/**
 * The way out: sends one wire request and reports what comes back. Nothing is retried, followed, stored or decompressed
 * on the way. Callable from any thread; never blocks.
 */
public interface Upstream {

    /**
     * Sends {@code request}. Every outcome, also an immediate one, reaches {@code listener}; it may do so before this
     * method returns.
     */
    Call send(Request request, Listener listener);

    /**
     * One wire request.
     *
     * @param body begun to be read before {@link #send} returns, and closed when it was sent or the call is over; may be
     *     sent again by another call
     */
    record Request(String method, URI target, Headers headers, UpstreamBody body) {}

    /** What came before the body. */
    record Head(int status, Headers headers) {}

    /** A request under way. Callable from any thread; never blocks. */
    interface Call {
        /**
         * Lets the upstream send {@code bytes} more. The first window (64 KiB) needs no credit; give back exactly what
         * was taken from {@link Listener#data}, once it has left Sidecar: a constant would switch back-pressure off.
         */
        void credit(int bytes);

        /** Ends the call and closes its connection. Idempotent; without effect after its end. */
        void abort();
    }

    /**
     * What a call has to tell, in this order: {@code sent?} then {@code head}, {@code data}*, and one of {@code end}
     * or {@code failed}. Called on the reactor thread: must not block. Nothing is guaranteed after
     * {@link Call#abort()}, and late calls may still come.
     */
    interface Listener {
        /** The request's last byte was handed to the socket. */
        void sent();

        /** The final response head; informational (1xx) ones are not reported. */
        void head(Head head);

        /** Some bytes of the body; {@code chunk} is valid only during the call. */
        void data(ByteBuffer chunk);

        /** The body is complete as far as HTTP can tell. */
        void end();

        /** The call ended otherwise. */
        void failed(Failure failure);
    }

    /**
     * Why a call failed.
     *
     * @param began whether any byte of the request may have left
     */
    record Failure(Cause cause, String message, boolean began) {}

    /** What went wrong on the wire. */
    enum Cause {
        DNS,
        FORBIDDEN_ADDRESS,
        CONNECT,
        TLS,
        RESET,
        /** A connection that was kept from an earlier request was closed just then: nobody's fault. */
        STALE,
        TRUNCATED,
        /** What came was no HTTP answer. */
        MALFORMED
    }
}
