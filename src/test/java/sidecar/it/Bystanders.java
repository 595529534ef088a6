package sidecar.it;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import sidecar.kit.Answers;
import sidecar.kit.Gateway;

/**
 * Who uses a server in good faith while others attack it: ordinary requests and questions for its health, at a steady rate
 * whether the ones before were answered or not. Notes each that was not answered as it should be.
 */
final class Bystanders implements AutoCloseable {

    /** Before the mends, health was dead for 42 s and more; how long an answer takes is told apart from whether one comes. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<CompletableFuture<?>> asked = new CopyOnWriteArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<Long> healthMillis = new CopyOnWriteArrayList<>();
    private final String root;

    /** @param perSecond ordinary requests, beside one for health */
    @SuppressWarnings("FutureReturnValueIgnored") // both end with their clock
    Bystanders(int port, String model, int perSecond) {
        this.root = "http://127.0.0.1:" + port;
        HttpRequest chat = to("/v1/chat/completions")
                .header("Content-Type", Answers.JSON)
                .POST(HttpRequest.BodyPublishers.ofString(Gateway.chatBody(model, false)))
                .build();
        HttpRequest health = to("/health").build();
        clock.scheduleAtFixedRate(() -> ask("chat", chat), 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
        clock.scheduleAtFixedRate(() -> ask("health", health), 0, 1, TimeUnit.SECONDS);
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(root + path)).timeout(PATIENCE);
    }

    private void ask(String what, HttpRequest request) {
        long began = System.nanoTime();
        asked.add(http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).handle((answer, failure) -> {
            if (failure != null) {
                failures.add(what + ": " + failure);
            } else if (answer.statusCode() != 200) {
                failures.add(what + ": " + answer.statusCode() + " " + answer.body());
            }
            if (what.equals("health")) {
                healthMillis.add(Duration.ofNanos(System.nanoTime() - began).toMillis());
            }
            return null;
        }));
    }

    /** What was not answered as it should be, once everything has been. */
    List<String> failures() {
        clock.shutdownNow();
        asked.forEach(CompletableFuture::join);
        return new ArrayList<>(failures);
    }

    int asked() {
        return asked.size();
    }

    /** How long the slowest answer about health took. */
    long slowestHealthMillis() {
        return healthMillis.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
