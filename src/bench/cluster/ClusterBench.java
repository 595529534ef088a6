package sidecar.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Runs the scenarios that were typed, and prints a line of a table for each. Exits with 0 when all passed, 1 when one failed, 2 when it could not run. */
public final class ClusterBench {

    private static final List<String> SHORT =
            List.of("selftest", "even", "one-of-three", "kill", "outage", "cut-off", "rolling", "books");
    private static final List<String> ALL = List.of(
            "selftest",
            "apart",
            "even",
            "one-of-three",
            "kill",
            "outage",
            "long-outage",
            "cut-off",
            "rolling",
            "scale",
            "books");
    private static final Set<String> NUMBERS =
            Set.of("seconds", "clients", "keys", "rpm", "tokens", "interval", "exchanges");
    private static final Set<String> TEXTS = Set.of("work", "short");

    private ClusterBench() {}

    public static void main(String[] words) {
        try {
            System.exit(run(new Options(NUMBERS, TEXTS, words)) ? 0 : 1);
        } catch (IllegalArgumentException | IllegalStateException | AssertionError e) { // the last are the kit's
            System.err.println("cluster: " + e.getMessage());
            System.exit(2);
        }
    }

    private static boolean run(Options options) {
        ClusterTable table = new ClusterTable();
        Map<String, BooleanSupplier> known = new HashMap<>(new ClusterScenarios(options, table).byName());
        known.putAll(new ClusterBooks(options, table).byName());
        known.put("selftest", () -> new ClusterSelfTest(table).run());
        try {
            return new ScenarioCatalog(known, options.text("short").isPresent() ? SHORT : ALL).run(options.scenarios());
        } finally {
            table.print();
        }
    }
}
