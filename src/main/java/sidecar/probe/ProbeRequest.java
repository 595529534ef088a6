package sidecar.probe;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import sidecar.call.CallTimeouts;
import sidecar.call.LeasedCall;
import sidecar.call.Mailbox;
import sidecar.failure.FailureClass;
import sidecar.failure.FailureClassifier;
import sidecar.pool.Lease;
import sidecar.protocol.ResponseJson;
import sidecar.time.Ticker;
import sidecar.time.TimeSource;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;

/** One wire request of Sidecar's own and its short answer. The lease stays the asker's to close. Thread-safe. */
final class ProbeRequest implements LeasedCall.CallListener {

    private static final int MAX_BYTES = 4 << 20;

    private final Ticker ticker;
    private final Duration patience;
    private final Optional<Lease> lease;
    private final Mailbox mailbox = new Mailbox(this::bug);
    private final CallTimeouts timeouts;
    private final LeasedCall call;
    private final CompletableFuture<ProbeResponse> response = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Upstream.@Nullable Head head;
    private long begunNanos;

    /** @param patience for a whole answer, from the moment of sending */
    ProbeRequest(Upstream upstream, TimeSource time, Duration patience, Optional<Lease> lease) {
        this.ticker = time.ticker();
        this.patience = patience;
        this.lease = lease;
        this.timeouts = new CallTimeouts(time.timer(), ticker, mailbox::post);
        this.call = new LeasedCall(upstream, lease, mailbox::post, this);
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

        /** Its body; null when that is no JSON object. */
        @Nullable
        ResponseJson answer() {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            return ResponseJson.read(body, 0, body.length, "", "");
        }

        String peek() {
            return text.length() > FailureClassifier.PEEK_BYTES
                    ? text.substring(0, FailureClassifier.PEEK_BYTES)
                    : text;
        }
    }

    /** Asks, at the distance to the request before it that its quota group keeps. Call once. The future never fails. */
    CompletableFuture<ProbeResponse> ask(Upstream.Request request) {
        Duration gap = lease.map(Lease::startIn).orElse(Duration.ZERO);
        mailbox.post(() -> timeouts.after(gap, () -> send(request)));
        return response;
    }

    private void send(Upstream.Request request) {
        begunNanos = ticker.nanos();
        timeouts.until(patience, this::late);
        call.send(request);
    }

    private void over(ProbeResponse told) {
        timeouts.end();
        call.close();
        response.complete(told);
    }

    private void bug(Throwable bug) {
        over(ProbeResponse.failed(FailureClass.NETWORK, "a fault of Sidecar's own: " + bug, true));
    }

    private void late() {
        String seconds = patience.toMillis() % 1000 == 0
                ? Long.toString(patience.toSeconds())
                : Double.toString(patience.toMillis() / 1000.0);
        over(ProbeResponse.failed(FailureClass.TIMEOUT, "no answer within " + seconds + " s", false));
    }

    @Override
    public void head(Upstream.Head came) {
        head = came;
    }

    @Override
    public void data(byte[] some) {
        bytes.writeBytes(some);
        if (bytes.size() > MAX_BYTES) {
            over(ProbeResponse.failed(FailureClass.BAD_SUCCESS, "the answer is longer than 4 MiB", false));
        } else {
            call.credit(some.length);
        }
    }

    @Override
    public void end() {
        long millis = Duration.ofNanos(ticker.nanos() - begunNanos).toMillis();
        over(new ProbeResponse(
                head == null ? 0 : head.status(),
                head == null ? Headers.NONE : head.headers(),
                bytes.toString(StandardCharsets.UTF_8),
                millis,
                Optional.empty(),
                "",
                false));
    }

    @Override
    public void failed(Upstream.Failure failure) {
        over(ProbeResponse.failed(FailureClass.NETWORK, failure.message(), failure.cause() == Upstream.Cause.STALE));
    }
}
