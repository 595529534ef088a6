package sidecar.bench;

import java.util.List;
import java.util.function.Predicate;

/** One model is dead at every provider, first with errors, then silent; the other model must not suffer. */
final class DeadModelScenario {

    private static final int TIMEOUT_SECONDS = 2;

    private final Options options;

    DeadModelScenario(Options options) {
        this.options = options;
    }

    boolean run() {
        // limits that nobody reaches: what binds here are the faults
        Plan plan = options.over(new Plan(12, 1000, 20, 60, 20, 50));
        MockModel good = new MockModel("bench/good", 0, plan.tokens(), plan.intervalMillis());
        MockModel dead = new MockModel("bench/dead", 0, plan.tokens(), plan.intervalMillis());
        StrictFixture.KeySetup keys = new StrictFixture.KeySetup(
                number -> "account-" + number, number -> ",\"timeout_seconds\":" + TIMEOUT_SECONDS);
        try (StrictFixture fixture = StrictFixture.open(options, "dead-model", plan, keys, good, dead)) {
            Predicate<Outcome> isDead = outcome -> outcome.model().equals(StrictFixture.clientName(dead));
            fixture.load().tally().excuse(isDead);
            dead.setFault(MockModel.Fault.ERROR);
            fixture.begin();
            fixture.load().loop(plan.clients(), StrictFixture.clientName(good));
            fixture.load().loop(plan.clients(), StrictFixture.clientName(dead));
            fixture.untilSecond(plan.seconds() / 2.0);
            dead.setFault(MockModel.Fault.HANG);
            fixture.untilSecond(plan.seconds());
            fixture.finish();

            Report report = fixture.report("dead-model (" + plan.clients() + " clients on each model)");
            List<Outcome> ofDead =
                    fixture.load().tally().all().stream().filter(isDead).toList();
            long middle = fixture.nanosAt(plan.seconds() / 2.0);
            told(report, "500s", ofDead, outcome -> outcome.startNanos() - middle < 0);
            told(report, "hanging", ofDead, outcome -> outcome.startNanos() - middle >= 0);
            fixture.targetNothingWrong(report);
            return report.print();
        }
    }

    private static void told(Report report, String label, List<Outcome> ofDead, Predicate<Outcome> half) {
        List<Outcome> failed =
                ofDead.stream().filter(half).filter(outcome -> !outcome.good()).toList();
        double seconds = failed.stream()
                .mapToDouble(outcome -> (outcome.endNanos() - outcome.startNanos()) / 1e9)
                .average()
                .orElse(0);
        report.line(label, "clients of the dead model got %s, after %.2f s on average", Tally.kinds(failed), seconds);
    }
}
