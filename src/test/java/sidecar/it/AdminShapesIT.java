package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import sidecar.kit.Draft;
import sidecar.kit.Json;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;

/** The shapes of {@code /api/admin}: those of V2, the OpenAPI description, and what is answered beside the paths. */
class AdminShapesIT extends AdminRequests {

    @Test
    void aProviderHasV2sFieldsWithV2sDefaults() {
        ObjectNode json = Json.object()
                .put("name", "p1")
                .put("api_base_url", "http://127.0.0.1:9280")
                .put("api_key", "sk-ok-secret-0001");
        json.putObject("model_mappings").putObject("canon-a").put("native_id", "native-a");

        Reply created = gateway().admin("POST", "/backends", json.toString());

        assertThat(created.status()).as(created.toString()).isEqualTo(200);
        JsonNode it = created.json();
        assertThat(it.path("id").asText()).matches("bkd_[0-9a-f]{12}");
        assertThat(it.path("name").asText()).isEqualTo("p1");
        assertThat(it.path("label").asText("none")).isEmpty();
        assertThat(it.path("api_base_url").asText()).isEqualTo("http://127.0.0.1:9280");
        assertThat(it.path("api").asText()).isEqualTo("openai-completions");
        assertThat(it.path("timeout_seconds").isIntegralNumber()).isTrue();
        assertThat(it.path("rpm_limit").asInt()).isEqualTo(40);
        assertThat(it.path("pool").asText()).isEqualTo("primary");
        assertThat(it.path("enabled").isBoolean()).isTrue();
        assertThat(it.path("enabled").asBoolean()).isTrue();
        assertThat(it.path("status").asText()).isEqualTo("healthy");
        assertThat(it.path("source").asText()).isEqualTo("webui");
        assertThat(it.path("cooldown_until").isNull()).isTrue();
        assertThat(it.path("consecutive_429_count").asInt(-1)).isZero();
        assertThat(it.path("metadata")).isEqualTo(Json.object());
        assertThat(it.path("created_at").asText()).matches(TIME);
        assertThat(it.path("updated_at").asText()).matches(TIME);
        assertThat(it.path("api_key").asText()).isEqualTo("sk-ok-****0001");
        JsonNode mapping = it.path("model_mappings").path("canon-a");
        assertThat(mapping.path("native_id").asText()).isEqualTo("native-a");
        assertThat(mapping.path("reasoning")).isEqualTo(Json.read("false"));
        assertThat(mapping.path("reasoning_effort")).isEqualTo(Json.read("false"));
        assertThat(mapping.path("input_modalities")).isEqualTo(Json.read("[\"text\"]"));
        assertThat(mapping.path("context_window").asInt()).isEqualTo(128_000);
        assertThat(mapping.path("max_tokens").asInt()).isEqualTo(65_536);
        assertThat(mapping.path("compat")).isEqualTo(Json.object());
        for (String price : List.of("input", "output", "cacheRead", "cacheWrite")) {
            assertThat(mapping.path("cost").path(price).isNumber()).as(price).isTrue();
            assertThat(mapping.path("cost").path(price).asDouble()).as(price).isZero();
        }
        assertThat(it.path("limiter").asText()).isEqualTo("window");
        assertThat(it.path("cooldown_scope").asText()).isEqualTo("auto");
        assertThat(it.path("weight").asInt()).isEqualTo(1);
        assertThat(it.path("health").asText()).isEqualTo("healthy");
    }

    @Test
    void aProviderReadsTheSameEverywhere() {
        JsonNode created = gateway().create(Draft.of("p1").at(stub()).serves(MODEL, "n"));
        String id = created.path("id").asText();

        JsonNode one = gateway().adminGet("/backends/" + id).json();
        JsonNode all = gateway().providers();
        JsonNode put = gateway().update(id, "{}");

        assertThat(all).containsExactly(one);
        assertThat(withoutTimes(one)).isEqualTo(withoutTimes(created));
        assertThat(withoutTimes(put)).isEqualTo(withoutTimes(created));
    }

    @Test
    void aGivenCostReplacesTheDefaultWhole() {
        JsonNode created = gateway()
                .create(Draft.of("p1")
                        .at(stub())
                        .serves(
                                MODEL,
                                Json.object()
                                        .put("native_id", "n")
                                        .set(
                                                "cost",
                                                Json.object()
                                                        .put("input", 0.000001)
                                                        .put("output", 0.000004))));

        JsonNode cost = created.path("model_mappings").path(MODEL).path("cost");
        assertThat(cost.path("input").asDouble()).isEqualTo(1e-6);
        assertThat(cost.path("output").asDouble()).isEqualTo(4e-6);
    }

    @Test
    void everyFieldOfAProviderIsKept() {
        ObjectNode json = Draft.of("full")
                .at(stub())
                .serves(MODEL, "n")
                .with("label", "nvidia")
                .with("api", "openai-responses")
                .with("timeout_seconds", 7)
                .with("rpm_limit", 12)
                .with("rpd_limit", 1000)
                .with("tpm_limit", 90_000)
                .with("max_concurrency", 3)
                .with("quota_group", "acc-1")
                .with("limiter", "bucket")
                .with("cooldown_scope", "model")
                .with("weight", 5)
                .with("enabled", false)
                .with("notes", "two\nlines")
                .fallback()
                .json();
        json.set("metadata", Json.read("{\"team\":{\"n\":1}}"));

        Reply created = gateway().admin("POST", "/backends", json.toString());

        assertThat(created.status()).as(created.toString()).isEqualTo(200);
        JsonNode it = gateway().provider("full");
        for (String field : List.of(
                "label",
                "api",
                "timeout_seconds",
                "rpm_limit",
                "rpd_limit",
                "tpm_limit",
                "max_concurrency",
                "quota_group",
                "limiter",
                "cooldown_scope",
                "weight",
                "enabled",
                "notes",
                "pool",
                "metadata",
                "api_base_url")) {
            assertThat(it.path(field)).as(field).isEqualTo(json.path(field));
        }
        assertThat(it.path("status").asText()).isEqualTo("disabled");
    }

