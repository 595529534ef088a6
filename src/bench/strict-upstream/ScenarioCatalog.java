package sidecar.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What a bench can run.
 *
 * @param scenarios by name; each prints its block and says whether every target was met
 * @param all what the word {@code all} means
 */
record ScenarioCatalog(Map<String, BooleanSupplier> scenarios, List<String> all) {

    /**
     * Runs those, one after the other, and says whether all passed.
     *
     * @throws IllegalArgumentException before anything has run, if one is unknown
     */
    boolean run(List<String> names) {
        List<String> wanted = new ArrayList<>();
        for (String name : names) {
            wanted.addAll(name.equals("all") ? all : List.of(name));
        }
        for (String name : wanted) {
            if (!scenarios.containsKey(name)) {
                throw new IllegalArgumentException("there is no scenario " + name);
            }
        }
        boolean passed = true;
        for (String name : wanted) {
            passed &= scenarios.get(name).getAsBoolean();
        }
        return passed;
    }
}
