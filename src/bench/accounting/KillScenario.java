package sidecar.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The gateway is killed under load and started again: what is missing afterwards, and is anything there twice? */
final class KillScenario {

    private static final int EXCHANGES = 20_000;
    private static final int CLIENTS = 32;

    private final Options options;

    KillScenario(Options options) {
        this.options = options;
    }

    boolean run() {
        int exchanges = options.number("exchanges", EXCHANGES);
        int clients = options.number("clients", CLIENTS);
        try (AccountingFixture fixture = AccountingFixture.open(options, "kill", Map.of())) {
            ClosedLoopClients load = new ClosedLoopClients(fixture.target(), exchanges, fixture.answers());
            load.start(clients);
            load.awaitAsked(exchanges / 2);
            long killed = System.nanoTime();
            fixture.gateway().kill();
            load.pause();
            fixture.gateway().start();
            long ready = System.nanoTime();
            load.goOn();
            load.await();
            fixture.settle();
            List<GatewayBooks.Entry> log = new GatewayBooks(fixture.gateway()).log();

            Report report = fixture.report("kill: " + exchanges + " exchanges, kill -9 in the middle");
            report.line("outage", "ready %.1f s after the kill", (ready - killed) / 1e9);
            Losses losses = Losses.of(fixture, log, killed);
            losses.tell(report);
            fixture.targetNoFailure(
                    report, outcome -> outcome.endNanos() - killed >= 0 && outcome.startNanos() - ready < 0);
            // as exact as ever, but for what was lost
            Map<String, Served> kept = new HashMap<>(fixture.exchanges());
            kept.keySet().removeAll(losses.ids());
            new Audit(report, new GatewayBooks(fixture.gateway()), kept).all(log);
            return report.print();
        }
    }
}
