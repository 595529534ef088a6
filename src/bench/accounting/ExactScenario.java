package sidecar.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Many exchanges of every kind; then both books are compared to the last digit. */
final class ExactScenario {

    private static final int EXCHANGES = 100_000;
    private static final int CLIENTS = 32;

    private final Options options;

    ExactScenario(Options options) {
        this.options = options;
    }

    boolean run() {
        int exchanges = options.number("exchanges", EXCHANGES);
        int clients = options.number("clients", CLIENTS);
        try (AccountingFixture fixture = AccountingFixture.open(options, "exact", Map.of())) {
            double cpu = fixture.gateway().cpuSeconds();
            long start = System.nanoTime();
            ClosedLoopClients load = new ClosedLoopClients(fixture.target(), exchanges, fixture.answers());
            load.start(clients);
            load.await();
            double seconds = (System.nanoTime() - start) / 1e9;
            cpu = fixture.gateway().cpuSeconds() - cpu;
            Duration settled = fixture.settle();
            GatewayBooks books = new GatewayBooks(fixture.gateway());
            List<GatewayBooks.Entry> log = books.log();

            Report report = fixture.report("exact: " + exchanges + " exchanges, " + clients + " clients");
            report.line(
                    "gateway",
                    "%.0f exchanges/s · %.0f µs CPU each, with warming up · %s",
                    exchanges / seconds,
                    1e6 * cpu / exchanges,
                    fixture.gateway().cost());
            report.line("settled", "%.1f s after the last answer", settled.toMillis() / 1e3);
            fixture.targetNoFailure(report);
            new Audit(report, books, fixture.exchanges()).all(log);
            targetRefusals(report, log, fixture.answers().count(Question.Fate.NOT_SERVED));
            return report.print();
        }
    }

    private static void targetRefusals(Report report, List<GatewayBooks.Entry> log, long wanted) {
        long found = log.stream().filter(entry -> entry.line().attempts() == 0).count();
        report.target(found == wanted, "requests without an attempt are in the log only: %d of %d", found, wanted);
    }
}
