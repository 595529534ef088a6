package sidecar.metrics.edge;

import java.util.HashSet;
import java.util.Set;

/**
 * Turns the server's Prometheus text into V2's (docs/adr/002-metrics-through-a-filter.md): our series lose the label
 * {@code mp_scope}; our gauges named {@code _total} get the type counter, since MicroProfile counters hold whole numbers
 * only and costs are fractions; gauges that are the parts of a histogram become one ({@link HistogramTextMerger}); lines that
 * the server writes twice are kept once.
 */
final class PrometheusTextRewriter {
    private static final String OURS = "sidecar_";
    private static final String TYPE = "# TYPE " + OURS;
    private static final String SCOPE = "mp_scope=";

    private PrometheusTextRewriter() {}

    /** The whole text, rewritten; a text without our series comes back with its doubles gone and nothing else changed. */
    static String plain(String text) {
        HistogramTextMerger out = new HistogramTextMerger();
        Set<String> seen = new HashSet<>();
        text.lines()
                .filter(line -> line.isEmpty() || seen.add(series(line)))
                .map(PrometheusTextRewriter::line)
                .forEach(out::add);
        return out.text();
    }

    /** What a line is about: a comment is itself, a sample is its name and labels. */
    private static String series(String line) {
        return line.startsWith("#") ? line : line.substring(0, Math.max(line.lastIndexOf(' '), 0));
    }

    private static String line(String line) {
        if (line.startsWith(TYPE) && line.endsWith("_total gauge")) {
            return line.substring(0, line.length() - "gauge".length()) + "counter";
        }
        int brace = line.indexOf('{');
        return line.startsWith(OURS) && brace > 0 ? withoutScope(line, brace) : line;
    }

    /** Walks the labels one by one: a quoted value may hold anything, {@code mp_scope="…"} included. */
    private static String withoutScope(String line, int brace) {
        int from = brace + 1;
        while (from < line.length() && line.charAt(from) != '}') {
            int end = labelEnd(line, from);
            if (line.startsWith(SCOPE, from)) {
                return cut(line, brace, from, end);
            }
            from = line.charAt(end) == ',' ? end + 1 : end;
        }
        return line;
    }

    /** The index after the closing quote of the label that begins at {@code from}. */
    private static int labelEnd(String line, int from) {
        int i = line.indexOf('"', from) + 1;
        while (line.charAt(i) != '"') {
            i += line.charAt(i) == '\\' ? 2 : 1;
        }
        return i + 1;
    }

    private static String cut(String line, int brace, int from, int end) {
        boolean last = line.charAt(end) == '}';
        boolean first = from == brace + 1;
        if (first && last) {
            return line.substring(0, brace) + line.substring(end + 1);
        }
        return last
                ? line.substring(0, from - 1) + line.substring(end)
                : line.substring(0, from) + line.substring(end + 1);
    }
}
