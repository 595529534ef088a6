package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answers;
import sidecar.kit.Draft;
import sidecar.kit.FreePorts;
import sidecar.kit.Json;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/** Providers by {@code /api/admin}: their keys, changes, and what an upstream is asked for an operator. */
class AdminProvidersIT extends AdminRequests {

    @Test
    void theAnswerToAnUpdateShowsTheMask() {
        JsonNode created = gateway().create(Draft.of("p1").at(stub()).with("api_key", "sk-ok-secret-0001"));

        JsonNode updated = gateway().update(created.path("id").asText(), "{\"notes\":\"x\"}");

        assertThat(updated.path("api_key").asText()).isEqualTo("sk-ok-****0001");
    }

    @ParameterizedTest
    @CsvSource({"the mask, sk-ok-****0001", "nothing, ''"})
    void aMaskOrNothingKeepsTheKey(String what, String key) {
        StubUpstream upstream = stub();
        JsonNode created =
                gateway().create(Draft.of("p1").at(upstream).serves(MODEL, "n").with("api_key", "sk-ok-secret-0001"));

        gateway()
                .update(
                        created.path("id").asText(),
                        Json.object().put("api_key", key).toString());
        gateway().chat(MODEL);

        assertThat(upstream.only().key()).as(what).isEqualTo("sk-ok-secret-0001");
    }

    @ParameterizedTest
    @CsvSource({"sk-1234567890abcd, sk-123****abcd", "0123456789, 01****", "abc, ab****"})
    void aKeyIsShownMasked(String key, String mask) {
        JsonNode created = gateway().create(Draft.of("p1").at(stub()).with("api_key", key));

        assertThat(created.path("api_key").asText()).isEqualTo(mask);
        assertThat(gateway().adminGet("/backends").text()).doesNotContain(key);
    }

    @Test
    void aNewKeyIsUsedAtOnce() {
        StubUpstream upstream = stub();
        String id = gateway()
                .create(Draft.of("p1").at(upstream).serves(MODEL, "n"))
                .path("id")
                .asText();

        gateway().update(id, "{\"api_key\":\"sk-the-new-key-77\"}");
        gateway().chat(MODEL);

        assertThat(upstream.only().key()).isEqualTo("sk-the-new-key-77");
    }

    @Test
    void headerValuesAreMaskedAndKeptLikeKeys() {
        StubUpstream upstream = stub();
        ObjectNode json = Draft.of("p1").at(upstream).serves(MODEL, "n").json();
        json.putObject("headers").put("X-Tenant", "tenant-secret-value-1").putNull("Accept");
        JsonNode created = gateway().admin("POST", "/backends", json.toString()).json();
        assertThat(created.toString()).doesNotContain("tenant-secret-value-1");
        assertThat(created.path("headers").path("X-Tenant").asText()).isEqualTo("tenant****ue-1");
        assertThat(created.path("headers").path("Accept").isNull()).isTrue();

        gateway()
                .update(
                        created.path("id").asText(),
                        Json.object()
                                .<ObjectNode>set("headers", created.path("headers"))
                                .toString());
        gateway().chat(MODEL);

        assertThat(upstream.only().header("X-Tenant")).isEqualTo("tenant-secret-value-1");
    }

    @Test
    void aChangeActsOnTheNextRequest() {
        StubUpstream first = stub();
        StubUpstream second = stub();
        String id = gateway()
                .create(Draft.of("p1").at(first).serves(MODEL, "n-1"))
                .path("id")
                .asText();
        gateway().chat(MODEL);

        ObjectNode change = Json.object().put("api_base_url", second.baseUrl());
        change.putObject("model_mappings").putObject(MODEL).put("native_id", "n-2");
        gateway().update(id, change.toString());
        gateway().chat(MODEL);

        assertThat(first.count()).isEqualTo(1);
        assertThat(second.only().model()).isEqualTo("n-2");
    }

    @Test
    void aProviderCanBeSwitchedOffAndOn() {
        StubUpstream upstream = stub();
        String id = gateway()
                .create(Draft.of("p1").at(upstream).serves(MODEL, "n"))
                .path("id")
                .asText();

        assertThat(gateway().admin("POST", "/backends/" + id + "/disable", "").status())
                .isEqualTo(200);
        assertThat(gateway().provider("p1").path("status").asText()).isEqualTo("disabled");
        assertThat(gateway().provider("p1").path("enabled").asBoolean(true)).isFalse();
        Reply nobody = gateway().chat(MODEL);
        assertThat(nobody.status()).isEqualTo(503);
        assertThat(nobody.error().path("code").asText()).isEqualTo("no_provider");
        assertThat(gateway().get("/v1/models").json().path("data")).isEmpty();
        assertThat(gateway().admin("POST", "/backends/" + id + "/enable", "").status())
                .isEqualTo(200);
        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
    }

