package sidecar.metrics.edge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes one histogram of our gauges {@code x_bucket}, {@code x_count} and {@code x_sum}: HELP and TYPE once, under the
 * name {@code x}, and each series' buckets in the order of their bounds, as Prometheus wants them. All other lines stay
 * as they are. The server writes the gauges of one name without any between them, names in alphabetical order. Not safe for
 * threads.
 */
final class HistogramTextMerger {

    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) (sidecar_\\w+)_(bucket|count|sum) (.*)");
    private static final Pattern BUCKET = Pattern.compile("(sidecar_\\w+_bucket\\{)le=\"([^\"]+)\"(.*) \\S+");

    /**
     * One line.
     *
     * @param series all of it but the bound and the value
     */
    private record Bucket(String series, double bound, String line) {}

    private final StringBuilder out = new StringBuilder();
    private final Set<String> histograms = new HashSet<>();
    private final List<Bucket> buckets = new ArrayList<>();

    void add(String line) {
        Matcher bucket = BUCKET.matcher(line);
        if (bucket.matches()) {
            String bound = bucket.group(2);
            buckets.add(new Bucket(
                    bucket.group(1) + bucket.group(3),
                    bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound),
                    line));
            return;
        }
        sortBuckets();
        Matcher comment = COMMENT.matcher(line);
        if (comment.matches()) {
            comment(comment);
        } else {
            write(line);
        }
    }

    /** Everything added so far. */
    String text() {
        sortBuckets();
        return out.toString();
    }

    private void comment(Matcher comment) {
        String name = comment.group(2);
        if (comment.group(3).equals("bucket")) {
            histograms.add(name);
            boolean type = comment.group(1).equals("TYPE");
            write("# " + comment.group(1) + " " + name + " " + (type ? "histogram" : comment.group(4)));
        } else if (!histograms.contains(name)) {
            write(comment.group());
        }
    }

    private void sortBuckets() {
        buckets.sort(Comparator.comparing(Bucket::series).thenComparingDouble(Bucket::bound));
        buckets.forEach(bucket -> write(bucket.line()));
        buckets.clear();
    }

    private void write(String line) {
        out.append(line).append('\n');
    }
}
