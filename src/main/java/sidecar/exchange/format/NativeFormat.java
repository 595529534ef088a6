package sidecar.exchange.format;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import sidecar.body.ByteEdit;
import sidecar.body.ByteSource;
import sidecar.dialect.MappingOptions;
import sidecar.dialect.answer.AnswerBlock.ReasoningBlock;
import sidecar.exchange.ClientRequest;
import sidecar.exchange.ExchangeSettings;
import sidecar.pool.Lease;
import sidecar.protocol.ErrorFormat;
import sidecar.protocol.request.CarriedReasoningCut;
import sidecar.protocol.request.ExtraMembers;
import sidecar.provider.Dialect;
import sidecar.relay.RelayContext;
import sidecar.upstream.HeaderRules;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;

/** The provider speaks the client's dialect: everything passes as it is, but for the spans that must change. Immutable. */
record NativeFormat(ClientRequest request, Lease lease, boolean injectsUsage) implements WireFormat {

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
            ByteSource bytes = request.body().bytes();
            MappingOptions.extraBody(lease.mapping())
                    .ifPresent(extra -> edits.addAll(ExtraMembers.edits(bytes, extra)));
            if (request.path()
                    .dialect()
                    .filter(dialect -> dialect != Dialect.CHAT)
                    .isPresent()) {
                edits.addAll(CarriedReasoningCut.edits(bytes, ReasoningBlock.SIGNATURE));
            }
        }
        edits.sort(Comparator.comparingInt(ByteEdit::from));
        return edits;
    }

    @Override
    public RelayFactory answers() {
        return new RelayFactory(
                request,
                lease,
                request.path(),
                request.head().model().orElse(nativeId()),
                injectsUsage ? RelayContext.UsageRequest.INJECTED : RelayContext.UsageRequest.CLIENTS,
                Optional.of(ErrorFormat.of(Optional.of(request.path()), request.id())));
    }
}
