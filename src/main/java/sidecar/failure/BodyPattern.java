package sidecar.failure;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;

/**
 * What an answer's body must contain. The pattern is an operator's and the text an upstream's, so a search must take
 * bounded time whatever both are: RE2 reads each character once, in at most {@link #size} steps. What it cannot search in
 * that way (references to groups, looking around) is no pattern here. Case does not matter unless the pattern says
 * {@code (?-i)}. Immutable, thread-safe.
 */
public final class BodyPattern {

    /** Instructions of one pattern, at the most: any text of 500 characters, and some repeats. */
    static final int MAX_SIZE = 1_000;

    /** RE2 writes repeats out before it can be asked how many there are: (((a{1000}){1000}){1000}) would fill the heap. */
    private static final int MAX_ESTIMATE = 2 * MAX_SIZE;

    private static final List<String> LOOKING_AROUND = List.of("(?=", "(?!", "(?<=", "(?<!");

    private final Pattern pattern;

    private BodyPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Compiles a pattern.
     *
     * @throws IllegalArgumentException when it is none, or too large; the message says why
     */
    public static BodyPattern of(String regex) {
        if (PatternSize.estimate(regex) > MAX_ESTIMATE) {
            throw tooLarge();
        }
        BodyPattern compiled = new BodyPattern(compiled(regex));
        if (compiled.size() > MAX_SIZE) {
            throw tooLarge();
        }
        return compiled;
    }

    private static Pattern compiled(String regex) {
        if (regex.contains("&&[")) {
            // to RE2 these are three characters of the class: another meaning, and no error
            throw new IllegalArgumentException("an intersection of classes is not possible");
        }
        try {
            return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(why(e), e);
        }
    }

    private static String why(PatternSyntaxException e) {
        if (LOOKING_AROUND.stream().anyMatch(e.getPattern()::startsWith)) {
            return "looking ahead or behind is not possible";
        }
        // RE2/J 1.8 has no word of its own for this, and no other fault that it calls so
        return e.getDescription().endsWith("internal error") ? "a ) without its (" : e.getDescription();
    }

    private static IllegalArgumentException tooLarge() {
        return new IllegalArgumentException("too large with its repeats written out");
    }

    /** How many instructions it has: the steps that a character of the text takes at the most. */
    int size() {
        return pattern.programSize();
    }

    /** Whether {@code text} contains it. */
    boolean foundIn(String text) {
        return pattern.matcher(text).find();
    }
}
