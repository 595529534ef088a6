package sidecar.exchange.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import sidecar.body.ByteEdit;
import sidecar.dialect.MappingOptions;
import sidecar.dialect.answer.AnswerBlock.ReasoningBlock;
import sidecar.exchange.ClientRequest;
import sidecar.exchange.ExchangeSettings;
import sidecar.ledger.TranslationNote;
import sidecar.pool.Lease;
import sidecar.protocol.ErrorRenderer;
import sidecar.protocol.request.CarriedReasoningCut;
import sidecar.protocol.request.CarriedReasoningCut.ReasoningCut;
import sidecar.protocol.request.ExtraMembers;
import sidecar.provider.Dialect;
import sidecar.relay.RelayContext;
import sidecar.upstream.HeaderRules;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;

/**
 * The provider speaks the client's dialect: everything passes as it is, but for the spans that must change. Immutable.
 *
 * @param reasoning what is cut out of the history
 */
record NativeFormat(ClientRequest request, Lease lease, boolean injectsUsage, ReasoningCut reasoning)
        implements WireFormat {

    private static final List<String> HISTORY = List.of("messages", "input");

    private static final List<String> THINKING = List.of("thinking", "context_management");

    static NativeFormat of(ClientRequest request, Lease lease, boolean injectsUsage) {
        boolean mayCarry = request.head().quoted()
                && request.path()
                        .dialect()
                        .filter(dialect -> dialect != Dialect.CHAT)
                        .isPresent();
        ReasoningCut reasoning =
                mayCarry ? CarriedReasoningCut.of(request.body().bytes(), ReasoningBlock.SIGNATURE) : ReasoningCut.NONE;
        return new NativeFormat(request, lease, injectsUsage, reasoning);
    }

    private String nativeId() {
        return lease.mapping().wireName(lease.model());
    }

    /** Its body is the held one, but for what must change. */
    @Override
    public Upstream.Request upstreamRequest(ExchangeSettings settings) {
        URI target = lease.provider().endpoint().url().join(request.path().path(), request.query());
        Headers headers = HeaderRules.toUpstream(
                request.headers(), lease.provider(), settings.forwardHeaders(), settings.userAgent());
        return new Upstream.Request(
                request.method(), target, headers, request.body().with(edits()));
    }

    private List<ByteEdit> edits() {
        List<ByteEdit> edits = new ArrayList<>(request.head().edits(nativeId(), injectsUsage));
        if (request.head().quoted()) {
            MappingOptions.extraBody(lease.mapping()).ifPresent(extra -> edits.addAll(extraMembers(extra)));
        }
        edits.addAll(reasoning.edits());
        edits.sort(Comparator.comparingInt(ByteEdit::from));
        return edits;
    }

    /** Without those that are changed already for the reasoning in the history; {@code extra} is this call's own, and changed. */
    private List<ByteEdit> extraMembers(ObjectNode extra) {
        if (!reasoning.edits().isEmpty()) {
            extra.remove(HISTORY);
        }
        if (reasoning.thinkingOff()) {
            extra.remove(THINKING);
        }
        return extra.isEmpty() ? List.of() : ExtraMembers.edits(request.body().bytes(), extra);
    }

    @Override
    public TranslationNote note() {
        if (!reasoning.thinkingOff()) {
            return TranslationNote.NATIVE;
        }
        String dialect = request.path().dialect().orElseThrow().wire();
        return TranslationNote.of(dialect + '>' + dialect, List.of("thinking"));
    }

    @Override
    public RelayFactory answers() {
        return new RelayFactory(
                request,
                lease,
                request.path(),
                request.head().model().orElse(nativeId()),
                injectsUsage ? RelayContext.UsageRequest.INJECTED : RelayContext.UsageRequest.CLIENTS,
                Optional.of(ErrorRenderer.of(Optional.of(request.path()), request.id())));
    }
}
