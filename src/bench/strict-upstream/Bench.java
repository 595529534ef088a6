package sidecar.bench;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Runs the scenarios that were typed. Exits with 0 when all passed, 1 when one failed, 2 when it could not run. */
public final class Bench {

    private static final List<String> ALL =
            List.of("steady", "kill", "burst", "groups", "workers", "dead-model", "one-account");
    private static final Set<String> NUMBERS =
            Set.of("seconds", "clients", "keys", "rpm", "tokens", "interval", "workers", "port");
    private static final Set<String> TEXTS = Set.of("url", "admin-token", "client-token", "work");

    private Bench() {}

    public static void main(String[] words) {
        try {
            System.exit(run(new Options(NUMBERS, TEXTS, words)) ? 0 : 1);
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println("strict-upstream: " + e.getMessage());
            System.exit(2);
        }
    }

    private static boolean run(Options options) {
        Map<String, BooleanSupplier> known = new java.util.HashMap<>(new Scenarios(options).byName());
        known.put("selftest", () -> new SelfTest().run());
        known.put("mock", () -> mock(options));
        return new ScenarioCatalog(known, ALL).run(options.scenarios());
    }

    /** The mock alone, until it is stopped: for trying things by hand. */
    private static boolean mock(Options options) {
        Plan plan = options.over(new Plan(3, 40, 0, 0, 10, 20));
        MockUpstream mock = MockUpstream.start(options.number("port", 0), System::nanoTime);
        mock.addModel(new MockModel("bench/model", options.number("workers", 0), plan.tokens(), plan.intervalMillis()));
        for (int number = 1; number <= plan.keys(); number++) {
            mock.addKey("key-" + number, "account-" + number, plan.rpm());
        }
        System.out.println("http://127.0.0.1:" + mock.port() + "/v1 serves bench/model to key-1 … key-" + plan.keys()
                + ", " + plan.rpm() + "/min each; counters at /control");
        while (true) {
            Load.pause(60_000);
        }
    }
}
