package sidecar.provider.importing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The kinds of text that providers are imported from. */
public enum ImportFormat {
    KEYS,
    CSV,
    JSON,
    ENV,
    OPENCLAW;

    /** The name in options. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The format with that name. */
    public static Optional<ImportFormat> of(String wire) {
        return Arrays.stream(values()).filter(f -> f.wire().equals(wire)).findFirst();
    }

    /**
     * What {@code text} looks like; JSON and openclaw.json are told apart once it is read, and so are keys and the
     * variables of an {@code .env}.
     */
    static ImportFormat guess(String text) {
        List<String> lines =
                text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
        String first = lines.isEmpty() ? "" : lines.get(0);
        if (isJson(lines)) {
            return JSON;
        }
        return lines.size() > 1 && namesKeys(first) ? CSV : KEYS;
    }

    /** A mere list of keys is none: lines are read as well, and have numbers. */
    private static boolean isJson(List<String> lines) {
        String first =
                lines.stream().filter(l -> !l.startsWith("//")).findFirst().orElse("");
        return first.startsWith("{")
                || first.startsWith("/*")
                || (first.startsWith("[") && lines.stream().anyMatch(l -> l.contains("{")));
    }

    /** Whether a line is the head of a table with a column of keys. */
    private static boolean namesKeys(String line) {
        return Arrays.stream(line.split("[,;\\t]"))
                .map(cell -> CsvImport.column(unquoted(cell.strip())))
                .anyMatch("api_key"::equals);
    }

    private static String unquoted(String cell) {
        int from = cell.startsWith("\"") ? 1 : 0;
        int to = cell.endsWith("\"") && cell.length() > from ? cell.length() - 1 : cell.length();
        return cell.substring(from, to);
    }
}
