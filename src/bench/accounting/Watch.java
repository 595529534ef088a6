package sidecar.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What an operator sees while the database stands still. */
final class Watch {

    private final Gateway gateway;
    private final GatewayBooks books;
    private final CompletableFuture<Double> reportSeconds = new CompletableFuture<>();
    private int looks;
    private int healthy;
    private double slowestMillis;
    private double backlog = Double.NaN;

    Watch(Gateway gateway) {
        this.gateway = gateway;
        this.books = new GatewayBooks(gateway);
    }

    /** Asks once for a report that needs the database, and every second whether the gateway is well. */
    void during(int seconds) {
        long start = System.nanoTime();
        Listener.thread("report", () -> ask(start));
        for (int second = 1; second <= seconds; second++) {
            look();
            Load.pause(Math.max(0, start / 1_000_000 + 1_000L * second - System.nanoTime() / 1_000_000));
        }
        backlog = books.metric("sidecar_ledger_backlog");
    }

    private void ask(long start) {
        try {
            books.hourly();
        } catch (IllegalStateException refused) {
            // however it ended: what counts is when
        }
        reportSeconds.complete((System.nanoTime() - start) / 1e9);
    }

    private void look() {
        long start = System.nanoTime();
        healthy += gateway.ready() ? 1 : 0;
        looks++;
        slowestMillis = Math.max(slowestMillis, (System.nanoTime() - start) / 1e6);
    }

    /** Whether the report came only when it could. */
    boolean databaseStoodStill(int seconds) {
        return reportSeconds() > seconds - 1;
    }

    boolean healthy() {
        return healthy == looks;
    }

    private double reportSeconds() {
        return reportSeconds
                .completeOnTimeout(Double.POSITIVE_INFINITY, 1, TimeUnit.MINUTES)
                .join();
    }

    @Override
    public String toString() {
        return String.format(
                "/health ok %d of %d times, at most %.0f ms · a report came after %.1f s · ledger backlog %.0f",
                healthy, looks, slowestMillis, reportSeconds(), backlog);
    }
}
