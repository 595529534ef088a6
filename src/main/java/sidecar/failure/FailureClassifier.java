package sidecar.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything known about how upstreams say no. The first rule that matches decides, so the particular come before the
 * general. Whatever no rule speaks of means what it means to everybody ({@link BuiltInFailureRules#OPENAI}): rules with a hole in them
 * never turn a failure into a success. Immutable.
 */
public final class FailureClassifier {

    /** How much of an answer's body is looked at, in bytes. */
    public static final int PEEK_BYTES = 64 * 1024;

    /**
     * Steps that the patterns may take over one answer, all together: they run on the thread that reads from upstreams. A
     * step takes 1 to 30 ns.
     */
    static final int MAX_STEPS = 8_000_000;

    private static final FailureClassifier DEFAULTS = new FailureClassifier(BuiltInFailureRules.NVIDIA_NIM.rules());

    private final List<FailureRule> rules;

    /** @param rules in the order in which they are tried */
    public FailureClassifier(List<FailureRule> rules) {
        List<FailureRule> all = new ArrayList<>(rules);
        all.addAll(BuiltInFailureRules.OPENAI.rules());
        this.rules = List.copyOf(all);
    }

    /** The rules that are in force unless somebody says otherwise. */
    public static FailureClassifier defaults() {
        return DEFAULTS;
    }

    /**
     * What an answer means. Never blocks. Where the patterns that apply are large, only as much of the beginning is looked
     * at as they can search in {@link #MAX_STEPS}.
     *
     * @param peek the beginning of its body, at most {@link #PEEK_BYTES}, of which counts what the error says ({@link
     *     ErrorText}) and not what it repeats of the request
     * @param label of the provider that answered; may be empty
     * @return empty for success
     */
    public Optional<Verdict> classify(int status, String peek, String label) {
        List<FailureRule> applying =
                rules.stream().filter(rule -> rule.appliesTo(status, label)).toList();
        int size = applying.stream().mapToInt(FailureRule::size).sum();
        String said = size == 0 ? "" : ErrorText.of(peek);
        String beginning = said.substring(0, Math.min(said.length(), reach(size)));
        return applying.stream()
                .filter(rule -> rule.matches(beginning))
                .map(FailureRule::verdict)
                .findFirst();
    }

    /**
     * What an error means that stands in the body of a success: that to come later will help, where it says so itself, or
     * that the success was none.
     *
     * @param said the status that the error speaks of; 0 when it speaks of none
     */
    public Verdict inSuccess(int said, String peek, String label) {
        return Optional.of(said)
                .filter(status -> status >= 400)
                .flatMap(status -> classify(status, peek, label))
                .filter(verdict -> verdict.means().free())
                .orElse(Verdict.of(FailureClass.BAD_SUCCESS));
    }

    /** How many characters patterns of that size together may read. */
    static int reach(int size) {
        return Math.min(PEEK_BYTES, MAX_STEPS / Math.max(1, size));
    }
}
