package sidecar.relay;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sidecar.body.ByteBlocks;
import sidecar.body.ByteEdit;
import sidecar.failure.FailureClass;
import sidecar.failure.FailureRules;
import sidecar.failure.Verdict;
import sidecar.ledger.MeteredUsage;
import sidecar.protocol.ApiPath;
import sidecar.protocol.ErrorFormat;
import sidecar.protocol.JsonTail;
import sidecar.protocol.ModelNameRewriter;
import sidecar.protocol.ResponseJson;
import sidecar.protocol.UsageMeter;
import sidecar.provider.Redactor;

/**
 * An answer that is not a stream of events. It is held until it is complete or 1 MiB long, or memory is short; until then
 * any failure, also a short body, is a failed attempt that another provider may mend.
 */
public final class PlainRelay implements Relay {

    public static final int HELD = 1 << 20;

    private static final Pattern DISLIKES_USAGE = Pattern.compile(
            "stream_options|include_usage|extra_forbidden|(unknown|unrecognized|unexpected|unsupported|extra)[ _]"
                    + "(field|parameter|argument|input|key|request argument)",
            Pattern.CASE_INSENSITIVE);

    private final Shape shape;
    private final UsageMeter meter;
    private final Sink sink;
    private final ByteBlocks held = new ByteBlocks();
    private @Nullable ModelNameRewriter rewriter;
    private @Nullable JsonTail tail;
    private boolean committed;
    private boolean over;
    private boolean completed;

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private static final int BYTE_ORDER_MARK_BYTES = 3;

    /** Accepted; no content; reset content; a part. */
    private static final Set<Integer> WITHOUT_ANSWER = Set.of(202, 204, 205, 206);

    /** What an answer must hold. */
    public enum ExpectedBody {
        /** What the paths do whose answers we know: choices, data, content, output. */
        KNOWN,
        /** Something that is not an error: images, sound, text, results. */
        SOMETHING,
        /** Whatever comes. */
        ANY;

        public static ExpectedBody to(ApiPath.PathKind kind) {
            return switch (kind) {
                case CHAT, COMPLETIONS, EMBEDDINGS, RESPONSES, MESSAGES -> KNOWN;
                case MODEL -> SOMETHING;
                case MODELS, OTHER -> ANY;
            };
        }
    }

    /**
     * What is known about the answer before its body.
     *
     * @param json whether it is JSON, by its headers
     * @param readable whether its content coding is none, or is undone
     * @param expected what an answer to the request must hold
     * @param delimited whether its end is marked, as opposed to being the end of the connection
     * @param injected whether usage was asked for by us: a 400 may mean only that
     * @param label of the provider
     * @param errors how the client is told of errors; empty where no body may be added to a head
     * @param length its Content-Length; −1 when it has none, or it is of the coded form
     */
    public record Shape(
            int status,
            boolean json,
            boolean readable,
            ExpectedBody expected,
            long length,
            boolean delimited,
            boolean injected,
            FailureRules rules,
            String label,
            String nativeId,
            String clientModel,
            Redactor redactor,
            Optional<ErrorFormat> errors) {
        Optional<Verdict> verdict(String peek) {
            // where no model is asked for, none is missing: the text is about what the path names
            return rules.classify(status, peek, label)
                    .map(verdict -> expected == ExpectedBody.ANY && verdict.means() == FailureClass.MODEL_MISSING
                            ? Verdict.of(FailureClass.CLIENT)
                            : verdict);
        }

        /** Whether it must be JSON, or is. */
        boolean isJson() {
            return readable && (json || expected == ExpectedBody.KNOWN);
        }

        /** Whether what it says can be read, and matters. */
        boolean matters() {
            return isJson() && status < 300;
        }

        boolean renames() {
            return matters() && !nativeId.equals(clientModel);
        }

        /** Whether it begins as no answer does: a web page, and where an object must come anything else. */
        boolean isForeign(String beginning) {
            String start = beginning.replace(BYTE_ORDER_MARK, "").stripLeading().toLowerCase(Locale.ROOT);
            boolean page = start.startsWith("<!doctype html") || start.startsWith("<html");
            boolean other = expected == ExpectedBody.KNOWN && !start.isEmpty() && !start.startsWith("{");
            return readable && expected != ExpectedBody.ANY && (page || other);
        }

        /** Whether its status says success, and no answer comes with that. */
        boolean withoutAnswer() {
            return expected != ExpectedBody.ANY && WITHOUT_ANSWER.contains(status);
        }
    }

    public PlainRelay(Shape shape, UsageMeter meter, Sink sink) {
        this.shape = shape;
        this.meter = meter;
        this.sink = sink;
    }

