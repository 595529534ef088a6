package sidecar.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The database stands still for 30 s while requests go on as before: none of them may notice, and nothing may be lost. */
final class StallScenario {

    private static final int RATE = 200;
    private static final int STALL_SECONDS = 30;
    private static final int WARM_SECONDS = 20;
    private static final int SECONDS = 20;
    private static final double SLACK_MILLIS = 20;

    private final Options options;

    StallScenario(Options options) {
        this.options = options;
    }

    boolean run() {
        int rate = options.number("rate", RATE);
        int seconds = options.number("seconds", STALL_SECONDS);
        try (DatabaseServer database = DatabaseServer.in(options.work().resolve("stall"));
                AccountingFixture fixture =
                        AccountingFixture.open(options, "stall", Map.of("SIDECAR_DB_URL", database.url()))) {
            OpenLoopClients clients = new OpenLoopClients(fixture.target(), rate, fixture.answers());
            clients.start();
            Load.pause(1_000L * WARM_SECONDS);
            long begun = System.nanoTime();
            Load.pause(1_000L * SECONDS);
            long stopped = System.nanoTime();
            database.stop();
            Watch watch = new Watch(fixture.gateway());
            watch.during(seconds);
            long wentOn = System.nanoTime();
            database.goOn();
            Load.pause(1_000L * SECONDS);
            long ended = System.nanoTime();
            clients.stop();
            Duration settled = fixture.settle();

            List<Outcome> outcomes = fixture.answers().outcomes();
            Spread before = Spread.of(outcomes, begun, stopped);
            Spread during = Spread.of(outcomes, stopped, wentOn);
            Report report =
                    fixture.report("stall: " + rate + " requests/s, the database stands still for " + seconds + " s");
            report.line("before", "%s", before);
            report.line("during", "%s", during);
            report.line("after", "%s", Spread.of(outcomes, wentOn, ended));
            report.line("meanwhile", "%s", watch);
            report.line("settled", "%.1f s after the last answer", settled.toMillis() / 1e3);
            report.line("gateway", "%s", fixture.gateway().cost());
            double max = Math.max(2 * before.p99Millis(), before.p99Millis() + SLACK_MILLIS);
            report.target(during.p99Millis() <= max, "p99 during it is at most %.1f ms", max);
            report.target(watch.databaseStoodStill(seconds), "what asks the database had to wait");
            report.target(watch.healthy(), "the gateway said all the time that it is well");
            fixture.targetNoFailure(report);
            GatewayBooks books = new GatewayBooks(fixture.gateway());
            new Audit(report, books, fixture.exchanges()).all(books.log());
            return report.print();
        }
    }
}
