package sidecar.exchange.format;

import java.util.Locale;
import java.util.Optional;
import sidecar.exchange.ClientRequest;
import sidecar.failure.FailureClassifier;
import sidecar.pool.Lease;
import sidecar.protocol.ApiPath;
import sidecar.protocol.ErrorRenderer;
import sidecar.protocol.ExpectedBody;
import sidecar.protocol.UsageMeter;
import sidecar.provider.Redactor;
import sidecar.relay.PlainHead;
import sidecar.relay.PlainRelay;
import sidecar.relay.Relay;
import sidecar.relay.RelayContext;
import sidecar.relay.SniffingRelay;
import sidecar.relay.SseRelay;
import sidecar.relay.StreamInflater;
import sidecar.upstream.Upstream;

/**
 * Makes what reads the answers of one attempt. Immutable.
 *
 * @param request the client's
 * @param path that the provider is asked
 * @param clientModel the model's name that the answer shows in place of the provider's
 * @param usage who asked for usage in a stream
 * @param errors the shape that errors are given which lack it; empty to leave them as they are
 */
public record RelayFactory(
        ClientRequest request,
        Lease lease,
        ApiPath path,
        String clientModel,
        RelayContext.UsageRequest usage,
        Optional<ErrorRenderer> errors) {

    private String nativeId() {
        return lease.mapping().wireName(lease.model());
    }

    /** Whether the answer is a stream of events: its Content-Type decides, not what was asked for. */
    private static boolean isStream(Upstream.Head head) {
        return head.status() == 200 && type(head).startsWith("text/event-stream") && readable(head);
    }

    /** Whether a body follows the head. */
    public boolean hasBody(Upstream.Head head) {
        return head.status() != 204 && head.status() != 304 && !request.method().equals("HEAD");
    }

    /** Whether its content coding is none, or one that is undone: anything else passes untouched. */
    private static boolean readable(Upstream.Head head) {
        String coding =
                head.headers().first("Content-Encoding").orElse("identity").trim();
        return coding.isEmpty() || coding.equalsIgnoreCase("identity") || StreamInflater.undoes(coding);
    }

    private static String type(Upstream.Head head) {
        return head.headers().first("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    }

    /** What reads the answer that begins with {@code head}. */
    public Relay relay(Upstream.Head head, FailureClassifier rules, UsageMeter meter) {
        RelayContext context = new RelayContext(
                path.kind(), rules, lease.provider().label(), nativeId(), clientModel, usage, redactor());
        if (isStream(head)) {
            return new SseRelay(context, meter);
        }
        Relay plain = new PlainRelay(context, plain(head), meter);
        boolean mayStream = request.head().stream() && path.streams() && head.status() == 200 && readable(head);
        return mayStream ? new SniffingRelay(plain, () -> new SseRelay(context, meter)) : plain;
    }

    private PlainHead plain(Upstream.Head head) {
        return new PlainHead(
                head.status(),
                type(head).contains("json"),
                readable(head),
                answers() ? path.expectedBody() : ExpectedBody.ANY,
                length(head),
                delimited(head),
                hasBody(head) ? errors : Optional.empty());
    }

    /** What meters its answer. */
    public UsageMeter meter() {
        long max = UsageMeter.max(request.body().length(), lease.mapping().contextWindow());
        return new UsageMeter(path.kind(), metering(), length(), max);
    }

    private boolean answers() {
        return request.method().equals("POST") && path.needsModel();
    }

    /** Whether its answer is work that is paid for: what is only fetched has been counted when it was made. */
    private UsageMeter.Metering metering() {
        if (answers()) {
            return UsageMeter.Metering.RECKONED;
        }
        boolean stored = !request.method().equals("POST") || path.path().startsWith("/v1/responses/");
        return stored ? UsageMeter.Metering.NONE : UsageMeter.Metering.TOLD;
    }

    /** How long it is what the client asks; of an upload the length says nothing. */
    private long length() {
        boolean upload = request.headers()
                .first("Content-Type")
                .map(type -> type.toLowerCase(Locale.ROOT).startsWith("multipart/"))
                .orElse(false);
        return upload ? 0 : request.body().length();
    }

    /** The length that the client will see too; −1 when it is not known, or will change. */
    private static long length(Upstream.Head head) {
        boolean coded = head.headers()
                .first("Content-Encoding")
                .filter(StreamInflater::undoes)
                .isPresent();
        return coded
                ? -1
                : head.headers()
                        .first("Content-Length")
                        .filter(text -> text.matches("\\d{1,18}"))
                        .map(Long::parseLong)
                        .orElse(-1L);
    }

    private static boolean delimited(Upstream.Head head) {
        return head.headers().first("Content-Length").isPresent()
                || head.headers().first("Transfer-Encoding").isPresent();
    }

    /** What an upstream might repeat and no client may see. */
    public Redactor redactor() {
        return Redactor.of(lease.provider().endpoint().secrets());
    }
}
