package sidecar.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** Nodes that share one ledger, with providers that have no limits: what is in the books, and how much two nodes do beside one. */
final class ClusterBooks {

    private static final int NODES = 3;
    private static final int KILLED = 1;
    private static final int CLIENTS = 32;
    private static final int WARM = 3_000;

    private final Options options;
    private final ClusterTable table;

    ClusterBooks(Options options, ClusterTable table) {
        this.options = options;
        this.table = table;
    }

    /** Both scenarios by name. */
    Map<String, BooleanSupplier> byName() {
        return Map.of("books", this::books, "scale", this::scale);
    }

    private ClusterNodes start(String name, String clientToken) {
        return ClusterNodes.start(
                options.work(), name, Secrets.fresh("admin-"), clientToken, Map.of("SIDECAR_HEALTH_PROBE_MODE", "off"));
    }

    private int exchanges() {
        return options.number("exchanges", options.text("short").isPresent() ? 3_000 : 20_000);
    }

    private boolean books() {
        String clientToken = Secrets.fresh("client-");
        ClusterNodes nodes = start("books", clientToken);
        try (AccountingFixture fixture = AccountingFixture.around(nodes, clientToken)) {
            NodeBalancer balancer = NodeBalancer.even(NODES);
            balancer.add(nodes.node(0));
            balancer.add(nodes.add());
            balancer.add(nodes.add());
            Map<String, Integer> askedAt = new ConcurrentHashMap<>();
            ClosedLoopClients load = new ClosedLoopClients(
                    number -> new BalancedQuestioner(balancer, fixture.target(), number, askedAt),
                    0,
                    exchanges(),
                    fixture.answers());
            long begun = System.nanoTime();
            load.start(CLIENTS);
            load.awaitAsked(exchanges() / 2);
            long killed = System.nanoTime();
            nodes.node(KILLED).kill();
            long gone = System.nanoTime();
            nodes.node(KILLED).start();
            load.await();
            long ended = System.nanoTime();
            fixture.settle();
            List<GatewayBooks.Entry> log = new GatewayBooks(nodes).log();

            Report report =
                    fixture.report("books: " + exchanges() + " exchanges, one of " + NODES + " nodes is killed");
            Losses losses = Losses.of(fixture, log, killed);
            losses.tell(report);
            report.target(
                    losses.ids().stream().allMatch(id -> askedAt.get(id) == KILLED),
                    "only the killed node has lost any");
            fixture.targetNoFailure(report, outcome -> balancer.ranOn(KILLED, outcome, killed, gone));
            Map<String, Served> kept = new HashMap<>(fixture.exchanges());
            kept.keySet().removeAll(losses.ids());
            new Audit(report, new GatewayBooks(nodes), kept).all(log);
            targetTables(report, nodes, kept);
            boolean passed = report.print();
            List<Outcome> unexpected = fixture.answers().failed().stream()
                    .filter(outcome -> !balancer.ranOn(KILLED, outcome, killed, gone))
                    .toList();
            table.add(new ClusterTable.Row(
                    "books",
                    fixture.answers().outcomes().size()
                            - fixture.answers().failed().size(),
                    "-",
                    unexpected.size(),
                    fixture.answers().failed().size() - unexpected.size(),
                    "-",
                    Spread.of(fixture.answers().outcomes(), begun, ended),
                    passed,
                    losses.ids().size() + " not in the books, of the killed node's last second or running"));
            return passed;
        }
    }

    /** The table itself, as the database adds it up. */
    private static void targetTables(Report report, ClusterNodes nodes, Map<String, Served> kept) {
        Sums sum = Sums.of(Sums.by(Place::pool, kept.values()).values());
        String wanted = sum.requests() + "|" + sum.tokens().prompt() + "|"
                + sum.tokens().completion();
        String found = String.join(
                " ",
                nodes.database().psql("sidecar", "select sum(requests), sum(prompt), sum(completion) from usage_hour"));
        report.target(found.equals(wanted), "PostgreSQL's own sum: requests, prompt and completion tokens %s", found);
    }

    private boolean scale() {
        String clientToken = Secrets.fresh("client-");
        ClusterNodes nodes = start("scale", clientToken);
        try (AccountingFixture fixture = AccountingFixture.around(nodes, clientToken)) {
            NodeBalancer balancer = NodeBalancer.even(2);
            balancer.add(nodes.node(0));
            int first = 0;
            run(fixture, balancer, first, first += WARM);
            double one = run(fixture, balancer, first, first += exchanges());
            balancer.add(nodes.add());
            run(fixture, balancer, first, first += WARM);
            long begun = System.nanoTime();
            double two = run(fixture, balancer, first, first += exchanges());
            long ended = System.nanoTime();

            Report report = fixture.report("scale: providers without limits, " + CLIENTS + " clients");
            String note = String.format(
                    "%.0f/s on one node, %.0f/s on two: %.2f times; clients, upstream and nodes share this machine's %d cores",
                    one, two, two / one, Runtime.getRuntime().availableProcessors());
            report.line("rate", "%s", note);
            fixture.targetNoFailure(report);
            boolean passed = report.print();
            table.add(new ClusterTable.Row(
                    "scale",
                    fixture.answers().outcomes().size()
                            - fixture.answers().failed().size(),
                    "-",
                    fixture.answers().failed().size(),
                    0,
                    "-",
                    Spread.of(fixture.answers().outcomes(), begun, ended),
                    passed,
                    note));
            return passed;
        }
    }

    /** Has questions [from, to) answered and returns how many a second. */
    private static double run(AccountingFixture fixture, NodeBalancer balancer, int from, int to) {
        ClosedLoopClients load = new ClosedLoopClients(
                number -> new BalancedQuestioner(balancer, fixture.target(), number, new ConcurrentHashMap<>()),
                from,
                to,
                fixture.answers());
        long begun = System.nanoTime();
        load.start(CLIENTS);
        load.await();
        return (to - from) / ((System.nanoTime() - begun) / 1e9);
    }
}
