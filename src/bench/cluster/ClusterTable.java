package sidecar.bench;

import java.util.ArrayList;
import java.util.List;

/** One line for each scenario that was run. */
final class ClusterTable {

    private final List<Row> rows = new ArrayList<>();

    /**
     * What a scenario gave.
     *
     * @param violations a dash where no limit was to be kept
     * @param failures that no client should have seen
     * @param expected failures that the scenario brings with it
     * @param used part of the limits; a dash where there is none
     * @param latency from the first byte of a request to the last of its answer, the time in the queue with it
     */
    record Row(
            String scenario,
            int answered,
            String violations,
            int failures,
            int expected,
            String used,
            Spread latency,
            boolean passed,
            String note) {

        private String line() {
            return String.format(
                    "%-12s %8d %10s %8d %8d %8s %9s %9s  %-4s  %s",
                    scenario,
                    answered,
                    violations,
                    failures,
                    expected,
                    used,
                    seconds(latency.p50Millis()),
                    seconds(latency.p99Millis()),
                    passed ? "PASS" : "FAIL",
                    note);
        }
    }

    private static String seconds(double millis) {
        return Double.isNaN(millis) ? "-" : String.format("%.3f", millis / 1e3);
    }

    void add(Row row) {
        rows.add(row);
    }

    /** Prints it, unless nothing was run that belongs in it. */
    void print() {
        if (rows.isEmpty()) {
            return;
        }
        System.out.println();
        System.out.printf(
                "%-12s %8s %10s %8s %8s %8s %9s %9s%n",
                "scenario", "answered", "violations", "failures", "expected", "used", "p50 s", "p99 s");
        rows.forEach(row -> System.out.println(row.line()));
        System.out.flush();
    }
}
