package sidecar.bench;

import java.util.Map;
import java.util.function.BooleanSupplier;

/** Three nodes under load, and what may happen to them. Each scenario prints its block and says whether every target was met. */
final class ClusterScenarios {

    private static final int NODES = 3;
    private static final int KILLED = 1;
    private static final int CUT_OFF = 2;
    /** Beyond this without the database a node has no place left, and may say so. */
    private static final double LEASE_SECONDS = 290;

    private static final int QUEUE_SECONDS = 240;
    private static final int WINDOW_SECONDS = 61;
    /** Beyond this {@link OwnGateway#stop} ends a node that does not end by itself. */
    private static final int STOP_SECONDS = 45;

    private final Options options;
    private final ClusterTable table;

    ClusterScenarios(Options options, ClusterTable table) {
        this.options = options;
        this.table = table;
    }

    /** All of them by name. */
    Map<String, BooleanSupplier> byName() {
        return Map.of(
                "even", () -> steady("even", NODES, NodeBalancer.even(NODES)),
                "one-of-three", () -> steady("one-of-three", NODES, NodeBalancer.toFirst()),
                "alone", () -> steady("alone", 1, NodeBalancer.toFirst()),
                "kill", this::kill,
                "outage", () -> outage("outage", 30, 1),
                "long-outage", () -> outage("long-outage", 360, 2.6),
                "cut-off", this::cutOff,
                "rolling", this::rolling,
                "apart", this::apart);
    }

    /** The scenario's numbers; {@code times} as long as usual. */
    private Plan plan(double times) {
        int seconds = options.text("short").isPresent() ? 100 : 300;
        return options.over(new Plan(12, 40, 100, (int) (seconds * times), 10, 20));
    }

    private boolean steady(String name, int count, NodeBalancer balancer) {
        try (ClusterFixture fixture = ClusterFixture.open(options, name, plan(1), balancer, count)) {
            fixture.begin();
            fixture.strict().untilSecond(fixture.strict().plan().seconds());
            fixture.strict().finish();

            Report report = fixture.report(name + ", " + count + (count == 1 ? " node" : " nodes"));
            fixture.strict().targetNothingWrong(report);
            fixture.targetUsed(report);
            return fixture.print(report, table, "");
        }
    }

    private boolean kill() {
        try (ClusterFixture fixture = ClusterFixture.open(options, "kill", plan(1), NodeBalancer.even(NODES), NODES)) {
            StrictFixture strict = fixture.strict();
            fixture.begin();
            strict.untilSecond(strict.plan().seconds() / 2.0);
            Scenarios.awaitAdmission(strict);
            long killed = System.nanoTime();
            fixture.nodes().node(KILLED).kill();
            long gone = System.nanoTime();
            fixture.nodes().node(KILLED).start();
            double outage = (System.nanoTime() - killed) / 1e9;
            strict.load().tally().excuse(outcome -> fixture.balancer().ranOn(KILLED, outcome, killed, gone));
            strict.untilSecond(strict.plan().seconds());
            strict.finish();

            Report report = fixture.report("kill, one of " + NODES + " nodes");
            String note =
                    String.format("killed at %.1f s, ready %.1f s later", (killed - strict.nanosAt(0)) / 1e9, outage);
            report.line("outage", "%s", note);
            strict.targetNothingWrong(report);
            return fixture.print(report, table, note);
        }
    }

    private boolean outage(String name, int seconds, double times) {
        try (ClusterFixture fixture =
                ClusterFixture.open(options, name, plan(times), NodeBalancer.even(NODES), NODES)) {
            StrictFixture strict = fixture.strict();
            ReadinessWatch readiness = new ReadinessWatch(fixture.nodes().nodes());
            fixture.begin();
            // the next windows are filled while it is away, before places are only the standing ones
            strict.untilSecond(options.text("short").isPresent() ? 45 : 105);
            long stopped = System.nanoTime();
            fixture.nodes().database().stop();
            readiness.during(Math.min(seconds, LEASE_SECONDS));
            strict.untilSecond((stopped - strict.nanosAt(0)) / 1e9 + seconds);
            fixture.nodes().resumeDatabase();
            long back = System.nanoTime();
            strict.untilSecond(Math.max(strict.plan().seconds(), (back - strict.nanosAt(0)) / 1e9 + WINDOW_SECONDS));
            strict.load().tally().excuse(ClusterScenarios::waitedTooLong);
            strict.finish();

            Report report = fixture.report(name + ", the database stopped for " + seconds + " s");
            String note = strict.admittedBetween(stopped, back) + " admitted meanwhile";
            report.line("outage", "%s, then %d", note, strict.admittedBetween(back, strict.stopNanos()));
            targetReady(report, readiness);
            strict.targetNothingWrong(report);
            report.target(strict.admittedBetween(back, strict.stopNanos()) > 0, "it goes on when the database is back");
            return fixture.print(report, table, note);
        }
    }

