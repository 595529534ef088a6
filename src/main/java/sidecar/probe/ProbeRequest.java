package sidecar.probe;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import sidecar.exchange.ExchangeServices;
import sidecar.failure.FailureClass;
import sidecar.failure.FailureRules;
import sidecar.pool.Lease;
import sidecar.time.Timer;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;

/** One wire request of Sidecar's own and its short answer. The lease stays the asker's to close. Thread-safe. */
final class ProbeRequest implements Upstream.Listener {

    private static final int MOST_BYTES = 4 << 20;

    private final ExchangeServices services;
    private final Duration patience;
    private final Optional<Lease> lease;
    private final CompletableFuture<ProbeResponse> told = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private volatile Upstream.@Nullable Head head;
    private volatile long begunNanos;
    private Timer.@Nullable Timeout timeout; // guarded by this, as all that follows
    private Upstream.@Nullable Call call;
    private int owed;

    /** @param patience for a whole answer, from the moment of sending */
    ProbeRequest(ExchangeServices services, Duration patience, Optional<Lease> lease) {
        this.services = services;
        this.patience = patience;
        this.lease = lease;
    }

    /**
     * What came of asking.
     *
     * @param status 0 when no whole answer came
     * @param failure what kept it from coming
     * @param message about that failure
     * @param nobodysFault whether it was lost on a connection that was closed just then
     */
    record ProbeResponse(
            int status,
            Headers headers,
            String text,
            long latencyMs,
            Optional<FailureClass> failure,
            String message,
            boolean nobodysFault) {

        static ProbeResponse failed(FailureClass kind, String message, boolean nobodysFault) {
            return new ProbeResponse(0, Headers.NONE, "", 0, Optional.of(kind), message, nobodysFault);
        }

        String peek() {
            return text.length() > FailureRules.PEEK_BYTES ? text.substring(0, FailureRules.PEEK_BYTES) : text;
        }
    }

    /** Asks, at the distance to the request before it that its quota group keeps. The future never fails. */
    CompletableFuture<ProbeResponse> ask(Upstream.Request request) {
        Duration gap = lease.map(Lease::startIn).orElse(Duration.ZERO);
        if (gap.isZero()) {
            send(request);
        } else {
            synchronized (this) {
                timeout = services.timer().after(gap, () -> send(request));
            }
        }
        return told.whenComplete((answer, never) -> close());
    }

    private void send(Upstream.Request request) {
        begunNanos = services.ticker().nanos();
        synchronized (this) {
            timeout = services.timer().after(patience, this::late);
        }
        Upstream.Call made = services.upstream().send(request, this);
        synchronized (this) {
            // the first bytes, and the end, may have come before the call was known
            call = made;
            made.credit(owed);
            if (told.isDone()) {
                close();
            }
        }
    }

    private synchronized void close() {
        if (timeout != null) {
            timeout.cancel();
        }
        if (call != null) {
            call.abort();
        }
    }

    private synchronized void credit(int bytes) {
        if (call == null) {
            owed += bytes;
        } else {
            call.credit(bytes);
        }
    }

    private void late() {
        String seconds = patience.toMillis() % 1000 == 0
                ? Long.toString(patience.toSeconds())
                : Double.toString(patience.toMillis() / 1000.0);
        told.complete(ProbeResponse.failed(FailureClass.TIMEOUT, "no answer within " + seconds + " s", false));
    }

    @Override
    public void sent() {
        lease.ifPresent(Lease::sent);
    }

    @Override
    public void head(Upstream.Head came) {
        head = came;
        if (came.status() / 100 == 2) {
            lease.ifPresent(Lease::serving);
        }
    }

    @Override
    public void data(ByteBuffer chunk) {
        byte[] some = new byte[chunk.remaining()];
        chunk.get(some);
        bytes.writeBytes(some);
        if (bytes.size() > MOST_BYTES) {
            told.complete(ProbeResponse.failed(FailureClass.BAD_SUCCESS, "the answer is longer than 4 MiB", false));
        } else {
            credit(some.length);
        }
    }

    @Override
    public void end() {
        Upstream.Head came = head;
        long millis = Duration.ofNanos(services.ticker().nanos() - begunNanos).toMillis();
        told.complete(new ProbeResponse(
                came == null ? 0 : came.status(),
                came == null ? Headers.NONE : came.headers(),
                bytes.toString(StandardCharsets.UTF_8),
                millis,
                Optional.empty(),
                "",
                false));
    }

    @Override
    public void failed(Upstream.Failure failure) {
        if (!failure.began()) {
            lease.ifPresent(Lease::unused);
        }
        told.complete(
                ProbeResponse.failed(FailureClass.NETWORK, failure.message(), failure.cause() == Upstream.Cause.STALE));
    }
}
