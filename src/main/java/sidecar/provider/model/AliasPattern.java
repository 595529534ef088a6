package sidecar.provider.model;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * An alias with {@code *}, which stands for any characters or none; every other character stands for itself. It matches
 * whole names. Immutable; matching takes time proportional to the two lengths' product at worst, and never goes back.
 */
public final class AliasPattern {

    /** Those with more literal characters first, in alphabetical order among equals: the first that matches decides. */
    public static final Comparator<AliasPattern> LONGEST_FIRST =
            Comparator.comparingInt(AliasPattern::literals).reversed().thenComparing(pattern -> pattern.text);

    private static final String STAR = "*";
    private static final int MAX_STARS = 8;

    private final String text;
    private final String model;
    /** What stands between the stars: the first begins a name, the last ends it. */
    private final List<String> pieces;

    /** @param model the canonical model that the names lead to */
    public AliasPattern(String text, String model) {
        this.text = text;
        this.model = model;
        this.pieces = List.of(text.split("\\*", -1));
    }

    /** Whether an alias is one, and no plain name. */
    public static boolean isPattern(String alias) {
        return alias.contains(STAR);
    }

    /** Why {@code alias} may not be one, as the end of a sentence that names it; empty for a good one and for a plain name. */
    public static Optional<String> fault(String alias) {
        if (alias.contains("**")) {
            return Optional.of("has two * side by side");
        }
        return alias.chars().filter(c -> c == '*').count() > MAX_STARS
                ? Optional.of("has more than " + MAX_STARS + " *")
                : Optional.empty();
    }

    /** The canonical model that the names lead to. */
    public String model() {
        return model;
    }

    private int literals() {
        return text.length() - (pieces.size() - 1);
    }

    /** Whether it stands for that name. */
    public boolean matches(String name) {
        String first = pieces.get(0);
        String last = pieces.get(pieces.size() - 1);
        int end = name.length() - last.length();
        if (end < first.length() || !name.startsWith(first) || !name.endsWith(last)) {
            return false;
        }
        // the leftmost place of each piece is the best: it leaves the most to those after it
        int from = first.length();
        for (String piece : pieces.subList(1, pieces.size() - 1)) {
            int at = name.indexOf(piece, from);
            if (at < 0 || at + piece.length() > end) {
                return false;
            }
            from = at + piece.length();
        }
        return true;
    }
}
