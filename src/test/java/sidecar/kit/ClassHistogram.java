package sidecar.kit;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What lives on a JVM's heap after a full collection, by class: what {@code jcmd GC.class_histogram} prints. */
public record ClassHistogram(Map<String, Row> rows, long bytes) {

    private static final Pattern ROW = Pattern.compile("(?m)^\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+)");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    /** All objects of one class. */
    public record Row(long instances, long bytes) {}

    public ClassHistogram {
        rows = Map.copyOf(rows);
    }

    /**
     * Reads it.
     *
     * @throws AssertionError if it is none
     */
    static ClassHistogram parse(String text) {
        Matcher total = TOTAL.matcher(text);
        if (!total.find()) {
            throw new AssertionError("the class histogram has no total: " + text);
        }
        Map<String, Row> rows = new HashMap<>();
        Matcher row = ROW.matcher(text);
        while (row.find()) {
            // one name may stand for the classes of several loaders
            rows.merge(
                    row.group(3),
                    new Row(Long.parseLong(row.group(1)), Long.parseLong(row.group(2))),
                    (a, b) -> new Row(a.instances() + b.instances(), a.bytes() + b.bytes()));
        }
        return new ClassHistogram(rows, Long.parseLong(total.group(1)));
    }

    /** How many objects there are of the class of that name, without those of its subclasses. */
    public long instances(String name) {
        return row(name).instances();
    }

    /** How many objects there are of all classes whose names begin so. */
    public long instancesBelow(String prefix) {
        return rows.entrySet().stream()
                .filter(row -> row.getKey().startsWith(prefix))
                .mapToLong(row -> row.getValue().instances())
                .sum();
    }

    /** One line for each of the classes whose names begin so and that take the most bytes more than before, at most so many. */
    public List<String> grownSince(ClassHistogram before, int max, String prefix) {
        return rows.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .filter(name -> growth(before, name) > 0)
                .sorted(Comparator.comparingLong((String name) -> growth(before, name))
                        .reversed())
                .limit(max)
                .map(name -> String.format(
                        "%s: %,d objects more, %,d bytes",
                        name, instances(name) - before.instances(name), growth(before, name)))
                .toList();
    }

    private long growth(ClassHistogram before, String name) {
        return row(name).bytes() - before.row(name).bytes();
    }

    private Row row(String name) {
        return rows.getOrDefault(name, new Row(0, 0));
    }
}
