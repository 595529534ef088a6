package sidecar.console.edge;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sentence with holes in English, and the same in another language. Immutable. Takes time proportional to the sentence's length: what stands in a hole
 * is anybody's, so no regular expression looks for it.
 *
 * @param english the text around the holes, one more than there are holes
 * @param theirs with {@code {0}} for what stands in a hole, {@code <0>} for a number there and {@code [0]} for what it is in that language
 */
record SentenceTemplate(List<String> english, String theirs) {

    private static final String EQUALS = " = ";
    private static final Pattern HOLE = Pattern.compile("\\{([0-9])}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final Pattern FILLED = Pattern.compile("[{\\[<]([0-9])[}\\]>]");

    /** Reads a line such as {@code {0} is given twice = …}. */
    static SentenceTemplate of(String line) {
        int equals = line.indexOf(EQUALS);
        return new SentenceTemplate(
                List.of(HOLE.split(line.substring(0, equals), -1)), line.substring(equals + EQUALS.length()));
    }

    /**
     * The other language's sentence for a text.
     *
     * @param inner says what stands in a hole; empty when it cannot
     * @return empty when the text is another sentence
     */
    Optional<String> say(String text, Function<String, Optional<String>> inner) {
        return holes(text).flatMap(holes -> fill(holes, inner));
    }

    private Optional<List<String>> holes(String text) {
        String begin = english.get(0);
        if (english.size() == 1) {
            return text.equals(begin) ? Optional.of(List.of()) : Optional.empty();
        }
        String end = english.get(english.size() - 1);
        int from = begin.length();
        int to = text.length() - end.length();
        if (from > to || !text.startsWith(begin) || !text.endsWith(end)) {
            return Optional.empty();
        }
        List<String> holes = new ArrayList<>();
        for (String next : english.subList(1, english.size() - 1)) {
            int at = text.indexOf(next, from);
            if (at < 0 || at + next.length() > to) {
                return Optional.empty();
            }
            holes.add(text.substring(from, at));
            from = at + next.length();
        }
        holes.add(text.substring(from, to));
        return Optional.of(holes);
    }

    private Optional<String> fill(List<String> holes, Function<String, Optional<String>> inner) {
        StringBuilder filled = new StringBuilder();
        Matcher place = FILLED.matcher(theirs);
        while (place.find()) {
            String hole = holes.get(Integer.parseInt(place.group(1)));
            Optional<String> said = said(place.group().charAt(0), hole, inner);
            if (said.isEmpty()) {
                return Optional.empty();
            }
            place.appendReplacement(filled, Matcher.quoteReplacement(said.get()));
        }
        return Optional.of(place.appendTail(filled).toString());
    }

    private static Optional<String> said(char kind, String hole, Function<String, Optional<String>> inner) {
        return switch (kind) {
            case '[' -> inner.apply(hole);
            case '<' ->
                Optional.of(hole).filter(number -> NUMBER.matcher(number).matches());
            default -> Optional.of(hole);
        };
    }
}
