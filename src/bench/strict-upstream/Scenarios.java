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

    private static String name(StrictFixture fixture) {
        return StrictFixture.clientName(fixture.mock().model(MODEL));
    }

    private boolean steady() {
        Plan plan = options.over(new Plan(12, 40, 100, 300, 10, 20));
        try (StrictFixture fixture =
                StrictFixture.open(options, "steady", plan, StrictFixture.KeySetup.ALONE, model(plan))) {
            fixture.begin();
            fixture.load().loop(plan.clients(), name(fixture));
            fixture.untilSecond(plan.seconds());
            fixture.finish();

            Report report = fixture.report("steady");
            fixture.targetNothingWrong(report);
            fixture.targetShare(report, RATE);
            return report.print();
        }
    }

    private boolean groups() {
        Plan plan = options.over(new Plan(6, 40, 40, 300, 10, 20));
        StrictFixture.KeySetup keys = new StrictFixture.KeySetup(
                number -> "account-" + group(number, plan),
                number -> ",\"quota_group\":\"g" + group(number, plan) + "\"");
        try (StrictFixture fixture = StrictFixture.open(options, "groups", plan, keys, model(plan))) {
            fixture.begin();
            fixture.load().loop(plan.clients(), name(fixture));
            fixture.untilSecond(plan.seconds());
            fixture.finish();

            Report report = fixture.report("groups (2 accounts)");
            fixture.targetNothingWrong(report);
            fixture.targetShare(report, RATE);
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
        try (StrictFixture fixture =
                StrictFixture.open(options, "kill", plan, StrictFixture.KeySetup.ALONE, model(plan))) {
            fixture.begin();
            fixture.load().loop(plan.clients(), name(fixture));
            fixture.untilSecond(plan.seconds() / 2.0);
            awaitAdmission(fixture);
            long killed = System.nanoTime();
            fixture.gateway().kill();
            int admittedBefore = fixture.mock().admitted();
            fixture.gateway().start();
            long ready = System.nanoTime();
            fixture.load().tally().excuse(duringOutage(killed, ready));
            // until every window that the killed one had filled has come round
            fixture.untilSecond(Math.max(plan.seconds(), (ready - fixture.nanosAt(0)) / 1e9 + AFTER_KILL_SECONDS));
            fixture.finish();

            Report report = fixture.report("kill");
            report.line(
                    "outage",
                    "killed at %.1f s, ready %.1f s later; admitted: %d before, %d after; lost to the kill: %d",
                    (killed - fixture.nanosAt(0)) / 1e9,
                    (ready - killed) / 1e9,
                    admittedBefore,
                    fixture.mock().admitted() - admittedBefore,
                    fixture.load().tally().lost().size());
            fixture.load().tally().lost().stream()
                    .filter(outcome -> !outcome.failure().orElseThrow().connection())
                    .limit(2)
                    .forEach(outcome -> report.line("", "before it was ready, %s", fixture.describe(outcome)));
            fixture.targetNothingWrong(report);
            report.target(fixture.mock().admitted() > admittedBefore, "it goes on after the kill");
            return report.print();
        }
    }

    /** Returns in the middle of a burst: that is when a window is most easily forgotten. */
    static void awaitAdmission(StrictFixture fixture) {
        int before = fixture.mock().admitted();
        long patience = System.nanoTime() + 70 * StrictFixture.SECOND;
        while (fixture.mock().admitted() == before && System.nanoTime() - patience < 0) {
            Load.pause(2);
        }
        Load.pause(150);
    }

    /** Whatever failed between the kill and readiness; requests begun before may end a little later. */
    private static Predicate<Outcome> duringOutage(long killed, long ready) {
        return outcome -> outcome.endNanos() - killed > 0
                && outcome.startNanos() - ready < 0
                && outcome.endNanos() - (ready + 5 * StrictFixture.SECOND) < 0;
    }

    private boolean burst() {
        Plan plan = options.over(new Plan(3, 40, 100, 0, 10, 20));
        try (StrictFixture fixture =
                StrictFixture.open(options, "burst", plan, StrictFixture.KeySetup.ALONE, model(plan))) {
            fixture.begin();
            int requests = 3 * plan.clients();
            fixture.load().burst(requests, name(fixture));
            fixture.finish();

            Report report = fixture.report("burst (" + requests + " requests at once)");
            fixture.targetNothingWrong(report);
            int answered = fixture.load().tally().answered().size();
            report.target(answered == requests, "all %d answered (%d)", requests, answered);
            return report.print();
        }
    }

    private boolean oneAccount() {
        Plan plan = options.over(new Plan(12, 40, 30, 180, 10, 20));
        StrictFixture.KeySetup keys = new StrictFixture.KeySetup(number -> "the-one-account", number -> "");
        try (StrictFixture fixture = StrictFixture.open(options, "one-account", plan, keys, model(plan))) {
            fixture.begin();
            fixture.load().loop(plan.clients(), name(fixture));
            fixture.untilSecond(plan.seconds());
            boolean told = fixture.gateway().admin("GET", "/pools", "").contains("quota_group")
                    || fixture.gateway().admin("GET", "/backends", "").contains("share one account");
            fixture.finish();

            Report report = fixture.report("one-account (violations are the operator's mistake)");
            var warnings = fixture.gateway().log("quota_group");
            report.line("warning", "%s", warnings.isEmpty() ? "not in the log" : warnings.get(0));
            fixture.targetShare(report, 0.5);
            report.target(told || !warnings.isEmpty(), "a warning names quota_group");
            return report.print();
        }
    }

    private boolean smoke() {
        Plan plan = options.over(new Plan(3, 20, 40, 110, 10, 20));
        try (StrictFixture fixture =
                StrictFixture.open(options, "smoke", plan, StrictFixture.KeySetup.ALONE, model(plan))) {
            int together = plan.keys() * plan.rpm();
            fixture.begin();
            fixture.load().burst(together, name(fixture));
            fixture.load().loop(plan.clients(), name(fixture));
            fixture.untilSecond(plan.seconds());
            fixture.finish();

            Report report = fixture.report("smoke (and " + together + " requests at once at the start)");
            fixture.targetNothingWrong(report);
            // one windowful at once, and another after every 61 s, unless that has only just begun
            int windows = 1 + Math.max(0, plan.seconds() - 5) / 61;
            int admitted = fixture.admittedBetween(fixture.firstAdmission(), fixture.stopNanos());
            int wanted = (int) Math.floor(RATE * windows * fixture.mock().capacity());
            report.target(admitted >= wanted, "at least %d requests in %d s (%d)", wanted, plan.seconds(), admitted);
            return report.print();
        }
    }
}
