package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.RawClient;

/** The stream of snapshots that dashboards live on. */
class DashboardIT extends RunningSidecar {

    private static final String PATH = "/dashboard/sse";

    private final String[] token = {"Authorization", "Bearer " + System.getenv("SIDECAR_ADMIN_TOKEN")};

    private RawClient open(String path) {
        RawClient client = RawClient.to(gateway().port());
        client.request("GET", path, new byte[0], token);
        RawClient.Head head = client.head();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.headers().first("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        return client;
    }

    private static JsonNode next(RawClient client) {
        return Json.read(client.frame().orElseThrow().data());
    }

    private JsonNode lane(JsonNode snapshot, String name) {
        for (JsonNode one : snapshot.path("backends")) {
            if (one.path("name").asText().equals(name)) {
                return one;
            }
        }
        throw new AssertionError("no " + name + " in " + snapshot);
    }

    @ParameterizedTest
    @ValueSource(strings = {PATH, "/api/admin" + PATH})
    void aSnapshotHasV2sShapeAndSaysWhatRestSays(String path) {
        provider("one", "canon", "n");
        try (RawClient client = open(path)) {
            JsonNode snapshot = next(client);

            assertThat(snapshot.path("type").asText()).isEqualTo("snapshot");
            assertThat(snapshot.path("pool"))
                    .isEqualTo(gateway().adminGet("/pools").json());
            JsonNode total = gateway().adminGet("/stats/total").json();
            assertThat(snapshot.path("total").path("total_requests")).isEqualTo(total.path("total_requests"));
            assertThat(snapshot.path("uptime_seconds").isIntegralNumber()).isTrue();
            assertThat(snapshot.path("timestamp").isNumber()).isTrue();
            JsonNode lane = lane(snapshot, "one");
            assertThat(lane.path("status").asText()).isEqualTo("healthy");
            assertThat(lane.path("model_count").asInt()).isEqualTo(1);
            assertThat(lane.path("cooldown_until").isNull()).isTrue();
            assertThat(lane.path("rate_limiter").isNull()).isTrue();
        }
    }

    @Test
    void windowsCooldownsAndTheQueueAreSeenLive() {
        gateway().impatient();
        provider("cold", "m-cold", "n").always(Answers.rateLimited("3600"));
        gateway().chat("m-cold");
        gateway().patient();
        gateway().create(Draft.of("full").at(stub()).serves("m-full", "n").with("rpm_limit", 1));
        gateway().chat("m-full");
        try (RawClient waiter = RawClient.to(gateway().port());
                RawClient client = open(PATH)) {
            waiter.post("/v1/chat/completions", Gateway.chatBody("m-full", false));
            JsonNode[] snapshot = {next(client)};
            Await.until(
                    () -> {
                        snapshot[0] = next(client);
                        return snapshot[0].path("queue").path("depth").asInt() == 1;
                    },
                    "one in the queue");

            JsonNode full = lane(snapshot[0], "full");
            assertThat(full.path("window").path("used").asInt()).isEqualTo(1);
            assertThat(full.path("window").path("limit").asInt()).isEqualTo(1);
            assertThat(full.path("window").path("free_in_ms").asInt()).isBetween(1_800_000, 3_600_000);
            assertThat(full.path("rate_limiter").path("tokens").asInt()).isZero();
            assertThat(full.path("rate_limiter").path("utilization").asDouble()).isEqualTo(1.0);
            JsonNode cold = lane(snapshot[0], "cold");
            assertThat(cold.path("status").asText()).isEqualTo("cooling");
            assertThat(cold.path("reason").asText()).isEqualTo("HTTP 429");
            assertThat(cold.path("cooldown_remaining_ms").asInt()).isBetween(1_800_000, 3_600_000);
            assertThat(snapshot[0].path("in_flight").asInt())
                    .as("who waits is not under way")
                    .isZero();
        }
    }

    @Test
    void oneComesAnIntervalAndAnotherIntervalActsAtOnce() {
        gateway().set("dashboard_sse_interval_seconds", "0.1");
        long begun = System.nanoTime();
        try (RawClient client = open(PATH)) {
            for (int i = 0; i <= 10; i++) {
                next(client);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("one at once and ten intervals, of which the first may have begun before")
                    .isGreaterThan(Duration.ofMillis(800));

            gateway().set("dashboard_sse_interval_seconds", "60");
            // a heartbeat: in the longer interval something must come too
            client.framesUpTo(": heartbeat");
            gateway().set("dashboard_sse_interval_seconds", "0.1");
            client.framesUpTo("snapshot");
            client.framesUpTo("snapshot");
            long asked = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                client.framesUpTo("snapshot");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - asked))
                    .as("a sixtieth of what it was before")
                    .isLessThan(Await.PATIENCE);
        }
    }

    @Test
    void allListenersAreSentTheSameSnapshot() {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(open(PATH));
            clients.get(i).frame();
        }
        // all of them listen by now: whatever the last one is sent next, the others are sent too
        JsonNode last = next(clients.get(4));

        for (RawClient client : clients.subList(0, 4)) {
            JsonNode same = next(client);
            while (same.path("timestamp").asDouble() < last.path("timestamp").asDouble()) {
                same = next(client);
            }
            assertThat(same).isEqualTo(last);
        }
        clients.forEach(RawClient::close);
    }

    @Test
    void withoutATokenItIsClosedUnlessTheOperatorOpenedV2sReads() {
        assertThat(gateway().get(PATH).status()).isEqualTo(401);
        assertThat(gateway().get("/api/admin" + PATH).status()).isEqualTo(401);

        gateway().set("admin_public_read", "true");
        try (RawClient client = RawClient.to(gateway().port())) {
            client.request("GET", PATH, new byte[0]);
            assertThat(client.head().status()).isEqualTo(200);
            assertThat(client.frame()).isPresent();
        }
    }

    @Test
    void headIsAnsweredAndTheConnectionServesOn() {
        try (RawClient client = RawClient.to(gateway().port())) {
            client.request("HEAD", PATH, new byte[0], token);
            assertThat(client.head().status()).isEqualTo(200);

            client.request("GET", "/health", new byte[0]);

            assertThat(client.head().status()).isEqualTo(200);
        }
    }
}
