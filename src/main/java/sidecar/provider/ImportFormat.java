package sidecar.provider;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The kinds of text that providers are imported from. */
public enum ImportFormat {
    KEYS,
    CSV,
    JSON,
    ENV,
    OPENCLAW;

    private static final Pattern ENV_LINE = Pattern.compile("\\s*(export\\s+)?[A-Za-z_][A-Za-z0-9_]*\\s*=.*");
    private static final Pattern CSV_HEADER =
            Pattern.compile("(?i).*(^|[,;\\t])\\s*\"?(api_key|key|apikey)\"?\\s*($|[,;\\t]).*");

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
        boolean csv = lines.size() > 1 && CSV_HEADER.matcher(first).matches() && first.split("[,;\\t]").length > 1;
        return csv || (lines.size() > 1 && first.matches("(?i)\"?(api_key|key|apikey)\"?")) ? CSV : KEYS;
    }
}
