package sidecar.provider.importing;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Says what in a text is a provider's key: a word with a vendor's prefix, or at least {@value #MIN_UNMARKED} characters
 * of a key's alphabet without a word of prose. Every import asks here, so all of them take and leave the same.
 */
final class KeyScanner {

    static final String NO_KEY = "has no key";
    static final String NOT_LIKE_A_KEY = "does not look like a key";
    static final String REFERENCE = "is a reference whose value is not in the text";

    private static final int MIN_UNMARKED = 16;
    private static final int MAX = 4_096;

    /** What stands between the keys of a list: in JSON, in shells, and in what word processors make of quotes. */
    private static final Pattern BETWEEN = Pattern.compile("[\\s\\p{Z}\\u200B\\uFEFF,;|\"'`\\[\\]()“”‘’„«»、，；]+");

    private static final Pattern LABEL = Pattern.compile("[:=]");
    private static final Pattern LINE_END = Pattern.compile("\\R");

    /** Prefixes that nothing but a provider's key has. */
    private static final Pattern CERTAIN = Pattern.compile(
            "(?:nvapi-|sk-ant-|sk-or-v1-|sk-proj-|sk-svcacct-|gsk_|csk-|xai-|pplx-|AIzaSy|tgp_v1_)[A-Za-z0-9._-]{5,}");

    /** Prefixes that other words have too: the rest decides. */
    private static final Pattern LIKELY = Pattern.compile(
            "(?:sk[-_]|AIza|hf_|r8_|fw_|jina_|pa-|key[-_]|vck_|ghp_|github_pat_|nvapi_)[A-Za-z0-9._~+/-]{5,}={0,2}");

    private static final Pattern AFTER_PREFIX = Pattern.compile("[0-9]|[A-Za-z]{8}");
    private static final Pattern UNMARKED = Pattern.compile("[A-Za-z0-9._~+/-]+={0,2}");
    private static final Pattern LONG_RUN = Pattern.compile("[A-Za-z0-9]{8}");
    private static final String UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final Pattern UUIDS = Pattern.compile(UUID);

    /** fal.ai's. */
    private static final Pattern PAIR = Pattern.compile(UUID + ":[0-9a-f]{32}");

    private static final Pattern LETTERS = Pattern.compile("[A-Za-z]");
    private static final Pattern SEGMENTS = Pattern.compile("[^A-Za-z0-9]+");
    private static final Pattern WORD = Pattern.compile("[A-Z]?[a-z]{2,}(?:[A-Z][a-z]{2,})*|[A-Z]{3,}");
    private static final Pattern VOWEL = Pattern.compile("(?i)[aeiouy]");
    private static final Pattern CONSONANT = Pattern.compile("(?i)[b-z&&[^eiouy]]");
    private static final Pattern UNSPEAKABLE = Pattern.compile("(?i)[b-z&&[^eiouy]]{5}");

    private static final Pattern MASKED = Pattern.compile("\\*{2}|\\.{3}|[…•●]");
    private static final Pattern VARIABLE = Pattern.compile("^\\$|\\$[{(]|\\{\\{|^%[A-Za-z_]\\w*%$");
    private static final Pattern PLACEHOLDER = Pattern.compile(
            "(?i)(?<![a-z0-9])(?:your|my[-_]?(?:api|secret|own|key)|example|sample|placeholder|change[-_]?me|replace"
                    + "|insert|dummy|todo|paste|redacted|enter|api[-_]?key|secret[-_]?key)|x{4}|[-_]x{2,}$|[<>]|here$");
    private static final Pattern MAIL = Pattern.compile("[^@]+@[^@]+\\.[A-Za-z]+");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}([-/.]?)[0-9]{2}\\1[0-9]{2}(?:[T_].*)?");

    private KeyScanner() {}

    /**
     * What a text holds.
     *
     * @param keys in their order; one that stands there twice is here twice
     * @param leftOut why the rest is no key, each reason once; never shows any of the text, which may be a secret
     */
    record ScannedKeys(List<String> keys, List<String> leftOut) {}

    /** The keys of a list at commas, semicolons, spaces and line ends, or in JSON; comments behind them are no keys. */
    static ScannedKeys read(String text) {
        List<String> keys = new ArrayList<>();
        Set<String> leftOut = new LinkedHashSet<>();
        for (String line : LINE_END.split(text, -1)) {
            int comment = comment(line);
            BETWEEN.splitAsStream(line.substring(0, comment)).forEach(word -> take(word, keys, leftOut));
            if (BETWEEN.splitAsStream(line.substring(comment))
                    .anyMatch(word -> !keysOf(word).isEmpty())) {
                leftOut.add("is commented out");
            }
        }
        return new ScannedKeys(keys, List.copyOf(leftOut));
    }

    /**
     * The same for a value that stands where a key belongs, such as a cell of a column of keys: one word alone is one, also
     * {@code ollama} of a server at home, unless it is plainly something else.
     */
    static ScannedKeys readField(String text) {
        ScannedKeys found = read(text);
        String word = text.strip();
        boolean alone = found.keys().isEmpty()
                && found.leftOut().equals(List.of(NOT_LIKE_A_KEY))
                && word.length() <= MAX
                && !BETWEEN.matcher(word).find();
        return alone ? new ScannedKeys(List.of(word), List.of()) : found;
    }

    /** Where a line's comment begins: a {@code #} or {@code //} at the start, or after what ends a word. */
    private static int comment(String line) {
        for (int i = 0; i < line.length(); i++) {
            boolean mark = line.charAt(i) == '#' || line.startsWith("//", i);
            if (mark
                    && (i == 0
                            || Character.isWhitespace(line.charAt(i - 1))
                            || ",;".indexOf(line.charAt(i - 1)) >= 0)) {
                return i;
            }
        }
        return line.length();
    }

    private static void take(String word, List<String> keys, Set<String> leftOut) {
        List<String> found = keysOf(word);
        keys.addAll(found);
        if (found.isEmpty() && word.codePoints().anyMatch(Character::isLetterOrDigit)) {
            leftOut.add(refusal(word));
        }
    }

    /** The word itself, or what stands behind a label in it, as in {@code mine:nvapi-…}. */
    private static List<String> keysOf(String word) {
        String bare = trimmed(word);
        if (isKey(bare)) {
            return List.of(bare);
        }
        return bare.contains("://")
                ? List.of()
                : LABEL.splitAsStream(bare).filter(KeyScanner::isKey).toList();
    }

    /** Without what a sentence or an object puts around a word. */
    private static String trimmed(String word) {
        if (word.length() > MAX
                || VARIABLE.matcher(word).find()
                || MASKED.matcher(word).find()) {
            return word;
        }
        int from = 0;
        int to = word.length();
        while (from < to && word.charAt(from) == '{') {
            from++;
        }
        while (to > from && "}.:!?\\".indexOf(word.charAt(to - 1)) >= 0) {
            to--;
        }
        return word.substring(from, to);
    }

    private static String refusal(String word) {
        if (word.length() > MAX) {
            return NOT_LIKE_A_KEY;
        }
        if (VARIABLE.matcher(word).find()) {
            return REFERENCE;
        }
        if (MASKED.matcher(word).find()) {
            return "is a mask, not the key itself";
        }
        if (word.contains("://")) {
            return "is an address, not a key";
        }
        if (MAIL.matcher(word).matches()) {
            return "is an e-mail address, not a key";
        }
        if (LABEL.splitAsStream(word).anyMatch(part -> DATE.matcher(part).matches())) {
            return "is a date, not a key";
        }
        return PLACEHOLDER.matcher(word).find() ? "is a placeholder, not a key" : NOT_LIKE_A_KEY;
    }

    /** Whether a word looks like a key. */
    static boolean isKey(String word) {
        if (word.length() > MAX
                || MASKED.matcher(word).find()
                || VARIABLE.matcher(word).find()
                || PLACEHOLDER.matcher(word).find()) {
            return false;
        }
        return isCertain(word)
                || isLikely(word)
                || PAIR.matcher(word).matches()
                || (word.length() >= MIN_UNMARKED && isUnmarked(word));
    }

    /** Whether a key's prefix says that it is one, wherever it stands. */
    static boolean isCertain(String key) {
        return CERTAIN.matcher(key).matches();
    }

    private static boolean isLikely(String word) {
        return LIKELY.matcher(word).matches()
                && AFTER_PREFIX.matcher(word.substring(3)).find();
    }

    private static boolean isUnmarked(String word) {
        return UNMARKED.matcher(word).matches()
                && LONG_RUN.matcher(word).find()
                && LETTERS.matcher(word).find()
                && !DATE.matcher(word).matches()
                && SEGMENTS.splitAsStream(UUIDS.matcher(word).replaceAll("0")).noneMatch(KeyScanner::isProse);
    }

    /** Whether letters between two other characters can be spoken; chance seldom makes such ones. */
    private static boolean isProse(String segment) {
        return segment.length() >= 3
                && WORD.matcher(segment).matches()
                && VOWEL.matcher(segment).find()
                && CONSONANT.matcher(segment).find()
                && !UNSPEAKABLE.matcher(segment).find();
    }

    /** The first address in a text. */
    static Optional<String> address(String text) {
        return BETWEEN.splitAsStream(text)
                .filter(word -> word.startsWith("https://") || word.startsWith("http://"))
                .findFirst();
    }
}
