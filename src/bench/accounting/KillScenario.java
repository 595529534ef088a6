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
        try (Scene scene = Scene.open(options, "kill", Map.of())) {
            Crowd crowd = new Crowd(scene.target(), exchanges, scene.answers());
            crowd.start(clients);
            crowd.awaitAsked(exchanges / 2);
            long killed = System.nanoTime();
            scene.gateway().kill();
            crowd.pause();
            scene.gateway().start();
            long ready = System.nanoTime();
            crowd.goOn();
            crowd.await();
            scene.settle();
            List<GatewayBooks.Entry> log = new GatewayBooks(scene.gateway()).log();

            Report report = scene.report("kill: " + exchanges + " exchanges, kill -9 in the middle");
            report.line("outage", "ready %.1f s after the kill", (ready - killed) / 1e9);
            Losses losses = Losses.of(scene, log, killed);
            losses.tell(report);
            scene.targetNoFailure(
                    report, outcome -> outcome.endNanos() - killed >= 0 && outcome.startNanos() - ready < 0);
            // as exact as ever, but for what was lost
            Map<String, Served> kept = new HashMap<>(scene.exchanges());
            kept.keySet().removeAll(losses.ids());
            new Audit(report, new GatewayBooks(scene.gateway()), kept).all(log);
            return report.print();
        }
    }
}
