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
import sidecar.kit.Reply;
import sidecar.kit.Usage;

/** What {@code /api/admin} tells of what has happened. */
class AdminHistoryIT extends AdminRequests {

    @Test
    void cooldownsAreListedInV2sShape() {
        gateway().set("cooldown_base_seconds", "120");
        gateway().set("emergency_rpm_fraction", "0");
        gateway().set("queue_timeout_seconds", "0");
        List<String> ids = new ArrayList<>();
        for (String name : List.of("older", "newer")) {
            provider(name, name, "n").always(Answers.rateLimited("300"));
            ids.add(gateway().provider(name).path("id").asText());
            assertThat(gateway().chat(name).status()).isEqualTo(503);
        }
        String query = "/stats/cooldown?backend_id=";
        Await.until(
                () -> gateway().adminGet(query + ids.get(1)).json().size() == 1,
                () -> "the event in " + gateway().adminGet("/stats/cooldown").text());

        JsonNode latest = gateway().adminGet("/stats/cooldown?limit=2").json();
        assertThat(latest).extracting(e -> e.path("backend_id").asText()).containsExactly(ids.get(1), ids.get(0));
        assertThat(gateway().adminGet("/stats/cooldown?limit=1").json()).containsExactly(latest.get(0));
        assertThat(gateway().adminGet(query + ids.get(0)).json()).containsExactly(latest.get(1));
        assertThat(gateway().adminGet(query + "bkd_unknown").json()).isEmpty();
        JsonNode event = latest.get(1);
        assertThat(event.path("id").asText()).matches("cev_[0-9a-f]{12}");
        assertThat(event.path("backend_name").asText()).isEqualTo("older");
        assertThat(event.has("model")).isTrue();
        assertThat(event.path("consecutive_count").isInt()).isTrue();
        assertThat(event.path("consecutive_count").asInt()).isEqualTo(1);
        assertThat(event.path("cooldown_seconds").isInt()).isTrue();
        assertThat(event.path("cooldown_seconds").asInt()).isEqualTo(300);
        assertThat(event.path("response_summary").asText()).contains("429");
        assertThat(event.path("started_at").asText()).matches(TIME);
        assertThat(event.path("ended_at").isNull()).isTrue();

        gateway().admin("POST", "/backends/" + ids.get(0) + "/clear-cooldown", "");
        Await.until(
                () -> gateway()
                        .adminGet(query + ids.get(0))
                        .json()
                        .path(0)
                        .path("ended_at")
                        .asText()
                        .matches(TIME),
                () -> "the end in " + gateway().adminGet("/stats/cooldown").text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "provider"})
    void aCooldownNamesItsModelUnlessTheWholeGroupCools(String scope) {
        gateway().set("emergency_rpm_fraction", "0");
        gateway().set("queue_timeout_seconds", "0");
        String id = gateway()
                .create(Draft.of("one")
                        .at(stub().always(Answers.rateLimited("300")))
                        .serves("a", "n")
                        .serves("b", "n")
                        .with("cooldown_scope", scope))
                .path("id")
                .asText();
        gateway().chat("a");
        Await.until(
                () -> gateway()
                                .adminGet("/stats/cooldown?backend_id=" + id)
                                .json()
                                .size()
                        == 1,
                "the event");

        JsonNode event =
                gateway().adminGet("/stats/cooldown?backend_id=" + id).json().get(0);
        assertThat(event.path("model").asText(null)).isEqualTo(scope.equals("model") ? "a" : null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "-1", "many", "1.5", "99999999999"})
    void aLimitThatIsNoneIsRefused(String limit) {
        Reply reply = gateway().adminGet("/stats/cooldown?limit=" + limit);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("detail").asText())
                .contains("limit")
                .contains("1000")
                .contains(limit);
        assertThat(reply.json().path("errors").path(0).path("field").asText()).isEqualTo("limit");
    }

    @Test
    void theOldestRowsOfTheRequestLogGoWhenThereAreMoreThanAreKept() {
        provider("one", "canon", "n").always(Answers.chat("hello", new Usage(10, 5)));
        gateway().set("request_log_max_rows", "1000");

        for (int i = 0; i < 1_001; i++) {
            assertThat(gateway().chat("canon", "X-Request-Id", "row-" + i).status())
                    .isEqualTo(200);
        }

        Await.until(Duration.ofMinutes(1), this::theLogIsOnePage, "the first row of 1,001 to be deleted");
        assertThat(gateway().adminGet("/requests?limit=1000").json().path("items"))
                .extracting(row -> row.path("request_id").asText())
                .hasSize(1_000)
                .startsWith("row-1000")
                .endsWith("row-1");
    }

    private boolean theLogIsOnePage() {
        JsonNode page = gateway().adminGet("/requests?limit=1000").json();
        String older = "/requests?limit=1&before=" + page.path("next").asText();
        return page.path("items").path(0).path("request_id").asText().equals("row-1000")
                && (page.path("next").isNull()
                        || gateway().adminGet(older).json().path("items").isEmpty());
    }

    @Test
    void v2sReadsCanBeOpenedAgain() {
        gateway().set("admin_public_read", "true");
        String id = gateway().create(Draft.of("p1").at(stub())).path("id").asText();

        assertThat(gateway().get("/api/admin/backends").status()).isEqualTo(200);
        assertThat(gateway().get("/api/admin/pools").status()).isEqualTo(200);
        assertThat(gateway().get("/api/admin/config").status()).isEqualTo(200);
        assertThat(gateway().get("/api/admin/stats/cooldown").status()).isEqualTo(200);
        assertThat(gateway().get("/api/admin/backends/" + id + "/models").status())
                .isEqualTo(401);
        assertThat(gateway().post("/api/admin/backends", "{}").status()).isEqualTo(401);
        assertThat(gateway()
                        .call("DELETE", "/api/admin/backends/" + id, new byte[0])
                        .status())
                .isEqualTo(401);
    }
}
