package sidecar.relay;

import java.io.ByteArrayOutputStream;
import sidecar.failure.FailureClass;
import sidecar.failure.FailureClassifier;
import sidecar.protocol.ApiError;
import sidecar.protocol.UpstreamError;

/**
 * An answer that is no stream of events, for a client that a heartbeat has promised one. All that can be told of it is
 * one error. Not thread-safe.
 */
public final class NonStreamResponse {

    private final int status;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    /** @param status the upstream's */
    public NonStreamResponse(int status) {
        this.status = status;
    }

    /** Some of its body; what is beyond the length of any error message is not kept. */
    public void take(byte[] bytes) {
        body.write(bytes, 0, Math.min(bytes.length, FailureClassifier.PEEK_BYTES - body.size()));
    }

    /** Whose fault it is that the client has no answer. */
    public FailureClass kind() {
        return status < 400 ? FailureClass.BAD_SUCCESS : FailureClass.CLIENT;
    }

    /** What the client is told: the upstream's own words, where it refused in words that can be read. */
    public ApiError error() {
        if (status < 400) {
            return ApiError.upstream(
                    "The provider answered HTTP " + status + " without the stream of events that was asked for, after"
                            + " heartbeats had begun one. It would pass before the first (heartbeat_grace_seconds).",
                    kind().wire(),
                    false);
        }
        return UpstreamError.of(status, body.toByteArray());
    }
}