    @Override
    public boolean isStream() {
        return false;
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
            rewriter = new ModelNameRewriter(shape.nativeId(), shape.clientModel());
        }
        tail = shape.matters() ? new JsonTail() : null;
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
            int settled = shape.redactor().redactableLength(some);
            held.add(Arrays.copyOfRange(some, settled, some.length));
            sink.pass(shape.redactor().bytes(Arrays.copyOf(some, settled)));
        } else {
            meter.unread(bytes.length);
            if (tail != null) {
                tail.add(bytes);
            }
            sink.pass(rewriter == null ? bytes : rewriter.feed(bytes));
        }
    }

    @Override
    public void end() {
        if (over) {
            return;
        }
        if (committed) {
            if (tail != null) {
                tail.fromUsage().ifPresent(meter::read);
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
        int from = marked(body) ? BYTE_ORDER_MARK_BYTES : 0;
        ResponseJson answer = shape.isJson()
                ? ResponseJson.read(body, from, body.length - from, shape.nativeId(), shape.clientModel())
                : null;
        boolean good = shape.status() < 300;
        if (good && shape.expected() != ExpectedBody.ANY) {
            Optional<String> fault = fault(body, answer);
            if (fault.isPresent()) {
                sink.failed(verdict(body, answer), "HTTP " + shape.status() + " " + fault.get(), peek(body));
                return;
            }
        }
        if (shape.status() >= 400) {
            refusal(shape.redactor().bytes(body));
            return;
        }
        byte[] out = body;
        if (answer == null) {
            meter.unread(body.length);
        } else if (good) {
            meter.read(answer);
            out = ByteEdit.join(
                    body, answer.edits.stream().map(edit -> edit.shifted(from)).toList());
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

    /** An upstream's refusal: in its own words, and in the shape that the client's SDK reads. */
    private void refusal(byte[] body) {
        Optional<byte[]> completed = shape.readable()
                ? shape.errors().flatMap(format -> format.completed(shape.status(), body))
                : Optional.empty();
        meter.unread(body.length);
        committed = true;
        byte[] out = completed.orElse(body);
        if (completed.isPresent()) {
            sink.commitJson(out.length);
        } else {
            sink.commit(out.length);
        }
        sink.content();
        sink.pass(out);
        complete();
    }

    /** Why a success is no answer; empty for one that is. */
    private Optional<String> fault(byte[] body, @Nullable ResponseJson answer) {
        if (body.length == 0) {
            // a transcript of silence in plain text is one
            boolean silence = shape.expected() == ExpectedBody.SOMETHING && !shape.json();
            return silence ? Optional.empty() : Optional.of("with an empty body");
        }
        if (answer == null) {
            return shape.isJson() ? Optional.of("with a body that is no JSON object") : Optional.empty();
        }
        boolean holds =
                answer.holds || (shape.expected() == ExpectedBody.SOMETHING && answer.holdsOther && !answer.error);
        return holds
                ? Optional.empty()
                : Optional.of(answer.error ? "with an error object" : "with an object that holds no answer");
    }

    /** Whether it begins with a byte order mark, as some servers' JSON does. */
    private static boolean marked(byte[] body) {
        return body.length > BYTE_ORDER_MARK_BYTES
                && (body[0] & 0xff) == 0xef
                && (body[1] & 0xff) == 0xbb
                && (body[2] & 0xff) == 0xbf;
    }

    /** What that fault means. Some say in their own words which status they should have sent. */
    private Verdict verdict(byte[] body, @Nullable ResponseJson answer) {
        if (body.length == 0 && !shape.delimited()) {
            // a connection that closed in the middle of the head looks like this too (httpcore 5.4.4 takes what came
            // for it)
            return Verdict.of(FailureClass.NETWORK);
        }
        return shape.rules().inSuccess(answer == null ? 0 : answer.errorStatus, peek(body), shape.label());
    }

    private static String peek(byte[] body) {
        return new String(body, 0, Math.min(body.length, FailureRules.PEEK_BYTES), StandardCharsets.UTF_8);
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
                && (shape.status() == 400 || shape.status() == 422)
                && DISLIKES_USAGE.matcher(peek).find()) {
            over = true;
            sink.usageRefused();
            return true;
        }
        if (verdict.isPresent() && verdict.get().means().retryElsewhere()) {
            over = true;
            sink.failed(verdict.get(), "HTTP " + shape.status(), peek);
            return true;
        }
        if (shape.withoutAnswer() || (shape.status() < 300 && shape.isForeign(peek))) {
            over = true;
            sink.failed(FailureClass.BAD_SUCCESS, "HTTP " + shape.status() + " without an answer");
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
    public boolean isComplete() {
        return over && committed;
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
        return committed && shape.status() < 400 ? meter.metered(completed) : Optional.empty();
    }
}
