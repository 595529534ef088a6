package sidecar.call;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sidecar.pool.Lease;
import sidecar.upstream.Upstream;

/**
 * One wire request on a lease, which is told what comes of it; closing the lease is left to its owner. Used in a mailbox, and
 * what comes from the wire reaches the listener there. Once closed, it tells nothing any more.
 */
public final class LeasedCall implements Upstream.Listener {

    /** What is told of the call, in the mailbox and not after {@link #close}. */
    public interface CallListener {

        /** The response head. */
        void head(Upstream.Head head);

        /** Some bytes of the body, the listener's; to be given back by {@link #credit}. */
        void data(byte[] bytes);

        /** The body is complete as far as HTTP can tell. */
        void end();

        /** The call ended otherwise. */
        void failed(Upstream.Failure failure);
    }

    /** How much of the request is on its way. */
    private enum Progress {
        NOT_BEGUN,
        BEGUN,
        SENT
    }

    private final Upstream upstream;
    private final Optional<Lease> lease;
    private final Consumer<Runnable> mailbox;
    private final CallListener listener;
    private Upstream.@Nullable Call call;
    private Progress progress = Progress.NOT_BEGUN;
    private boolean closed;

    /**
     * @param lease empty for a request that takes no place of any window
     * @param mailbox runs what is posted to it one after the other
     */
    public LeasedCall(Upstream upstream, Optional<Lease> lease, Consumer<Runnable> mailbox, CallListener listener) {
        this.upstream = upstream;
        this.lease = lease;
        this.mailbox = mailbox;
        this.listener = listener;
    }

    /** Sends it. Call once; does nothing when it was closed before. */
    public void send(Upstream.Request request) {
        if (closed) {
            return;
        }
        progress = Progress.BEGUN;
        call = upstream.send(request, this);
    }

    /** Whether it was given to the upstream at all. */
    public boolean isBegun() {
        return progress != Progress.NOT_BEGUN;
    }

    /** Whether the whole request was handed to the socket. */
    public boolean isSent() {
        return progress == Progress.SENT;
    }

    /** Lets the upstream send so many bytes more. */
    public void credit(int bytes) {
        if (call != null && bytes > 0) {
            call.credit(bytes);
        }
    }

    /** Ends it, whatever it is doing. Idempotent. */
    public void close() {
        closed = true;
        if (call != null) {
            call.abort();
        }
    }

    private void post(Runnable step) {
        mailbox.accept(() -> {
            if (!closed) {
                step.run();
            }
        });
    }

    @Override
    public void sent() {
        lease.ifPresent(Lease::sent);
        mailbox.accept(() -> progress = Progress.SENT);
    }

    @Override
    public void head(Upstream.Head head) {
        post(() -> {
            if (head.status() / 100 == 2) {
                lease.ifPresent(Lease::serving);
            }
            listener.head(head);
        });
    }

    @Override
    public void data(ByteBuffer chunk) {
        byte[] bytes = new byte[chunk.remaining()];
        chunk.get(bytes);
        post(() -> listener.data(bytes));
    }

    @Override
    public void end() {
        post(listener::end);
    }

    @Override
    public void failed(Upstream.Failure failure) {
        post(() -> {
            if (!failure.began()) {
                lease.ifPresent(Lease::unused);
            }
            listener.failed(failure);
        });
    }
}
