package sidecar.door.edge;

import java.time.Duration;
import java.util.Optional;
import org.glassfish.grizzly.Buffer;
import sidecar.door.HttpFramingValidator;

/** What is known of one connection: how its requests are framed, since when it is waited for, and how many were answered. Thread-safe. */
final class WatchedConnection {

    /** From the first byte of a head to its last. */
    private static final Duration HEAD = Duration.ofSeconds(30);

    /** For the body of a request that a thread waits for. */
    private static final Duration BODY = Duration.ofSeconds(60);

    /** The same for somebody who has shown no token: all that a stranger has to send is a sign-in. */
    private static final Duration STRANGERS_BODY = Duration.ofSeconds(10);

    /** For a client to take its refusal and leave. */
    private static final Duration REFUSED = Duration.ofSeconds(5);

    /**
     * Requests that may wait for the answers before theirs. All that have come are answered one after the other on one
     * thread, which is nobody else's meanwhile; clients of an API do not pipeline, and probes send two or three.
     */
    private static final int MAX_UNANSWERED = 3;

    private final HttpFramingValidator validator = new HttpFramingValidator(); // guarded by this
    private int answered; // guarded by this
    private boolean settled; // guarded by this

    // stamps are zero while there is nothing to wait for
    private volatile long headSince;
    private volatile long bodySince;
    private volatile long refusedSince;
    private volatile Duration bodyLimit = BODY;
    private volatile boolean arriving;

    /**
     * Takes what came last.
     *
     * @return how much at its end is not for the server: what belongs to a request with a fault, or comes after one, and as much
     *     as was taken out before it
     */
    synchronized int take(Buffer data, int size, long now) {
        int end = data.position();
        int from = end - size;
        int good;
        validator.admitUpTo(answered + MAX_UNANSWERED);
        if (data.hasArray()) {
            int base = data.arrayOffset();
            good = validator.take(data.array(), base + from, base + end) - base - from;
        } else {
            byte[] copy = new byte[size];
            data.position(from);
            data.get(copy);
            data.position(end);
            good = validator.take(copy, 0, size);
            data.position(from);
            data.put(copy, 0, good);
            data.position(end);
        }
        arriving = validator.inRequest();
        headSince = !validator.inHead() ? 0 : headSince == 0 ? now : headSince;
        return size - good;
    }

    synchronized Optional<HttpFramingValidator.Fault> fault() {
        return validator.fault();
    }

    /** Of the request that is on its way, or came last, as far as it is known; else empty. */
    synchronized String path() {
        return validator.path();
    }

    synchronized int headBytes() {
        return validator.headBytes();
    }

    /** One more of its requests has its answer. */
    synchronized void answered() {
        answered++;
    }

    synchronized boolean hasAnswers() {
        return answered > 0;
    }

    /** The fault, once, as soon as all requests before it have their answers. */
    synchronized Optional<HttpFramingValidator.Fault> due() {
        if (settled || validator.fault().isEmpty() || answered < validator.complete()) {
            return Optional.empty();
        }
        settled = true;
        return validator.fault();
    }

    /** A thread waits for a request's body since then; 0 for none does. */
    void bodySince(long nanos, boolean stranger) {
        bodyLimit = stranger ? STRANGERS_BODY : BODY;
        bodySince = nanos;
    }

    /** Whether a request has begun to come, and more of it is to come. */
    boolean arriving() {
        return arriving;
    }

    /** The client has been told that nothing more is read. */
    void refusedSince(long nanos) {
        refusedSince = nanos;
    }

    boolean late(long now) {
        return late(headSince, HEAD, now)
                || (arriving && late(bodySince, bodyLimit, now))
                || late(refusedSince, REFUSED, now);
    }

    private static boolean late(long since, Duration max, long now) {
        return since != 0 && now - since >= max.toNanos();
    }
}
