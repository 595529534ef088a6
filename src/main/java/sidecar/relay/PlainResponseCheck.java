package sidecar.relay;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sidecar.failure.FailureClass;
import sidecar.failure.FailureClassifier;
import sidecar.failure.Verdict;
import sidecar.protocol.ResponseJson;

/** Whether what came is an answer, and whose fault it is when it is none. Immutable; pure functions. */
record PlainResponseCheck(RelayContext context, PlainHead head) {

    /** Accepted; no content; reset content; a part. */
    private static final Set<Integer> WITHOUT_ANSWER = Set.of(202, 204, 205, 206);

    private static final Pattern DISLIKES_USAGE = Pattern.compile(
            "stream_options|include_usage|extra_forbidden|(unknown|unrecognized|unexpected|unsupported|extra)[ _]"
                    + "(field|parameter|argument|input|key|request argument)",
            Pattern.CASE_INSENSITIVE);

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** Whether a request is refused, by its head and the beginning of its body, only because we asked for usage. */
    boolean refusesUsage(String peek) {
        return context.injected()
                && (head.status() == 400 || head.status() == 422)
                && DISLIKES_USAGE.matcher(peek).find();
    }

    /** Why the attempt fails by its head and the beginning of its body; empty when it does not, or it is the client's fault. */
    Optional<RelayStep.Fail> failure(String peek) {
        Optional<Verdict> verdict = verdict(peek).filter(means -> means.means().retryElsewhere());
        if (verdict.isPresent()) {
            return verdict.map(means -> new RelayStep.Fail(means, "HTTP " + head.status(), peek));
        }
        return withoutAnswer() || (head.isSuccess() && isForeign(peek))
                ? Optional.of(
                        RelayStep.Fail.of(FailureClass.BAD_SUCCESS, "HTTP " + head.status() + " without an answer"))
                : Optional.empty();
    }

    /** Whether its status alone says that the fault is another's than the client's, whatever the body would have said. */
    boolean failsByStatus() {
        return head.isError() && verdict("").map(Verdict::means).orElse(FailureClass.CLIENT) != FailureClass.CLIENT;
    }

    private Optional<Verdict> verdict(String peek) {
        // where no model is asked for, none is missing: the text is about what the path names
        return context.rules()
                .classify(head.status(), peek, context.label())
                .map(verdict -> head.expected().unchecked() && verdict.means() == FailureClass.MODEL_MISSING
                        ? Verdict.of(FailureClass.CLIENT)
                        : verdict);
    }

    /** Whether it begins as no answer does: a web page, and where an object must come anything else. */
    private boolean isForeign(String beginning) {
        String start = beginning.replace(BYTE_ORDER_MARK, "").stripLeading().toLowerCase(Locale.ROOT);
        boolean page = start.startsWith("<!doctype html") || start.startsWith("<html");
        boolean other = head.expected().mustBeJson() && !start.isEmpty() && !start.startsWith("{");
        return head.readable() && !head.expected().unchecked() && (page || other);
    }

    /** Whether its status says success, and no answer comes with that. */
    private boolean withoutAnswer() {
        return !head.expected().unchecked() && WITHOUT_ANSWER.contains(head.status());
    }

    /**
     * Why the whole of a success is no answer.
     *
     * @param answer null when the body is no JSON object
     * @return empty for one that is
     */
    Optional<RelayStep.Fail> failure(byte[] body, @Nullable ResponseJson answer) {
        return head.isSuccess() && !head.expected().unchecked()
                ? fault(body, answer)
                        .map(fault -> new RelayStep.Fail(
                                verdict(body, answer), "HTTP " + head.status() + " " + fault, peek(body)))
                : Optional.empty();
    }

    private Optional<String> fault(byte[] body, @Nullable ResponseJson answer) {
        if (body.length == 0) {
            return head.expected().mayBeEmpty() && !head.json() ? Optional.empty() : Optional.of("with an empty body");
        }
        if (answer == null) {
            return head.isJson() ? Optional.of("with a body that is no JSON object") : Optional.empty();
        }
        return head.expected().answered().test(answer)
                ? Optional.empty()
                : Optional.of(
                        answer.holds(ResponseJson.Finding.ERROR)
                                ? "with an error object"
                                : "with an object that holds no answer");
    }

    /** What that fault means. Some say in their own words which status they should have sent. */
    private Verdict verdict(byte[] body, @Nullable ResponseJson answer) {
        if (body.length == 0 && !head.delimited()) {
            // a connection that closed in the middle of the head looks like this too (httpcore 5.4.4 takes what came
            // for it)
            return Verdict.of(FailureClass.NETWORK);
        }
        return context.errorInSuccess(answer == null ? 0 : answer.errorStatus, peek(body));
    }

    private static String peek(byte[] body) {
        return new String(body, 0, Math.min(body.length, FailureClassifier.PEEK_BYTES), StandardCharsets.UTF_8);
    }
}
