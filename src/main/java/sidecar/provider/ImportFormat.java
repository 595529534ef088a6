package sidecar.provider;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The kinds of text that providers are imported from. */
public enum ImportFormat {
    KEYS,
    CSV,
    JSON,
    ENV,
    OPENCLAW;

    private static final Pattern ENV_LINE = Pattern.compile("\\s*+(export\\s++)?[A-Za-z_][A-Za-z0-9_]*+\\s*+=.*");
    private static final Set<String> KEY_COLUMNS = Set.of("api_key", "key", "apikey");

    /** The name in options. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The format with that name. */
    public static Optional<ImportFormat> of(String wire) {
        return Arrays.stream(values()).filter(f -> f.wire().equals(wire)).findFirst();
    }

    /** What {@code text} looks like; JSON and openclaw.json are told apart once it is read. */
    static ImportFormat guess(String text) {
        List<String> lines =
                text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
        String first = lines.isEmpty() ? "" : lines.get(0);
        if (first.startsWith("{") || first.startsWith("[") || first.startsWith("//") || first.startsWith("/*")) {
            return JSON;
        }
        List<String> told = lines.stream().filter(l -> !l.startsWith("#")).toList();
        if (!told.isEmpty() && told.stream().allMatch(l -> ENV_LINE.matcher(l).matches())) {
            return ENV;
        }
        return lines.size() > 1 && namesKeys(first) ? CSV : KEYS;
    }

    /** Whether a line is the head of a table with a column of keys. */
    private static boolean namesKeys(String line) {
        return Arrays.stream(line.split("[,;\\t]"))
                .map(cell -> unquoted(cell.strip()).toLowerCase(Locale.ROOT))
                .anyMatch(KEY_COLUMNS::contains);
    }

    private static String unquoted(String cell) {
        int from = cell.startsWith("\"") ? 1 : 0;
        int to = cell.endsWith("\"") && cell.length() > from ? cell.length() - 1 : cell.length();
        return cell.substring(from, to);
    }
}
