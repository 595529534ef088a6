package sidecar.exchange;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sidecar.failure.FailureClass;
import sidecar.failure.FailureRules;
import sidecar.failure.Verdict;
import sidecar.ledger.Metered;
import sidecar.provider.Redactor;

/**
 * An answer that is not a stream of events. It is held until it is complete or 1 MiB long, or memory is short; until then
 * any failure, also a short body, is a failed attempt that another provider may mend.
 */
final class PlainRelay implements Relay {

    static final int HELD = 1 << 20;

    private static final Pattern DISLIKES_USAGE = Pattern.compile(
            "stream_options|include_usage|(unknown|unrecognized|unexpected|unsupported|extra)[ _]"
                    + "(field|parameter|argument|input|key|request argument)",
            Pattern.CASE_INSENSITIVE);

    private final Shape shape;
    private final UsageTap tap;
    private final Sink sink;
    private final ByteBlocks held = new ByteBlocks();
    private @Nullable ModelSwap swap;
    private @Nullable Ending ending;
    private boolean committed;
    private boolean over;
    private boolean completed;

    /**
     * What is known about the answer before its body.
     *
     * @param json whether it can be read as JSON, by its headers
     * @param answers whether the request was one that must be answered with content
     * @param delimited whether its end is marked, as opposed to being the end of the connection
     * @param injected whether usage was asked for by us: a 400 may mean only that
     * @param label of the provider
     * @param length its Content-Length; −1 when it has none, or it is of the coded form
     */
    record Shape(
            int status,
            boolean json,
            boolean answers,
            long length,
            boolean delimited,
            boolean injected,
            FailureRules rules,
            String label,
            String nativeId,
            String clientModel,
            Redactor redactor) {
        Optional<Verdict> verdict(String peek) {
            return rules.classify(status, peek, label);
        }

        /** Whether what it says can be read, and matters. */
        boolean readable() {
            return json && status < 300;
        }

        boolean renames() {
            return readable() && !nativeId.equals(clientModel);
        }
    }

    PlainRelay(Shape shape, UsageTap tap, Sink sink) {
        this.shape = shape;
        this.tap = tap;
        this.sink = sink;
    }

    @Override
    public void take(byte[] bytes) {
        if (over) {
            return;
        }
        if (committed) {
            pass(bytes);
            return;
        }
        held.add(bytes);
        if (held.size() >= HELD) {
            commitHeld();
        }
    }

    @Override
    public long heldBytes() {
        return held.size();
    }

    @Override
    public void commitHeld() {
        if (over || committed || held.size() == 0 || refused()) {
            return;
        }
        committed = true;
        if (shape.renames()) {
            swap = new ModelSwap(shape.nativeId(), shape.clientModel());
        }
        ending = shape.readable() ? new Ending() : null;
        sink.commit(shape.renames() || shape.status() >= 400 ? -1 : shape.length());
        sink.content();
        held.drain().forEach(this::pass);
    }

    private void pass(byte[] bytes) {
        if (shape.status() >= 400) {
            held.add(bytes);
            byte[] some = held.joined();
            held.drain();
            // a secret may begin in one read and end in the next
            int settled = shape.redactor().settled(some);
            held.add(Arrays.copyOfRange(some, settled, some.length));
            sink.pass(shape.redactor().bytes(Arrays.copyOf(some, settled)));
        } else {
            tap.unread(bytes.length);
            if (ending != null) {
                ending.add(bytes);
            }
            sink.pass(swap == null ? bytes : swap.feed(bytes));
        }
    }

    @Override
    public void end() {
        if (over) {
            return;
        }
        if (committed) {
            if (ending != null) {
                ending.fromUsage().ifPresent(tap::read);
            }
            sink.pass(shape.redactor().bytes(held.joined()));
            held.drain();
            complete();
        } else if (!refused()) {
            over = true;
            byte[] body = held.joined();
            held.drain();
            whole(body);
        }
    }

    private void whole(byte[] body) {
        if (shape.answers() && shape.status() == 200 && body.length == 0) {
            // a connection that closed in the middle of the head looks like this too (httpcore 5.4.4 takes what came
            // for it)
            sink.failed(shape.delimited() ? FailureClass.BAD_SUCCESS : FailureClass.NETWORK, "200 with an empty body");
            return;
        }
        Answer answer = shape.json() ? Answer.read(body, 0, body.length, shape.nativeId(), shape.clientModel()) : null;
        boolean good = shape.status() < 300;
        if (good && shape.answers() && answer != null && answer.error) {
            sink.failed(FailureClass.BAD_SUCCESS, shape.status() + " with an error object");
            return;
        }
        byte[] out = shape.status() < 400 ? body : shape.redactor().bytes(body);
        if (answer == null) {
            tap.unread(body.length);
        } else if (good) {
            tap.read(answer);
            out = Edit.join(body, answer.edits);
            if (!answer.id.isEmpty()) {
                sink.issued(answer.id);
            }
        }
        committed = true;
        sink.commit(out.length);
        sink.content();
        sink.pass(out);
        complete();
    }

    private void complete() {
        over = true;
        completed = true;
        sink.complete();
    }

    /** Classifies what is held, and fails the attempt if it is another's fault than the client's. */
    private boolean refused() {
        String peek = new String(held.first(FailureRules.PEEK_BYTES), StandardCharsets.UTF_8);
        Optional<Verdict> verdict = shape.verdict(peek);
        if (shape.injected()
                && shape.status() == 400
                && DISLIKES_USAGE.matcher(peek).find()) {
            over = true;
            sink.usageRefused();
            return true;
        }
        if (verdict.isPresent() && verdict.get().means().retryElsewhere()) {
            over = true;
            sink.failed(verdict.get(), peek);
            return true;
        }
        return false;
    }

    @Override
    public void broken(String how) {
        if (over) {
            return;
        }
        over = true;
        if (committed) {
            sink.cut(how);
        } else if (shape.status() >= 400
                && shape.verdict("").map(Verdict::means).orElse(FailureClass.CLIENT) != FailureClass.CLIENT) {
            over = false;
            if (!refused()) {
                over = true;
                sink.failed(FailureClass.NETWORK, how);
            }
        } else {
            sink.failed(FailureClass.NETWORK, how);
        }
    }

    @Override
    public boolean saidAll() {
        return over && committed;
    }

    @Override
    public boolean spoilt() {
        return false;
    }

    @Override
    public Optional<Metered> usage() {
        return committed && shape.status() < 400 ? tap.metered(completed) : Optional.empty();
    }
}
