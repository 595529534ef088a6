package sidecar.exchange;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sidecar.body.ByteEdit;
import sidecar.failure.FailureRules;
import sidecar.pool.Lease;
import sidecar.protocol.ErrorFormat;
import sidecar.protocol.ExpectedBody;
import sidecar.protocol.UsageMeter;
import sidecar.provider.Endpoint;
import sidecar.provider.Redactor;
import sidecar.relay.PlainHead;
import sidecar.relay.PlainRelay;
import sidecar.relay.Relay;
import sidecar.relay.RelayContext;
import sidecar.relay.SniffingRelay;
import sidecar.relay.SseRelay;
import sidecar.relay.StreamInflater;
import sidecar.upstream.HeaderRules;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;

/**
 * Between the client's words and one provider's: how the request goes out there, and how its answer is read. Immutable.
 *
 * @param injected whether usage is asked for although the client did not
 */
record Translation(ClientRequest request, Lease lease, boolean injected) {

    /** @param mayInject whether nothing is known against asking the provider for usage */
    static Translation of(ClientRequest request, Lease lease, boolean mayInject) {
        boolean injected = mayInject
                && request.head().stream()
                && request.path().injectsUsage()
                && request.head().usage().isPresent()
                && lease.mapping().usageInStreaming();
        return new Translation(request, lease, injected);
    }

    private String nativeId() {
        return lease.mapping().wireName(lease.model());
    }

    private String clientModel() {
        return request.head().model().orElse(nativeId());
    }

    private Endpoint endpoint() {
        return lease.provider().endpoint();
    }

    /** The request as it leaves. Its body is the held one, but for what must change. */
    Upstream.Request upstreamRequest(ExchangeSettings settings) {
        URI target = endpoint().url().join(request.path().path(), request.query());
        Headers headers = HeaderRules.toUpstream(
                request.headers(), lease.provider(), settings.forwardHeaders(), settings.userAgent());
        List<ByteEdit> edits = request.head().edits(nativeId(), injected);
        return new Upstream.Request(
                request.method(), target, headers, request.body().with(edits));
    }

    /** Whether the answer is a stream of events: its Content-Type decides, not what was asked for. */
    private static boolean isStream(Upstream.Head head) {
        return head.status() == 200 && type(head).startsWith("text/event-stream") && readable(head);
    }

    /** Whether a body follows the head. */
    boolean hasBody(Upstream.Head head) {
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
    Relay relay(Upstream.Head head, FailureRules rules, UsageMeter meter) {
        RelayContext context = new RelayContext(
                request.path().kind(),
                rules,
                lease.provider().label(),
                nativeId(),
                clientModel(),
                injected,
                redactor());
        if (isStream(head)) {
            return new SseRelay(context, meter);
        }
        Relay plain = new PlainRelay(context, plain(head), meter);
        boolean mayStream =
                request.head().stream() && request.path().streams() && head.status() == 200 && readable(head);
        return mayStream ? new SniffingRelay(plain, () -> new SseRelay(context, meter)) : plain;
    }

    private PlainHead plain(Upstream.Head head) {
        return new PlainHead(
                head.status(),
                type(head).contains("json"),
                readable(head),
                answers() ? request.path().expectedBody() : ExpectedBody.ANY,
                length(head),
                delimited(head),
                hasBody(head)
                        ? Optional.of(ErrorFormat.of(Optional.of(request.path()), request.id()))
                        : Optional.empty());
    }

    /** What meters its answer. */
    UsageMeter meter() {
        long max = UsageMeter.max(request.body().length(), lease.mapping().contextWindow());
        return new UsageMeter(request.path().kind(), metering(), length(), max);
    }

    private boolean answers() {
        return request.method().equals("POST") && request.path().needsModel();
    }

    /** Whether its answer is work that is paid for: what is only fetched has been counted when it was made. */
    private UsageMeter.Metering metering() {
        if (answers()) {
            return UsageMeter.Metering.RECKONED;
        }
        boolean stored =
                !request.method().equals("POST") || request.path().path().startsWith("/v1/responses/");
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
    Redactor redactor() {
        return Redactor.of(endpoint().secrets());
    }
}
