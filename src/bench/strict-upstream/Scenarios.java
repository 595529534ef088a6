package sidecar.bench;

import java.util.Map;
import java.util.function.Predicate;

/** The scenarios; each prints its block and says whether every target was met. */
final class Scenarios {

    private static final double RATE = 0.97;
    private static final int AFTER_KILL_SECONDS = 65;
    private static final String MODEL = "bench/model";

    private final Options options;

    Scenarios(Options options) {
        this.options = options;
    }

    /** All of them by name, except those that {@link Bench} knows itself. */
    Map<String, java.util.function.BooleanSupplier> byName() {
        return Map.of(
                "steady", this::steady,
                "kill", this::kill,
                "burst", this::burst,
                "groups", this::groups,
                "workers", () -> new WorkersScenario(options).run(),
                "dead-model", () -> new DeadModelScenario(options).run(),
                "one-account", this::oneAccount,
                "smoke", this::smoke);
    }

    private static MockModel model(Plan plan) {
        return new MockModel(MODEL, 0, plan.tokens(), plan.intervalMillis());
    }

    private static String name(Stage stage) {
        return Stage.clientName(stage.mock().model(MODEL));
    }

    private boolean steady() {
        Plan plan = options.over(new Plan(12, 40, 100, 300, 10, 20));
        try (Stage stage = Stage.open(options, "steady", plan, Stage.Cast.ALONE, model(plan))) {
            stage.begin();
            stage.load().loop(plan.clients(), name(stage));
            stage.untilSecond(plan.seconds());
            stage.finish();

            Report report = stage.report("steady");
            stage.targetNothingWrong(report);
            stage.targetShare(report, RATE);
            return report.print();
        }
    }

    private boolean groups() {
        Plan plan = options.over(new Plan(6, 40, 40, 300, 10, 20));
        Stage.Cast cast = new Stage.Cast(
                number -> "account-" + group(number, plan),
                number -> ",\"quota_group\":\"g" + group(number, plan) + "\"");
        try (Stage stage = Stage.open(options, "groups", plan, cast, model(plan))) {
            stage.begin();
            stage.load().loop(plan.clients(), name(stage));
            stage.untilSecond(plan.seconds());
            stage.finish();

            Report report = stage.report("groups (2 accounts)");
            stage.targetNothingWrong(report);
            stage.targetShare(report, RATE);
            return report.print();
        }
    }

    /** The first half of the keys is group 1, the second group 2. */
    private static int group(int number, Plan plan) {
        return number <= plan.keys() / 2 ? 1 : 2;
    }

    private boolean kill() {
        Plan plan = options.over(new Plan(12, 40, 100, 300, 10, 20));
        if (options.text("url").isPresent()) {
            throw new IllegalArgumentException("kill needs a gateway of its own: leave out --url");
        }
        try (Stage stage = Stage.open(options, "kill", plan, Stage.Cast.ALONE, model(plan))) {
            stage.begin();
            stage.load().loop(plan.clients(), name(stage));
            stage.untilSecond(plan.seconds() / 2.0);
            awaitAdmission(stage);
            long killed = System.nanoTime();
            stage.gateway().kill();
            int admittedBefore = stage.mock().admitted();
            stage.gateway().start();
            long ready = System.nanoTime();
            stage.load().tally().excuse(duringOutage(killed, ready));
            // until every window that the killed one had filled has come round
            stage.untilSecond(Math.max(plan.seconds(), (ready - stage.nanosAt(0)) / 1e9 + AFTER_KILL_SECONDS));
            stage.finish();

            Report report = stage.report("kill");
            report.line(
                    "outage",
                    "killed at %.1f s, ready %.1f s later; admitted: %d before, %d after; lost to the kill: %d",
                    (killed - stage.nanosAt(0)) / 1e9,
                    (ready - killed) / 1e9,
                    admittedBefore,
                    stage.mock().admitted() - admittedBefore,
                    stage.load().tally().lost().size());
            stage.load().tally().lost().stream()
                    .filter(outcome -> !outcome.failure().orElseThrow().connection())
                    .limit(2)
                    .forEach(outcome -> report.line("", "before it was ready, %s", stage.describe(outcome)));
            stage.targetNothingWrong(report);
            report.target(stage.mock().admitted() > admittedBefore, "it goes on after the kill");
            return report.print();
        }
    }

    /** Returns in the middle of a burst: that is when a window is most easily forgotten. */
    private static void awaitAdmission(Stage stage) {
        int before = stage.mock().admitted();
        long patience = System.nanoTime() + 70 * Stage.SECOND;
        while (stage.mock().admitted() == before && System.nanoTime() - patience < 0) {
            Load.pause(2);
        }
        Load.pause(150);
    }

    /** Whatever failed between the kill and readiness; requests begun before may end a little later. */
    private static Predicate<Outcome> duringOutage(long killed, long ready) {
        return outcome -> outcome.endNanos() - killed > 0
                && outcome.startNanos() - ready < 0
                && outcome.endNanos() - (ready + 5 * Stage.SECOND) < 0;
    }

    private boolean burst() {
        Plan plan = options.over(new Plan(3, 40, 100, 0, 10, 20));
        try (Stage stage = Stage.open(options, "burst", plan, Stage.Cast.ALONE, model(plan))) {
            stage.begin();
            int requests = 3 * plan.clients();
            stage.load().burst(requests, name(stage));
            stage.finish();

            Report report = stage.report("burst (" + requests + " requests at once)");
            stage.targetNothingWrong(report);
            int answered = stage.load().tally().answered().size();
            report.target(answered == requests, "all %d answered (%d)", requests, answered);
            return report.print();
        }
    }

    private boolean oneAccount() {
        Plan plan = options.over(new Plan(12, 40, 30, 180, 10, 20));
        Stage.Cast cast = new Stage.Cast(number -> "the-one-account", number -> "");
        try (Stage stage = Stage.open(options, "one-account", plan, cast, model(plan))) {
            stage.begin();
            stage.load().loop(plan.clients(), name(stage));
            stage.untilSecond(plan.seconds());
            boolean told = stage.gateway().admin("GET", "/pools", "").contains("quota_group")
                    || stage.gateway().admin("GET", "/backends", "").contains("share one account");
            stage.finish();

            Report report = stage.report("one-account (violations are the operator's mistake)");
            var warnings = stage.gateway().log("quota_group");
            report.line("warning", "%s", warnings.isEmpty() ? "not in the log" : warnings.get(0));
            stage.targetShare(report, 0.5);
            report.target(told || !warnings.isEmpty(), "a warning names quota_group");
            return report.print();
        }
    }

    private boolean smoke() {
        Plan plan = options.over(new Plan(3, 20, 40, 110, 10, 20));
        try (Stage stage = Stage.open(options, "smoke", plan, Stage.Cast.ALONE, model(plan))) {
            int together = plan.keys() * plan.rpm();
            stage.begin();
            stage.load().burst(together, name(stage));
            stage.load().loop(plan.clients(), name(stage));
            stage.untilSecond(plan.seconds());
            stage.finish();

            Report report = stage.report("smoke (and " + together + " requests at once at the start)");
            stage.targetNothingWrong(report);
            // one windowful at once, and another after every 61 s, unless that has only just begun
            int windows = 1 + Math.max(0, plan.seconds() - 5) / 61;
            int admitted = stage.admittedBetween(stage.firstAdmission(), stage.stopNanos());
            int wanted = (int) Math.floor(RATE * windows * stage.mock().capacity());
            report.target(admitted >= wanted, "at least %d requests in %d s (%d)", wanted, plan.seconds(), admitted);
            return report.print();
        }
    }
}
