package sidecar.bench;

import java.util.List;
import java.util.Map;

/** Nodes that share the limits of twelve keys, their clients behind a load balancer, and the strict upstream that they must not exceed. */
final class ClusterFixture implements AutoCloseable {

    static final String MODEL = "bench/model";
    private static final double USED = 0.95;
    private static final int WINDOW_SECONDS = 61;
    private static final int MARGIN_SECONDS = 5;
    private static final int LONG_SECONDS = 240;

    private final String name;
    private final ClusterNodes nodes;
    private final NodeBalancer balancer;
    private final StrictFixture strict;

    private ClusterFixture(String name, ClusterNodes nodes, NodeBalancer balancer, StrictFixture strict) {
        this.name = name;
        this.nodes = nodes;
        this.balancer = balancer;
        this.strict = strict;
    }

    /**
     * Starts a database, a first node that is told of the keys, and then the others.
     *
     * @param count how many nodes
     */
    static ClusterFixture open(Options options, String name, Plan plan, NodeBalancer balancer, int count) {
        String adminToken = Secrets.fresh("admin-");
        String clientToken = Secrets.fresh("client-");
        ClusterNodes nodes = ClusterNodes.start(options.work(), name, adminToken, clientToken, Map.of());
        try {
            StrictFixture strict = StrictFixture.around(
                    nodes,
                    List.of(clientToken, adminToken),
                    plan,
                    StrictFixture.KeySetup.ALONE,
                    models -> new Load(number -> new BalancedClient(balancer, clientToken, models, number)),
                    new MockModel(MODEL, 0, plan.tokens(), plan.intervalMillis()));
            balancer.add(nodes.node(0));
            while (nodes.nodes().size() < count) {
                balancer.add(nodes.add());
            }
            return new ClusterFixture(name, nodes, balancer, strict);
        } catch (IllegalStateException failed) {
            nodes.close();
            throw failed;
        }
    }

    ClusterNodes nodes() {
        return nodes;
    }

    NodeBalancer balancer() {
        return balancer;
    }

    StrictFixture strict() {
        return strict;
    }

    /** All clients begin. */
    void begin() {
        strict.begin();
        strict.load()
                .loop(
                        strict.plan().clients(),
                        StrictFixture.clientName(strict.mock().model(MODEL)));
    }

    private double seconds() {
        return (strict.stopNanos() - strict.firstAdmission()) / 1e9;
    }

    /**
     * The part of the limits that was used, as if a window were 61 s long, of which 98.36 % is the most: over all whole 60 s after the first; in a run too
     * short for a mean over bursts a minute apart, of the windows that could be filled.
     */
    double used() {
        if (seconds() >= LONG_SECONDS) {
            return strict.share() * window() / WINDOW_SECONDS;
        }
        int windows = 1 + (int) Math.max(0, seconds() - MARGIN_SECONDS) / window();
        double wanted = (double) windows * strict.mock().capacity() * WINDOW_SECONDS / 60;
        long end = strict.firstAdmission() + windows * window() * StrictFixture.SECOND;
        return strict.admittedBetween(strict.firstAdmission(), Math.min(end, strict.stopNanos())) / wanted;
    }

    /** As the nodes read it, in seconds. */
    private static int window() {
        return Integer.parseInt(System.getenv().getOrDefault("SIDECAR_WINDOW_SECONDS", "" + WINDOW_SECONDS));
    }

    /** A report with what every run tells. */
    Report report(String title) {
        Report report = strict.report(title);
        early(report);
        report.line(
                "used",
                "%.2f %% of %d/min; by minute: %s",
                100 * used(),
                strict.mock().capacity(),
                strict.byMinute());
        return report;
    }

    /** By how much: what a busy machine held up on its way comes a second or two early, what was granted twice by any time up to a minute. */
    private void early(Report report) {
        double[] early = strict.mock().violations().stream()
                .mapToDouble(Account.Violation::earlyMillis)
                .sorted()
                .toArray();
        if (early.length > 0) {
            report.line("  early", "median %.0f ms, at most %.0f ms", early[early.length / 2], early[early.length - 1]);
        }
    }

    void targetUsed(Report report) {
        report.target(used() >= USED, "at least %.0f %% of the limits are used", 100 * USED);
    }

    /**
     * Prints the block and keeps its line of the table.
     *
     * @param note what only this scenario tells
     */
    boolean print(Report report, ClusterTable table, String note) {
        boolean passed = report.print();
        Tally tally = strict.load().tally();
        table.add(new ClusterTable.Row(
                name,
                tally.answered().size(),
                String.valueOf(strict.mock().violations().size()),
                tally.failed().size() + tally.unanswered(),
                tally.lost().size(),
                String.format("%.1f %%", 100 * used()),
                Spread.of(tally.answered(), strict.nanosAt(0), strict.stopNanos()),
                passed,
                note));
        return passed;
    }

    @Override
    public void close() {
        strict.close();
    }
}
