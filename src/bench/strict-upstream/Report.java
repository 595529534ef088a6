package sidecar.bench;

import java.util.ArrayList;
import java.util.List;

/** The block that a run prints: what was seen, what was wanted, and whether the two agree. */
final class Report {

    private final List<String> lines = new ArrayList<>();
    private boolean passed = true;

    Report(String title) {
        lines.add("");
        lines.add("== " + title);
    }

    /** Something seen. */
    Report line(String label, String format, Object... values) {
        lines.add(String.format("%-10s ", label) + (values.length == 0 ? format : String.format(format, values)));
        return this;
    }

    /** Something wanted. */
    Report target(boolean met, String format, Object... values) {
        passed &= met;
        return line(met ? "  ok" : "  MISSED", format, values);
    }

    /** Whether every target so far is met. */
    boolean passed() {
        return passed;
    }

    /** Prints it all; true when every target is met. */
    boolean print() {
        lines.add(passed ? "PASS" : "FAIL");
        lines.forEach(System.out::println);
        System.out.flush();
        return passed;
    }
}
