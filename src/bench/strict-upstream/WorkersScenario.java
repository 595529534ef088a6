package sidecar.bench;

import java.util.Set;
import java.util.TreeSet;

/** Many clients of a model whose workers are fewer: the gateway has to find out how many, without blaming a key. */
final class WorkersScenario {

    private static final int STEP_SECONDS = 10;
    private static final double FEW = 0.02;
    private static final double GOODPUT = 0.9;

    private final Options options;

    WorkersScenario(Options options) {
        this.options = options;
    }

    boolean run() {
        Plan plan = options.over(new Plan(12, 1000, 100, 300, 40, 150));
        MockModel model =
                new MockModel("bench/crowded", options.number("workers", 32), plan.tokens(), plan.intervalMillis());
        try (StrictFixture fixture =
                StrictFixture.open(options, "workers", plan, StrictFixture.KeySetup.ALONE, model)) {
            Set<String> unhealthy = new TreeSet<>();
            fixture.begin();
            fixture.load().loop(plan.clients(), StrictFixture.clientName(model));
            for (int second = 5; second < plan.seconds(); second += 5) {
                fixture.untilSecond(second);
                unhealthy.addAll(fixture.gateway().unhealthy());
            }
            fixture.untilSecond(plan.seconds());
            fixture.finish();

            Report report = fixture.report("workers (" + model.workers() + ")");
            report.line("busy", "%% of requests every 10 s:%s", byStep(fixture, model, false));
            report.line("goodput", "%% of the workers every 10 s:%s", byStep(fixture, model, true));
            report.line("", "busy answers stay below 2 %% from second %d on", calmFrom(fixture, model));
            report.line("providers", "%s", unhealthy.isEmpty() ? "always healthy" : "not always healthy: " + unhealthy);
            fixture.targetNothingWrong(report);
            report.target(unhealthy.isEmpty(), "no key cooled");
            double goodput = goodput(model, fixture.nanosAt(60), fixture.stopNanos());
            report.target(goodput >= GOODPUT, "goodput at least 90 %% after the first minute (%.1f %%)", 100 * goodput);
            return report.print();
        }
    }

    /** The share of all workers' time that went into whole answers. */
    private static double goodput(MockModel model, long from, long to) {
        long answer = model.tokens() * model.intervalNanos();
        return (double) model.completed().busyNanos(answer, from, to) / (model.workers() * (to - from));
    }

    private static double busy(MockModel model, long from, long to) {
        int arrivals = model.arrivals().between(from, to);
        return arrivals == 0 ? 0 : (double) model.busy().between(from, to) / arrivals;
    }

    private static String byStep(StrictFixture fixture, MockModel model, boolean goodput) {
        StringBuilder steps = new StringBuilder();
        for (int second = 0; second + STEP_SECONDS <= fixture.plan().seconds(); second += STEP_SECONDS) {
            long from = fixture.nanosAt(second);
            long to = fixture.nanosAt(second + STEP_SECONDS);
            double share = goodput ? goodput(model, from, to) : busy(model, from, to);
            steps.append(String.format(" %.0f", 100 * share));
        }
        return steps.toString();
    }

    private static int calmFrom(StrictFixture fixture, MockModel model) {
        int calm = 0;
        for (int second = 0; second + STEP_SECONDS <= fixture.plan().seconds(); second += STEP_SECONDS) {
            if (busy(model, fixture.nanosAt(second), fixture.nanosAt(second + STEP_SECONDS)) >= FEW) {
                calm = second + STEP_SECONDS;
            }
        }
        return calm;
    }
}
