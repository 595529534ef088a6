package sidecar.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Two footprints of one server, side by side: what has grown, and whether by more than it may. */
final class Growth {

    private static final int THREADS = 5;

    /** Whatever keeps one timer, connection, file or object for each of many exchanges, calls or pages has far more. */
    private static final int FEW = 5;

    private static final double HEAP_MB = 3;
    private static final double MB = 1e6;
    private static final int LARGEST = 12;

    private record Figure(String name, double before, double after, double max, boolean whole) {

        boolean fine() {
            return after - before <= max;
        }

        String line() {
            String form = whole ? "%,.0f" : "%,.1f";
            return String.format(
                    "%-6s %-40s %10s %10s %10s %10s",
                    fine() ? "PASS" : "FAIL",
                    name,
                    String.format(form, before),
                    String.format(form, after),
                    String.format(whole ? "%+,.0f" : "%+,.1f", after - before),
                    String.format(whole ? "%+,.0f" : "%+,.1f", max));
        }
    }

    private final Footprint before;
    private final Footprint after;
    private final List<Figure> figures = new ArrayList<>();

    /** @param things how many exchanges, calls and page loads lie between the two */
    Growth(Footprint before, Footprint after, long things) {
        this.before = before;
        this.after = after;
        count("threads", before.threads(), after.threads(), THREADS);
        count("TCP connections", before.connections(), after.connections(), FEW);
        count("open files, connections included", before.files(), after.files(), FEW);
        count("timers that wait", before.timers(), after.timers(), FEW);
        for (String name : Footprint.EXCHANGE) {
            // nothing runs: none may be left, however many there were before
            count(name, 0, after.heap().instances(name), 0);
        }
        // caches of ours may still fill a little; a tenth of an object for each thing done is no cache
        count("objects of our own classes", before.ownObjects(), after.ownObjects(), things / 10.0);
        figures.add(new Figure(
                "live heap, MB", before.heap().bytes() / MB, after.heap().bytes() / MB, HEAP_MB, false));
    }

    private void count(String name, long before, long after, double max) {
        figures.add(new Figure(name, before, after, Math.floor(max), true));
    }

    /** The figures that have grown by more than they may. */
    List<String> failures() {
        return figures.stream()
                .filter(figure -> !figure.fine())
                .map(Figure::name)
                .toList();
    }

    /** A line a figure; then what has grown the most, for whoever looks for the cause. */
    List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(
                String.format("%-6s %-40s %10s %10s %10s %10s", "FIGURE", "", "before", "after", "growth", "at most"));
        figures.forEach(figure -> lines.add(figure.line()));
        Set<String> groups = new TreeSet<>(before.threadGroups().keySet());
        groups.addAll(after.threadGroups().keySet());
        groups.forEach(group -> threadLine(group).ifPresent(lines::add));
        after.heap().grownSince(before.heap(), LARGEST, Footprint.OURS).forEach(line -> lines.add("OURS   " + line));
        after.heap().grownSince(before.heap(), LARGEST, "").forEach(line -> lines.add("HEAP   " + line));
        return lines;
    }

    private java.util.Optional<String> threadLine(String group) {
        long was = count(before.threadGroups(), group);
        long is = count(after.threadGroups(), group);
        return was == is
                ? java.util.Optional.empty()
                : java.util.Optional.of(String.format("THREAD %-40s %10d %10d %+10d", group, was, is, is - was));
    }

    private static long count(Map<String, Long> groups, String group) {
        return groups.getOrDefault(group, 0L);
    }
}
