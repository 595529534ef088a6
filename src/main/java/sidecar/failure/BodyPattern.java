package sidecar.failure;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import sidecar.json.Texts;

/**
 * What an answer's body must contain. The pattern is an operator's and the text an upstream's, so neither can be trusted
 * to come to an end: the work is bounded, and a search that reaches the bound found nothing. Case does not matter unless
 * the pattern says {@code (?-i)}. Thread-safe.
 */
public final class BodyPattern {

    /** How many characters one search may read, again and again included: a few milliseconds. */
    static final int MOST_READS = 2_000_000;

    private static final System.Logger LOG = System.getLogger(BodyPattern.class.getName());

    private final Pattern pattern;
    private final AtomicBoolean warned = new AtomicBoolean();

    private BodyPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Compiles a pattern.
     *
     * @throws PatternSyntaxException when it is none
     */
    public static BodyPattern of(String regex) {
        return new BodyPattern(Pattern.compile(regex, Pattern.CASE_INSENSITIVE));
    }

    /** Whether {@code text} contains it, as far as could be found out. */
    boolean foundIn(String text) {
        try {
            return pattern.matcher(new Counted(text)).find();
        } catch (TooMuch | StackOverflowError unbounded) {
            // the engine recurses for groups: on a long text a pattern may come to the end of the stack first
            if (warned.compareAndSet(false, true)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "a failure rule does not match: its body {0} takes too much work on a text of {1} characters",
                        Texts.excerpt(pattern.pattern()),
                        text.length());
            }
            return false;
        }
    }

    /** Whether a search was given up. */
    boolean gaveUp() {
        return warned.get();
    }

    /** The only way out of the middle of a search. */
    private static final class TooMuch extends RuntimeException {
        TooMuch() {
            super("too many reads", null, false, false);
        }
    }

    /** A text that counts how often it is read. */
    private static final class Counted implements CharSequence {
        private final String text;
        private int reads;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++reads > MOST_READS) {
                throw new TooMuch();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
