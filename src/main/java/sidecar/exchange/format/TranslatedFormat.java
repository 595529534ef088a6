package sidecar.exchange.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import sidecar.body.RequestBody;
import sidecar.dialect.MappingOptions;
import sidecar.dialect.TokenEstimate;
import sidecar.dialect.TranslatedRequest;
import sidecar.dialect.answer.AnswerContext;
import sidecar.dialect.request.Losses;
import sidecar.exchange.ClientRequest;
import sidecar.exchange.ExchangeSettings;
import sidecar.failure.FailureClassifier;
import sidecar.json.Json;
import sidecar.ledger.TranslationNote;
import sidecar.pool.Lease;
import sidecar.protocol.ApiPath;
import sidecar.protocol.ErrorRenderer;
import sidecar.protocol.UsageMeter;
import sidecar.protocol.request.ExtraMembers;
import sidecar.provider.Dialect;
import sidecar.relay.Relay;
import sidecar.relay.RelayContext;
import sidecar.relay.TranslatingRelay;
import sidecar.upstream.Header;
import sidecar.upstream.HeaderRules;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;

/** The provider speaks another dialect than the client: request and answer are translated. */
final class TranslatedFormat implements WireFormat {

    /** Headers that speak of one dialect only. */
    private static final Set<String> OF_A_DIALECT = Set.of("openai-beta", "idempotency-key");

    private final ClientRequest request;
    private final Lease lease;
    private final ApiPath target;
    private final TranslatedRequest translation;
    private final boolean injectsUsage;
    private final AnswerContext answerHead;
    private final RequestBody body;

    /**
     * A form for one attempt.
     *
     * @param target the path that the provider is asked
     * @param asked the client's body, of which parts are kept for the answer
     */
    TranslatedFormat(
            ClientRequest request,
            Lease lease,
            ApiPath target,
            ObjectNode asked,
            TranslatedRequest translation,
            boolean mayInject,
            Instant now) {
        this.request = request;
        this.lease = lease;
        this.target = target;
        this.translation = translation;
        this.injectsUsage = mayInject
                && request.head().stream()
                && target.injectsUsage()
                && lease.mapping().usageInStreaming();
        this.answerHead = new AnswerContext(
                request.id(),
                request.head().model().orElse(lease.model()),
                now,
                translation.names(),
                TokenEstimate.of(asked),
                translation.showsReasoning(),
                asked.path("stream_options").path("include_usage").asBoolean(),
                repeated(asked));
        this.body = RequestBody.of(bytes());
    }

    /** Only Responses repeats what it was asked. */
    private ObjectNode repeated(ObjectNode asked) {
        return translation.from() == Dialect.RESPONSES ? asked.deepCopy().without(List.of("input")) : Json.object();
    }

    private byte[] bytes() {
        ObjectNode whole = translation.body();
        if (injectsUsage) {
            whole.putObject("stream_options").put("include_usage", true);
        }
        MappingOptions.extraBody(lease.mapping()).ifPresent(extra -> ExtraMembers.merge(whole, extra));
        return Json.bytes(whole);
    }

    @Override
    public ClientRequest request() {
        return request;
    }

    @Override
    public Lease lease() {
        return lease;
    }

    @Override
    public boolean injectsUsage() {
        return injectsUsage;
    }

    @Override
    public Upstream.Request upstreamRequest(ExchangeSettings settings) {
        URI to = lease.provider().endpoint().url().join(target.path(), "");
        Headers headers = HeaderRules.toUpstream(
                request.headers().only(TranslatedFormat::isOfAnyDialect),
                lease.provider(),
                settings.forwardHeaders(),
                settings.userAgent());
        return new Upstream.Request(request.method(), to, headers, body.with(List.of()));
    }

    private static boolean isOfAnyDialect(Header line) {
        String name = line.name().toLowerCase(Locale.ROOT);
        return !name.startsWith("anthropic-") && !OF_A_DIALECT.contains(name);
    }

    @Override
    public RelayFactory answers() {
        String nativeId = lease.mapping().wireName(lease.model());
        return new RelayFactory(
                request,
                lease,
                target,
                nativeId,
                injectsUsage ? RelayContext.UsageRequest.TRANSLATED : RelayContext.UsageRequest.CLIENTS,
                Optional.empty());
    }

    @Override
    public Relay relay(Upstream.Head head, FailureClassifier rules, UsageMeter meter) {
        TranslatingRelay.AnswerForm client = new TranslatingRelay.AnswerForm(
                request.head().stream(),
                translation.from() == Dialect.RESPONSES ? answerHead.id("resp_") : "",
                ErrorRenderer.of(Optional.of(request.path()), request.id()),
                (error, position) -> ErrorRenderer.frame(
                        request.path().kind(), error, position, answerHead.model(), answerHead.created()));
        return new TranslatingRelay(
                answers().relay(head, rules, meter),
                head.status(),
                translation.reader(request.id()),
                translation.writer(answerHead),
                client);
    }

    @Override
    public TranslationNote note() {
        return TranslationNote.of(
                translation.from().wire() + '>' + translation.to().wire(),
                translation.losses().stream().map(Losses.Loss::name).toList());
    }

    @Override
    public long heldBytes() {
        return body.bytes().some(0).remaining();
    }

    @Override
    public void release() {
        body.release();
    }
}
