package sidecar.exchange;

import java.time.Duration;
import java.util.Optional;
import sidecar.body.RequestBody;
import sidecar.client.ClientToken;
import sidecar.protocol.ApiPath;
import sidecar.protocol.request.RequestHead;
import sidecar.upstream.Headers;

/**
 * A request as it was read: authenticated, whole, and understood as far as it needs to be.
 *
 * @param id the client's own {@code X-Request-Id}, or one of ours
 * @param client whose token it came with
 * @param query raw, without the question mark; empty for none
 * @param body whole; empty for none
 * @param pinned the name of the one provider wanted
 * @param deadline until the first relayed byte
 */
public record ClientRequest(
        String id,
        ClientToken client,
        String method,
        ApiPath path,
        String query,
        Headers headers,
        RequestBody body,
        RequestHead head,
        Optional<String> pinned,
        Duration deadline) {

    /** Whether a stream of events is asked for where there is one. */
    public boolean wantsEvents() {
        return head.stream() && path.streams();
    }
}