    /** No client may be refused before its time in the queue is over. */
    private static boolean waitedTooLong(Outcome outcome) {
        return !outcome.failure().map(Outcome.Failure::connection).orElse(true)
                && outcome.endNanos() - outcome.startNanos() >= QUEUE_SECONDS * StrictFixture.SECOND;
    }

    private static void targetReady(Report report, ReadinessWatch readiness) {
        report.line("readiness", "%s", readiness);
        report.target(readiness.always(), "every node stays in service meanwhile");
    }

    private boolean cutOff() {
        boolean quick = options.text("short").isPresent();
        int seconds = quick ? 60 : 90;
        try (ClusterFixture fixture =
                ClusterFixture.open(options, "cut-off", plan(1), NodeBalancer.even(NODES), NODES - 1)) {
            DatabaseLink link = fixture.nodes().addBehindLink();
            fixture.balancer().add(fixture.nodes().node(CUT_OFF));
            StrictFixture strict = fixture.strict();
            ReadinessWatch readiness = new ReadinessWatch(fixture.nodes().nodes());
            fixture.begin();
            strict.untilSecond(quick ? 20 : 100);
            link.cut();
            readiness.during(seconds);
            link.heal();
            strict.untilSecond(strict.plan().seconds());
            strict.finish();

            String what = "node " + (CUT_OFF + 1) + " cut off from the database for " + seconds + " s";
            Report report = fixture.report("cut-off, " + what);
            targetReady(report, readiness);
            strict.targetNothingWrong(report);
            return fixture.print(report, table, what);
        }
    }

    private boolean rolling() {
        boolean quick = options.text("short").isPresent();
        try (ClusterFixture fixture =
                ClusterFixture.open(options, "rolling", plan(1), NodeBalancer.even(NODES), NODES)) {
            StrictFixture strict = fixture.strict();
            fixture.begin();
            StringBuilder times = new StringBuilder();
            boolean orderly = true;
            for (int number = 0; number < NODES; number++) {
                strict.untilSecond((number + 1) * (quick ? 20 : 60));
                long begun = System.nanoTime();
                fixture.nodes().node(number).stop();
                long ended = System.nanoTime();
                orderly &= ended - begun < STOP_SECONDS * StrictFixture.SECOND;
                fixture.nodes().node(number).start();
                times.append(String.format(
                        "%s%.1f + %.1f s",
                        number == 0 ? "" : ", ", (ended - begun) / 1e9, (System.nanoTime() - ended) / 1e9));
            }
            strict.untilSecond(strict.plan().seconds());
            strict.finish();

            Report report = fixture.report("rolling, each node stopped in order and started again");
            report.line("stops", "stopped and started within %s", times);
            report.target(orderly, "every node ended by itself");
            strict.targetNothingWrong(report);
            fixture.targetUsed(report);
            return fixture.print(report, table, "stop + start " + times);
        }
    }

    /** Two gateways that do not know of each other: whoever cannot see that cannot see anything. */
    private boolean apart() {
        Plan plan = options.over(new Plan(12, 40, 100, 20, 10, 20));
        try (ClusterFixture fixture = ClusterFixture.open(options, "apart", plan, NodeBalancer.even(2), 1)) {
            ClusterNodes nodes = fixture.nodes();
            nodes.database().psql("postgres", "create database apart");
            OwnGateway stranger = nodes.add(nodes.database().url("apart"));
            nodes.createAllIn(stranger);
            fixture.balancer().add(stranger);
            StrictFixture strict = fixture.strict();
            strict.load().tally().excuse(outcome -> true);
            fixture.begin();
            strict.untilSecond(plan.seconds());
            strict.finish();

            Report report = fixture.report("apart, two nodes with a database each: the limits must be exceeded");
            report.target(!strict.mock().violations().isEmpty(), "violations are seen");
            return fixture.print(report, table, "violations are wanted");
        }
    }
}
