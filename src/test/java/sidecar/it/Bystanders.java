package sidecar.it;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import sidecar.kit.Answers;
import sidecar.kit.Gateway;
import sidecar.kit.RunScript;

/**
 * Who uses a server in good faith while others attack it: ordinary requests and questions for its health, at a steady rate
 * whether the ones before were answered or not. Notes each that was not answered as it should be.
 */
final class Bystanders implements AutoCloseable {

    /** Before the mends, health was dead for 42 s and more; how long an answer takes is told apart from whether one comes. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String HEALTH = "health";

    private static final String HEALTH_BESIDE = "health on the metrics port";

    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<CompletableFuture<?>> asked = new CopyOnWriteArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Map<String, Long> slowestMillis = new ConcurrentHashMap<>();

    /** @param perSecond ordinary requests, beside one for health on each port */
    @SuppressWarnings("FutureReturnValueIgnored") // both end with their clock
    Bystanders(RunScript server, String model, int perSecond) {
        HttpRequest chat = to(server.port(), "/v1/chat/completions")
                .header("Content-Type", Answers.JSON)
                .POST(HttpRequest.BodyPublishers.ofString(Gateway.chatBody(model, false)))
                .build();
        HttpRequest health = to(server.port(), "/health").build();
        HttpRequest healthBeside = to(server.metricsPort(), "/health").build();
        clock.scheduleAtFixedRate(() -> ask("chat", chat), 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
        clock.scheduleAtFixedRate(() -> ask(HEALTH, health), 0, 1, TimeUnit.SECONDS);
        clock.scheduleAtFixedRate(() -> ask(HEALTH_BESIDE, healthBeside), 0, 1, TimeUnit.SECONDS);
    }

    private static HttpRequest.Builder to(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PATIENCE);
    }

    private void ask(String what, HttpRequest request) {
        long began = System.nanoTime();
        asked.add(http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).handle((answer, failure) -> {
            if (failure != null) {
                failures.add(what + ": " + failure);
            } else if (answer.statusCode() != 200) {
                failures.add(what + ": " + answer.statusCode() + " " + answer.body());
            }
            slowestMillis.merge(
                    what, Duration.ofNanos(System.nanoTime() - began).toMillis(), Math::max);
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

    /** How long the slowest answers took, in milliseconds, by what was asked for. */
    Map<String, Long> slowestMillis() {
        return new TreeMap<>(slowestMillis);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
