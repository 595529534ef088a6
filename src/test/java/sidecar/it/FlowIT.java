package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/** Waiting, being told why, and what an operator sees of both. */
class FlowIT extends RunningSidecar {

    private static final String MODEL = "canon";
    private static final String PROXY = "/v1/chat/completions";

    /** With so many places, which no test sees come free again. */
    private StubUpstream one(int rpm) {
        gateway().patient();
        StubUpstream stub = stub();
        gateway().create(Draft.of("one").at(stub).serves(MODEL, "n").with("rpm_limit", rpm));
        return stub;
    }

    private JsonNode queue() {
        return gateway().adminGet("/queue").json();
    }

    private List<String> route() {
        List<String> lines = new ArrayList<>();
        for (JsonNode candidate :
                gateway().adminGet("/route?model=" + MODEL).json().path("candidates")) {
            lines.add((candidate.path("chosen").asBoolean() ? "* " : "- ")
                    + candidate.path("name").asText() + ": "
                    + candidate.path("reason").asText());
        }
        return lines;
    }

    @Test
    void whoWaitsIsListedWithWhatItWaitsForUntilItLeaves() {
        one(1);
        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);

        try (RawClient waiter = RawClient.to(gateway().port())) {
            waiter.post(PROXY, Gateway.chatBody(MODEL, false), "X-Request-Id", "the-one-who-waits");
            Await.until(() -> queue().path("depth").asInt() == 1, "one in the queue");

            JsonNode line = queue().path("waiting").path(0);
            assertThat(line.path("request_id").asText()).isEqualTo("the-one-who-waits");
            assertThat(line.path("model").asText()).isEqualTo(MODEL);
            assertThat(line.path("expected_ms").asInt()).isBetween(1_800_000, 3_600_000);
            assertThat(queue().path("max_depth").asInt()).isEqualTo(500);
        }

        Await.until(() -> queue().path("depth").asInt() == 0, "the queue to be empty");
    }

    @Test
    void aPlaceThatComesTooLateIsRefusedAtOnceWithTheTimeToComeAgain() {
        StubUpstream stub = one(1);
        gateway().set("queue_timeout_seconds", "5");
        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);

        Reply refused = gateway().chat(MODEL);

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.error().path("code").asText()).isEqualTo("queue_timeout");
        assertThat(refused.header("Retry-After")).isEqualTo("60");
        assertThat(stub.count()).isEqualTo(1);
    }

    @Test
    void aWaiterIsServedTheMomentALimitIsRaised() {
        one(1);
        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
        try (RawClient waiter = RawClient.to(gateway().port()).post(PROXY, Gateway.chatBody(MODEL, false))) {
            Await.until(() -> queue().path("depth").asInt() == 1, "one in the queue");

            gateway().update(gateway().provider("one").path("id").asText(), "{\"rpm_limit\": 2}");

            assertThat(waiter.head().status()).isEqualTo(200);
        }
    }

    @Test
    void theRouteNamesTheChosenOneAndWhyNotTheOthers() {
        StubUpstream cooling = provider("cooling", MODEL, "n").always(Answers.rateLimited("300"));
        assertThat(gateway().chatStream(MODEL).status()).isNotEqualTo(200);
        provider("good", MODEL, "n");
        gateway().create(Draft.of("reserve").at(cooling).serves(MODEL, "n").fallback());
        gateway().create(Draft.of("off").at(cooling).serves(MODEL, "n").with("enabled", false));

        assertThat(route())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("* good: chosen: primary, healthy, unlimited"),
                        line -> assertThat(line).startsWith("- reserve: "),
                        line -> assertThat(line)
                                .startsWith("- cooling: cooling ")
                                .endsWith(" s: HTTP 429"),
                        line -> assertThat(line).isEqualTo("- off: disabled"));
    }

    @Test
    void theRouteNamesTheModelsThatWouldTakeItsPlace() {
        provider("one", MODEL, "n");
        gateway().admin("PUT", "/models/" + MODEL, "{\"fallback_models\": [\"other\"]}");

        JsonNode route = gateway().adminGet("/route?model=" + MODEL).json();

        assertThat(route.path("fallback_models").path(0).asText()).isEqualTo("other");
    }

    @Test
    void aRouteForNothingAndForAModelThatNobodyMapsIsRefusedInV2sForm() {
        Reply nothing = gateway().adminGet("/route");
        Reply nobody = gateway().adminGet("/route?model=never");

        assertThat(nothing.status()).isEqualTo(400);
        assertThat(nothing.json().path("detail").asText()).contains("model is missing");
        assertThat(nobody.status()).isEqualTo(404);
        assertThat(nobody.json().path("detail").asText()).contains("No provider maps this model");
    }

    @Test
    void aViewerMayReadBothAndAStrangerNeither() {
        provider("one", MODEL, "n");
        String[] viewer = {"Authorization", "Bearer " + System.getenv("SIDECAR_VIEWER_TOKEN")};

        for (String path : List.of("/api/admin/queue", "/api/admin/route?model=" + MODEL)) {
            assertThat(gateway().get(path, viewer).status()).isEqualTo(200);
            assertThat(gateway().get(path).status()).isEqualTo(401);
        }
    }
}