    @Test
    void v2sStatusFieldStillActs() {
        String id = gateway()
                .create(Draft.of("p1")
                        .at(stub().next(Answers.rateLimited("600")))
                        .serves(MODEL, "n"))
                .path("id")
                .asText();
        gateway().chat(MODEL);
        assertThat(gateway().provider("p1").path("status").asText()).isEqualTo("cooling");

        assertThat(gateway()
                        .update(id, "{\"status\":\"healthy\"}")
                        .path("status")
                        .asText())
                .isEqualTo("healthy");
        assertThat(gateway()
                        .update(id, "{\"status\":\"disabled\"}")
                        .path("enabled")
                        .asBoolean(true))
                .isFalse();
        Reply refused = gateway().admin("PUT", "/backends/" + id, "{\"status\":\"sick\"}");
        assertRefused(refused, "status");
    }

    @Test
    void aCooldownIsClearedByNull() {
        String id = gateway()
                .create(Draft.of("p1")
                        .at(stub().next(Answers.rateLimited("600")))
                        .serves(MODEL, "n"))
                .path("id")
                .asText();
        gateway().chat(MODEL);
        assertThat(Instant.parse(gateway().provider("p1").path("cooldown_until").asText()))
                .isAfter(Instant.now());

        gateway().update(id, "{\"cooldown_until\":null}");

        assertThat(gateway().provider("p1").path("status").asText()).isEqualTo("healthy");
    }

    @Test
    void readOnlyFieldsAreIgnoredAndUnknownOnesNamed() {
        JsonNode created = gateway().create(Draft.of("p1").at(stub()));

        JsonNode updated = gateway()
                .update(
                        created.path("id").asText(),
                        "{\"id\":\"bkd_000000000000\",\"created_at\":\"2020-01-01T00:00:00Z\",\"health\":\"down\","
                                + "\"colour\":\"blue\"}");

        assertThat(updated.path("id")).isEqualTo(created.path("id"));
        assertThat(updated.path("created_at")).isEqualTo(created.path("created_at"));
        assertThat(updated.path("warnings").toString()).contains("colour").doesNotContain("created_at");
    }

    @Test
    void membersOfAQuotaGroupWithDifferentLimitsAreWarnedOf() {
        gateway().create(Draft.of("a").at(stub()).with("quota_group", "acc").with("rpm_limit", 40));

        JsonNode b = gateway()
                .create(Draft.of("b").at(stub()).with("quota_group", "acc").with("rpm_limit", 10));

        assertThat(b.path("warnings")).isNotEmpty();
    }

    @Test
    void aNameIsTakenOnlyOnce() {
        gateway().create(Draft.of("p1").at(stub()));

        Reply second = gateway()
                .admin("POST", "/backends", Draft.of(" p1 ").at(stub()).json().toString());

        assertThat(second.status()).as(second.toString()).isEqualTo(409);
        assertThat(second.json().path("detail").asText()).contains("name");
        assertThat(gateway().providers()).hasSize(1);
    }

    @Test
    void aProviderCanBeTested() {
        StubUpstream upstream = stub().next(Answers.chat("ok"), Answers.error(401, "bad key", "invalid_api_key"));
        String path = "/backends/"
                + gateway()
                        .create(Draft.of("p1").at(upstream).serves(MODEL, "native"))
                        .path("id")
                        .asText()
                + "/test";

        JsonNode good = gateway().admin("POST", path, "").json();
        JsonNode bad = gateway().admin("POST", path, "").json();

        assertThat(good.path("ok").asBoolean()).isTrue();
        assertThat(good.path("status").asInt()).isEqualTo(200);
        assertThat(good.path("latency_ms").isNumber()).isTrue();
        assertThat(good.has("class")).isTrue();
        assertThat(good.has("message")).isTrue();
        assertThat(bad.path("ok").asBoolean(true)).isFalse();
        assertThat(bad.path("status").asInt()).isEqualTo(401);
        assertThat(bad.path("class").asText()).isEqualTo("credential");
        assertThat(upstream.received().get(0).model()).isEqualTo("native");
        assertThat(upstream.received().get(0).json().toString()).containsPattern("\"max_(completion_)?tokens\":1\\b");
    }

    @Test
    void whatAnUpstreamListsCanBeSeen() {
        StubUpstream upstream = stub();
        String id = gateway()
                .create(Draft.of("p1").at(upstream).serves(MODEL, "n"))
                .path("id")
                .asText();

        Reply models = gateway().adminGet("/backends/" + id + "/models");

        assertThat(models.status()).as(models.toString()).isEqualTo(200);
        assertThat(models.text()).contains("upstream-a").contains("upstream-b");
        assertThat(upstream.only().path()).isEqualTo("/v1/models");
    }

    @ParameterizedTest
    @ValueSource(strings = {"test", "models"})
    void anUpstreamThatIsNotThereIsReportedNotThrown(String action) {
        String id = gateway()
                .create(Draft.of("p1")
                        .with("api_base_url", "http://127.0.0.1:" + FreePorts.next())
                        .serves(MODEL, "n"))
                .path("id")
                .asText();

        Reply reply = action.equals("test")
                ? gateway().admin("POST", "/backends/" + id + "/test", "")
                : gateway().adminGet("/backends/" + id + "/models");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.json().path("ok").asBoolean(true)).isFalse();
        assertClean(reply);
    }
}