    @Test
    void theListIsOrderedByPoolAndAgeAndCanBeFiltered() {
        gateway().create(Draft.of("b").at(stub()));
        gateway().create(Draft.of("a").at(stub()));
        gateway().create(Draft.of("f").at(stub()).fallback());

        assertThat(names("/backends")).containsExactly("f", "b", "a");
        assertThat(names("/backends?pool=primary")).containsExactly("b", "a");
        assertThat(names("/backends?pool=fallback")).containsExactly("f");
        assertThat(gateway().adminGet("/backends?pool=other").status()).isEqualTo(400);
    }

    @Test
    void deletingAnswersAsV2Did() {
        String id = gateway().create(Draft.of("p1").at(stub())).path("id").asText();

        Reply deleted = gateway().admin("DELETE", "/backends/" + id, "");

        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.json())
                .isEqualTo(Json.object().put("status", "deleted").put("id", id));
        for (Reply gone : List.of(
                gateway().adminGet("/backends/" + id),
                gateway().admin("PUT", "/backends/" + id, "{}"),
                gateway().admin("DELETE", "/backends/" + id, ""),
                gateway().admin("POST", "/backends/" + id + "/enable", ""))) {
            assertThat(gone.status()).isEqualTo(404);
            assertThat(gone.json().path("detail").asText()).isEqualTo("Backend not found");
        }
    }

    @Test
    void thePoolsCountTheHealthyAmongTheEnabled() {
        gateway().create(Draft.of("a").at(stub()));
        gateway().create(Draft.of("off").at(stub()).with("enabled", false));
        gateway().create(Draft.of("f").at(stub()).fallback());

        JsonNode pools = gateway().adminGet("/pools").json();

        assertThat(pools.path("primary"))
                .isEqualTo(Json.read("{\"total\":2,\"enabled\":1,\"healthy\":1,\"cooling\":0,\"error\":0}"));
        assertThat(pools.path("fallback"))
                .isEqualTo(Json.read("{\"total\":1,\"enabled\":1,\"healthy\":1,\"cooling\":0,\"error\":0}"));
    }

    @Test
    void theApiDescribesItself() {
        Reply openapi = gateway().get("/openapi");

        assertThat(openapi.status()).isEqualTo(200);
        assertThat(openapi.text())
                .contains("/api/admin/backends")
                .contains("/api/admin/pools")
                .contains("/api/admin/config")
                .contains("/api/admin/import/v2/backends")
                .contains("/api/admin/import/v2/usage")
                .contains("/api/admin/backups/{name}/restore")
                .contains("/api/admin/backends/{id}/test");
        for (String old : List.of("/docs", "/openapi.json")) {
            Reply reply = gateway().get(old);
            assertThat(reply.status()).isBetween(200, 399);
        }
    }

    @Test
    void theReferenceSaysWhatTheServerDoes() throws IOException {
        Path page = Path.of("docs", "rest.md");
        String text = Files.readString(page);
        String byHand = text.substring(0, text.indexOf(RestReference.MARK) + RestReference.MARK.length());
        String expected = byHand
                + RestReference.of(
                        gateway().get("/openapi", "Accept", "application/json").json());
        if (Boolean.getBoolean("update.docs")) {
            Files.writeString(page, expected);
        }

        assertThat(Files.readString(page))
                .as("docs/rest.md is out of date; run: mvn verify -Dit.test=AdminShapesIT -Dupdate.docs=true")
                .isEqualTo(expected);
    }

    @Test
    void aDatabaseThatIsNotOurFileIsNotBackedUpByUs() {
        Reply refused = gateway().admin("POST", "/backups", "");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().path("detail").asText()).contains("SIDECAR_DB_URL", "pg_dump");
        assertThat(gateway().adminGet("/backups").json().path("refusal").asText())
                .contains("pg_dump");
    }

    @Test
    void healthIsAnsweredInV2sShape() {
        JsonNode health = gateway().get("/health").json();

        assertThat(health.path("status").asText()).isEqualTo("ok");
        assertThat(health.path("version").asText()).isNotBlank();
        assertThat(health.path("uptime_seconds").isIntegralNumber()).isTrue();
        assertThat(gateway().get("/health/live").status()).isEqualTo(200);
        assertThat(gateway().get("/health/ready").status()).isEqualTo(200);
    }

    @Test
    void manyRequestsOnOneConnectionDoNotGetMixedUp() {
        gateway().create(Draft.of("p1").at(stub()));
        String token = "Bearer " + System.getenv("SIDECAR_ADMIN_TOKEN");
        try (RawClient client = RawClient.to(gateway().port())) {
            for (int i = 0; i < 10; i++) {
                client.request("GET", "/api/admin/backends", new byte[0], "Authorization", token);
                assertThat(client.head().status()).isEqualTo(200);
                client.body();
                client.request("GET", "/api/admin/backends/nope", new byte[0], "Authorization", token);
                assertThat(client.head().status()).isEqualTo(404);
                client.body();
                assertThat(client.end().whole()).isTrue();
            }
        }
    }
}
