package sidecar.exchange;

import java.util.List;
import java.util.Optional;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;
import sidecar.exchange.format.WireFormat;
import sidecar.failure.FailureClassifier;
import sidecar.ledger.Bill;
import sidecar.ledger.MeteredUsage;
import sidecar.pool.Lease;
import sidecar.protocol.ResponsesStreamPosition;
import sidecar.protocol.UsageMeter;
import sidecar.provider.ProviderCatalog;
import sidecar.relay.Relay;
import sidecar.relay.RelayStep;
import sidecar.relay.StreamInflater;
import sidecar.upstream.Header;
import sidecar.upstream.HeaderRules;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;

/**
 * What one attempt's upstream answers: nothing yet, or a head, and the body that a relay reads, its content coding undone. Used
 * in its exchange's mailbox; to be closed.
 */
final class UpstreamResponse implements AutoCloseable {

    /** What a body is read with once the head has come. */
    private record RelayedBody(
            Upstream.Head head, Relay relay, @Nullable StreamInflater inflater) {}

    private final WireFormat format;
    private final UsageMeter meter;
    private @Nullable RelayedBody body;

    UpstreamResponse(WireFormat format) {
        this.format = format;
        this.meter = format.answers().meter();
    }

    /** Its head came. Once. */
    void begin(Upstream.Head head, FailureClassifier rules) {
        // where no body follows, there is nothing to undo
        StreamInflater inflater = format.answers().hasBody(head)
                ? head.headers()
                        .first("Content-Encoding")
                        .flatMap(StreamInflater::of)
                        .orElse(null)
                : null;
        body = new RelayedBody(head, format.relay(head, rules, meter), inflater);
    }

    private RelayedBody begun() {
        if (body == null) {
            throw new IllegalStateException("no head has come");
        }
        return body;
    }

    /** Some bytes of its body, as they came. */
    List<RelayStep> take(byte[] bytes) {
        StreamInflater inflater = begun().inflater();
        try {
            return begun().relay().take(inflater == null ? bytes : inflater.feed(bytes));
        } catch (DataFormatException broken) {
            return broken("the answer's content coding cannot be undone: " + broken.getMessage());
        }
    }

    /** The upstream says that this was all. */
    List<RelayStep> end() {
        StreamInflater inflater = begun().inflater();
        return inflater == null || inflater.whole() ? endHere() : broken("the answer's content coding is incomplete");
    }

    /** It is taken for all, whatever might still come. */
    List<RelayStep> endHere() {
        return begun().relay().end();
    }

    /** The upstream broke off or fell silent. */
    List<RelayStep> broken(String reason) {
        return begun().relay().broken(reason);
    }

    /** Memory is short: what is held back is passed on, unless it is no answer. */
    List<RelayStep> commitHeld() {
        return begun().relay().commitHeld();
    }

    /** How many bytes are held back. */
    long heldBytes() {
        return body == null ? 0 : body.relay().heldBytes();
    }

    /** Whether its head has come. */
    boolean isBegun() {
        return body != null;
    }

    /** The upstream's status; 0 before its head. */
    int status() {
        return body == null ? 0 : body.head().status();
    }

    /** The upstream's headers; none before its head. */
    Headers headers() {
        return body == null ? Headers.NONE : body.head().headers();
    }

    boolean isStream() {
        return body != null && body.relay().isStream();
    }

    /** Whether something of it was relayed. */
    boolean isCommitted() {
        return body != null && body.relay().isCommitted();
    }

    /** Whether everything but the figures of usage has come. */
    boolean awaitsUsage() {
        return body != null && body.relay().awaitsUsage();
    }

    /** Whether its last word has come, although the upstream may not have ended yet. */
    boolean isComplete() {
        return body != null && body.relay().isComplete();
    }

    /** Whether only its end may follow. */
    boolean lastWord() {
        return body != null && body.relay().lastWord();
    }

    /** Whether the upstream ended it with an error event of its own, after some of it was relayed. */
    boolean endedWithError() {
        return body != null && body.relay().endedWithError();
    }

    /** Where the stream stands that is relayed. */
    ResponsesStreamPosition position() {
        return body == null ? ResponsesStreamPosition.BEGINNING : body.relay().position();
    }

    /** What was used so far; empty while nothing was relayed, and where nothing can be known. */
    Optional<MeteredUsage> usage() {
        return body == null ? Optional.empty() : body.relay().usage();
    }

    /**
     * What was used, and what that costs; empty where nothing can be known.
     *
     * @param unawaited whether the upstream was sent the whole request, and was then left: it bills that where it did not refuse it
     * @param catalog whose prices count; the lease's where it has none any more
     */
    Optional<Bill> bill(boolean unawaited, Lease lease, ProviderCatalog catalog) {
        boolean unseen = unawaited && !isCommitted() && status() < 300;
        return usage().or(() -> unseen ? meter.metered(false) : Optional.empty())
                .map(used -> used.at(catalog.byId(lease.provider().id())
                        .flatMap(provider -> provider.mapping(lease.model()))
                        .orElse(lease.mapping())
                        .cost()));
    }

    /** The head's lines as the client may see them. */
    Headers clientHeaders(RelayStep.Commit commit) {
        Headers headers = headers();
        if (begun().inflater() != null) {
            headers = headers.only(line -> !line.is("Content-Encoding"));
        }
        if (commit.json()) {
            headers = headers.replaced(new Headers(List.of(new Header("Content-Type", "application/json"))));
        }
        return HeaderRules.toClient(headers, status() >= 400)
                .rewritten(format.answers().redactor()::text);
    }

    @Override
    public void close() {
        if (body != null && body.inflater() != null) {
            body.inflater().close();
        }
    }
}
