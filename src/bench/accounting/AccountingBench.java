package sidecar.bench;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Runs the scenarios that were typed. Exits with 0 when all passed, 1 when one failed, 2 when it could not run. */
public final class AccountingBench {

    private static final List<String> ALL = List.of("exact", "stall", "kill");
    private static final Set<String> NUMBERS = Set.of("exchanges", "clients", "rate", "seconds");
    private static final Set<String> TEXTS = Set.of("work");

    private AccountingBench() {}

    public static void main(String[] words) {
        try {
            System.exit(run(new Options(NUMBERS, TEXTS, words)) ? 0 : 1);
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println("accounting: " + e.getMessage());
            System.exit(2);
        }
    }

    private static boolean run(Options options) {
        Map<String, BooleanSupplier> known = Map.of(
                "exact", () -> new ExactScenario(options).run(),
                "stall", () -> new StallScenario(options).run(),
                "kill", () -> new KillScenario(options).run());
        return new ScenarioCatalog(known, ALL).run(options.scenarios());
    }
}
