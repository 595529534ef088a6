package sidecar.relay;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sidecar.body.ByteBlocks;
import sidecar.body.ByteEdit;
import sidecar.failure.FailureClassifier;
import sidecar.ledger.MeteredUsage;
import sidecar.protocol.JsonTail;
import sidecar.protocol.ResponseJson;
import sidecar.protocol.UsageMeter;

/**
 * An answer that is not a stream of events. It is held until it is complete or 1 MiB long, or memory is short; until then
 * any failure, also a short body, is a failed attempt that another provider may mend.
 */
public final class PlainRelay implements Relay {

    public static final int MAX_HELD_BYTES = 1 << 20;

    private static final int BYTE_ORDER_MARK_BYTES = 3;

    private final RelayContext context;
    private final PlainHead head;
    private final PlainResponseCheck check;
    private final UsageMeter meter;
    private final RelayProgress progress = new RelayProgress();
    private final ByteBlocks held = new ByteBlocks();
    private @Nullable ModelNameRewriter rewriter;
    private @Nullable JsonTail tail;

    public PlainRelay(RelayContext context, PlainHead head, UsageMeter meter) {
        this.context = context;
        this.head = head;
        this.check = new PlainResponseCheck(context, head);
        this.meter = meter;
    }

    @Override
    public boolean isStream() {
        return false;
    }

    @Override
    public List<RelayStep> take(byte[] bytes) {
        if (progress.isHolding()) {
            held.add(bytes);
            return held.size() >= MAX_HELD_BYTES ? commitHeld() : List.of();
        }
        if (!progress.isOver()) {
            pass(bytes);
        }
        return progress.take();
    }

    @Override
    public long heldBytes() {
        return held.size();
    }

    @Override
    public List<RelayStep> commitHeld() {
        if (progress.isHolding() && held.size() > 0 && !refused()) {
            boolean renames = head.matters() && context.renames();
            if (renames) {
                rewriter = new ModelNameRewriter(context.nativeId(), context.clientModel());
            }
            tail = head.matters() ? new JsonTail() : null;
            progress.commit(renames || head.isError() ? -1 : head.length());
            progress.beginContent();
            held.drain().forEach(this::pass);
        }
        return progress.take();
    }

    private void pass(byte[] bytes) {
        if (head.isError()) {
            held.add(bytes);
            byte[] some = held.joined();
            held.drain();
            // a secret may begin in one read and end in the next
            int settled = context.redactor().redactableLength(some);
            held.add(Arrays.copyOfRange(some, settled, some.length));
            progress.pass(context.redactor().bytes(Arrays.copyOf(some, settled)));
        } else {
            meter.unread(bytes.length);
            if (tail != null) {
                tail.add(bytes);
            }
            progress.pass(rewriter == null ? bytes : rewriter.feed(bytes));
        }
    }

    @Override
    public List<RelayStep> end() {
        if (progress.isCommitted() && !progress.isOver()) {
            if (tail != null) {
                tail.fromUsage().ifPresent(meter::read);
            }
            progress.pass(context.redactor().bytes(held.joined()));
            held.drain();
            progress.complete();
        } else if (progress.isHolding() && !refused()) {
            byte[] body = held.joined();
            held.drain();
            whole(body);
        }
        return progress.take();
    }

    private void whole(byte[] body) {
        int from = marked(body) ? BYTE_ORDER_MARK_BYTES : 0;
        ResponseJson answer = head.isJson()
                ? ResponseJson.read(body, from, body.length - from, context.nativeId(), context.clientModel())
                : null;
        Optional<RelayStep.Fail> failure = check.failure(body, answer);
        if (failure.isPresent()) {
            progress.fail(failure.get());
        } else if (head.isError()) {
            refusal(context.redactor().bytes(body));
        } else if (answer == null || !head.isSuccess()) {
            meter.unread(answer == null ? body.length : 0);
            whole(body, false);
        } else {
            meter.read(answer);
            if (!answer.id.isEmpty()) {
                progress.rememberId(answer.id);
            }
            whole(
                    ByteEdit.join(
                            body,
                            answer.edits.stream()
                                    .map(edit -> edit.shifted(from))
                                    .toList()),
                    false);
        }
    }

    /** An upstream's refusal: in its own words, and in the shape that the client's SDK reads. */
    private void refusal(byte[] body) {
        Optional<byte[]> completed = head.readable()
                ? head.errors().flatMap(format -> format.completed(head.status(), body))
                : Optional.empty();
        meter.unread(body.length);
        whole(completed.orElse(body), completed.isPresent());
    }

    private void whole(byte[] body, boolean json) {
        progress.commit(new RelayStep.Commit(body.length, json));
        progress.beginContent();
        progress.pass(body);
        progress.complete();
    }

    /** Whether it begins with a byte order mark, as some servers' JSON does. */
    private static boolean marked(byte[] body) {
        return body.length > BYTE_ORDER_MARK_BYTES
                && (body[0] & 0xff) == 0xef
                && (body[1] & 0xff) == 0xbb
                && (body[2] & 0xff) == 0xbf;
    }

    /** Classifies what is held, and fails the attempt if it is another's fault than the client's. */
    private boolean refused() {
        String peek = new String(held.first(FailureClassifier.PEEK_BYTES), StandardCharsets.UTF_8);
        if (check.refusesUsage(peek)) {
            progress.retryWithoutUsage();
        } else {
            check.failure(peek).ifPresent(progress::fail);
        }
        return progress.isOver();
    }

    @Override
    public List<RelayStep> broken(String reason) {
        if (progress.isHolding() && !(check.failsByStatus() && refused())) {
            progress.fail(RelayContext.broken(reason));
        } else if (!progress.isOver()) {
            progress.truncate(reason);
        }
        return progress.take();
    }

    @Override
    public boolean isCommitted() {
        return progress.isCommitted();
    }

    @Override
    public boolean isComplete() {
        return progress.isCompleted();
    }

    @Override
    public boolean lastWord() {
        return false; // only the end of a body tells that it is whole
    }

    @Override
    public boolean endedWithError() {
        return false;
    }

    @Override
    public Optional<MeteredUsage> usage() {
        return progress.isCommitted() && !head.isError() ? meter.metered(progress.isCompleted()) : Optional.empty();
    }
}
