package sidecar.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Json;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/** What operators and their scripts see of {@code /api/admin}: V2's shapes, and a plain no to everything that is bad. */
@SharedServer.Fresh // wrong tokens are waited for the longer, the more there were from an address
class AdminIT extends RunningSidecar {

    private static final String MODEL = "canon";
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";

    // --- V2's shapes

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

    private static ObjectNode withoutTimes(JsonNode provider) {
        ObjectNode copy = provider.deepCopy();
        copy.remove(List.of("updated_at", "warnings"));
        return copy;
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

    private List<String> names(String path) {
        List<String> names = new ArrayList<>();
        gateway()
                .adminGet(path)
                .json()
                .forEach(one -> names.add(one.path("name").asText()));
        return names;
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

    // --- keys

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

    // --- changes

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

    // --- asking an upstream

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
                        .with("api_base_url", "http://127.0.0.1:" + StubUpstream.freePort())
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

    // --- import

    static Stream<Arguments> imports() {
        return Stream.of(
                Arguments.of(
                        "bare keys", "nvapi-key-000001\nnvapi-key-000002\n", "?base_url=http://127.0.0.1:9&models=m"),
                Arguments.of("CSV", """
                        name,api_base_url,api_key
                        a,http://127.0.0.1:9,nvapi-key-000001
                        b,http://127.0.0.1:9,nvapi-key-000002
                        """, "?models=m"),
                Arguments.of(
                        "JSON",
                        "[{\"name\":\"a\",\"api_base_url\":\"http://127.0.0.1:9\",\"api_key\":\"nvapi-key-000001\"},"
                                + "{\"name\":\"b\",\"api_base_url\":\"http://127.0.0.1:9\",\"api_key\":\"nvapi-key-000002\"}]",
                        ""),
                Arguments.of(
                        ".env",
                        "# keys\nNVIDIA_API_KEY_1=nvapi-key-000001\nexport NVIDIA_API_KEY_2=\"nvapi-key-000002\"\n",
                        "?base_url=http://127.0.0.1:9&models=m"),
                Arguments.of(
                        "openclaw.json",
                        "{ // mine\n \"models\": {\"providers\": {\"a\": {\"baseUrl\": \"http://127.0.0.1:9/v1\", \"apiKey\":"
                                + " \"nvapi-key-000001\", \"api\": \"openai-completions\", \"models\": [{\"id\": \"m\","
                                + " \"cost\": {\"input\": 1, \"output\": 2}, \"contextWindow\": 1000, \"maxTokens\": 10},]},"
                                + "\"b\": {\"baseUrl\": \"http://127.0.0.1:9/v1\", \"apiKey\": \"nvapi-key-000002\","
                                + " \"models\": [{\"id\": \"m\"}]}}}}",
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("imports")
    void manyProvidersComeInAtOnceAndASecondTimeNotAtAll(String name, String text, String query) {
        Reply dry = importing(text, query.isEmpty() ? "?dry_run=true" : query + "&dry_run=true");
        assertThat(dry.status()).as(dry.toString()).isEqualTo(200);
        assertThat(gateway().providers()).isEmpty();

        Reply done = importing(text, query);
        Reply again = importing(text, query);

        assertThat(done.status()).as(done.toString()).isEqualTo(200);
        assertThat(again.status()).as(again.toString()).isEqualTo(200);
        assertThat(gateway().providers()).hasSize(2);
        assertThat(gateway().providers())
                .allSatisfy(one -> assertThat(one.path("source").asText()).isEqualTo("import"));
        assertThat(done.text() + dry.text() + again.text()).doesNotContain("nvapi-key-000001");
        if (name.equals("openclaw.json")) {
            JsonNode cost = gateway()
                    .provider(names("/backends").get(0))
                    .path("model_mappings")
                    .path("m")
                    .path("cost");
            assertThat(cost.path("input").asDouble()).isEqualTo(1e-6);
            assertThat(cost.path("output").asDouble()).isEqualTo(2e-6);
        }
    }

    private Reply importing(String text, String query) {
        return gateway()
                .call(
                        "POST",
                        "/api/admin/backends/import" + query,
                        text.getBytes(UTF_8),
                        "Authorization",
                        "Bearer " + System.getenv("SIDECAR_ADMIN_TOKEN"),
                        "Content-Type",
                        "text/plain");
    }

    @Test
    void anImportWithOneBadEntryStoresNothing() {
        Reply reply = importing(
                "name,api_base_url,api_key\na,http://127.0.0.1:9,nvapi-key-000001\nb,not a url,nvapi-key-000002\n", "");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(400);
        assertClean(reply);
        assertThat(gateway().providers()).isEmpty();
    }

    // --- bad input

    static Stream<Arguments> badFields() {
        List<Arguments> all = new ArrayList<>();
        bad(all, "name", "\"\"", "\"   \"", "5", "null", "[]", "{}", "\"a\\u0000b\"", "\"a\\nb\"", quoted("x", 101));
        bad(all, "api_key", "5", "[]", "\"with space\"", "\"new\\nline\"", "\"naïve\"", quoted("k", 5000), "true");
        bad(all, "pool", "\"weird\"", "\"\"", "5", "[]", "\"PRIMARY \"");
        bad(all, "api", "\"grpc\"", "7", "\"\"");
        bad(all, "source", "\"api\"", "1");
        bad(all, "enabled", "\"false\"", "\"true\"", "0", "1", "[]");
        bad(all, "timeout_seconds", "0", "-5", "3601", "\"10\"", "1.5", "1e400", "true");
        bad(all, "rpm_limit", "-1", "1000001", "\"abc\"", "2.5", "99999999999999999999", "[]");
        bad(all, "rpd_limit", "-1", "\"x\"", "0.5");
        bad(all, "tpm_limit", "-1", "\"x\"");
        bad(all, "max_concurrency", "-1", "\"x\"");
        bad(all, "weight", "0", "-1", "\"x\"", "1.5");
        bad(all, "limiter", "\"leaky\"", "3");
        bad(all, "cooldown_scope", "\"all\"", "3");
        bad(all, "quota_group", "5", quoted("g", 300), "\"a\\u0001b\"");
        bad(all, "label", "5", "[]", "\"a\\u0007b\"");
        bad(all, "notes", "5", "[]");
        bad(all, "metadata", "\"x\"", "[]", "5");
        bad(
                all,
                "headers",
                "[]",
                "\"x\"",
                "{\"X\":5}",
                "{\"Bad Name\":\"x\"}",
                "{\"X\":\"a\\r\\nEvil: 1\"}",
                "{\"\":\"x\"}");
        bad(all, "headers", "{\"Host\":\"evil\"}", "{\"Content-Length\":\"5\"}", "{\"Transfer-Encoding\":\"chunked\"}");
        bad(all, "model_mappings", "[]", "\"x\"", "5", "{\"m\":\"str\"}", "{\"m\":5}", "{\"m\":[]}", "{\"\":{}}");
        bad(all, "model_mappings", "{\"m\":{\"native_id\":5}}", "{\"m\":{\"native_id\":\"\"}}", "{\"a\\nb\":{}}");
        bad(all, "model_mappings", "{\"m\":{\"cost\":5}}", "{\"m\":{\"cost\":{\"input\":-1}}}");
        bad(all, "model_mappings", "{\"m\":{\"cost\":{\"input\":\"1\"}}}", "{\"m\":{\"context_window\":-1}}");
        bad(all, "model_mappings", "{\"m\":{\"max_tokens\":\"x\"}}", "{\"m\":{\"input_modalities\":\"text\"}}");
        bad(all, "model_mappings", "{\"m\":{\"reasoning\":\"yes\"}}", "{\"m\":{\"compat\":[]}}");
        return all.stream();
    }

    static Stream<Arguments> badUrls() {
        List<Arguments> all = new ArrayList<>();
        for (String url : List.of(
                "not a url",
                "",
                "/v1",
                "ftp://example.com/v1",
                "file:///etc/passwd",
                "http://",
                "http:///v1",
                "http://user:pass@127.0.0.1/v1",
                "http://127.0.0.1:0/v1",
                "http://127.0.0.1:99999/v1",
                "http://127.0.0.1/v1?api_key=sk-1234567890",
                "http://127.0.0.1/v1#frag",
                "http://169.254.169.254/latest",
                "http://[fe80::1]/v1",
                "http://[fd00:ec2::254]/v1",
                "http://100.100.100.200/v1",
                "http://metadata.google.internal/v1",
                "http://METADATA.google.internal./v1",
                "http://metadata.goog/v1",
                "http://instance-data/v1",
                "http://0.0.0.0/v1",
                "http://[::]/v1",
                "http://224.0.0.1/v1",
                "http://[ff02::1]/v1",
                "http://2852039166/v1",
                "http://0xA9FEA9FE/v1",
                "http://0251.0376.0251.0376/v1",
                "http://169.254.43518/v1",
                "http://[::ffff:169.254.169.254]/v1",
                "http://[::ffff:a9fe:a9fe]/v1",
                "http://[64:ff9b::a9fe:a9fe]/v1",
                "http://[2002:a9fe:a9fe::]/v1",
                "http://127.0.0.1\\@evil/v1",
                "http://exa mple.com/v1",
                "http://127.0.0.1/v1\u0000",
                "javascript:alert(1)",
                "http://" + "a".repeat(3000) + ".example/v1")) {
            all.add(Arguments.of("api_base_url", Json.quoted(url)));
        }
        bad(all, "api_base_url", "5", "[]", "{}");
        return all.stream();
    }

    private static void bad(List<Arguments> all, String field, String... values) {
        for (String value : values) {
            all.add(Arguments.of(field, value));
        }
    }

    private static String quoted(String unit, int times) {
        return "\"" + unit.repeat(times) + "\"";
    }

    static Stream<Arguments> everyBadValue() {
        return Stream.concat(badFields(), badUrls());
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everyBadValue")
    void aBadValueIsRefusedByNameAndNothingIsStored(String field, String value) {
        ObjectNode good = Draft.of("p1").at(stub()).serves(MODEL, "n").json();
        String id = gateway()
                .admin("POST", "/backends", good.toString())
                .json()
                .path("id")
                .asText();
        JsonNode before = gateway().adminGet("/backends/" + id).json();

        Reply created = gateway().admin("POST", "/backends", with(good.put("name", "p2"), field, value));
        Reply updated = gateway().admin("PUT", "/backends/" + id, with(Json.object(), field, value));

        assertRefused(created, field);
        if (!(field.equals("name") && value.equals("null"))
                && !(field.equals("api_base_url") && value.equals("\"\""))) {
            assertRefused(updated, field);
        }
        assertThat(gateway().providers()).hasSize(1);
        assertThat(withoutTimes(gateway().adminGet("/backends/" + id).json())).isEqualTo(withoutTimes(before));
    }

    /** The object with a field of that value, which is raw JSON and need not be a value that a JSON library keeps. */
    private static String with(ObjectNode object, String field, String rawValue) {
        ObjectNode copy = object.deepCopy();
        copy.remove(field);
        String rest = copy.toString();
        return "{" + Json.quoted(field) + ":" + rawValue + (rest.equals("{}") ? "}" : "," + rest.substring(1));
    }

    private static void assertRefused(Reply reply, String field) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(400);
        assertClean(reply);
        assertThat(reply.json().has("detail")).isTrue();
        assertThat(reply.text()).contains(field);
    }

    /** JSON, and neither a page nor anything of the inside. */
    private static void assertClean(Reply reply) {
        assertThat(reply.header("Content-Type")).startsWith("application/json");
        assertThat(reply.text())
                .doesNotContainIgnoringCase("<html")
                .doesNotContain("\tat ")
                .doesNotContain("Exception")
                .doesNotContain("com.fasterxml")
                .doesNotContain("java.lang");
    }

    @Test
    void everyBadFieldIsNamedAtOnce() {
        Reply reply = gateway()
                .admin(
                        "POST",
                        "/backends",
                        "{\"name\":\"\",\"api_base_url\":\"x\",\"rpm_limit\":\"y\",\"pool\":\"z\"}");

        assertThat(reply.status()).isEqualTo(400);
        List<String> named = new ArrayList<>();
        reply.json()
                .path("errors")
                .forEach(error -> named.add(error.path("field").asText()));
        assertThat(named).contains("name", "api_base_url", "api_key", "rpm_limit", "pool");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "api_base_url", "api_key"})
    void aMissingFieldIsNamedAsV2Did(String field) {
        ObjectNode json = Draft.of("p1").at(stub()).json();
        json.remove(field);

        Reply reply = gateway().admin("POST", "/backends", json.toString());

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("detail").asText()).isEqualTo("Missing required field: " + field);
    }

    @Test
    void aSwitchMustBeABoolean() {
        Reply reply = gateway()
                .admin(
                        "POST",
                        "/backends",
                        Draft.of("p1")
                                .at(stub())
                                .with("enabled", "false")
                                .json()
                                .toString());

        assertRefused(reply, "enabled");
    }

    static Stream<Arguments> brokenBodies() {
        return Stream.of(
                Arguments.of("nothing", ""),
                Arguments.of("cut", "{\"name\":\"x\""),
                Arguments.of("array", "[]"),
                Arguments.of("text", "\"x\""),
                Arguments.of("null", "null"),
                Arguments.of("two values", "{} {}"),
                Arguments.of("comment", "{/* */}"),
                Arguments.of("twice the same field", "{\"name\":\"a\",\"name\":\"b\"}"),
                Arguments.of("deep", "{\"metadata\":" + "[".repeat(5000) + "]".repeat(5000) + "}"),
                Arguments.of("huge", "{\"notes\":\"" + "x".repeat(9_000_000) + "\"}"),
                Arguments.of("huge number", "{\"rpm_limit\":" + "9".repeat(100_000) + "}"),
                Arguments.of("markup", "<backend/>"),
                Arguments.of("form", "name=x&api_key=y"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenBodies")
    void aBodyThatIsNoObjectIsRefused(String name, String body) {
        String id = gateway().create(Draft.of("p1").at(stub())).path("id").asText();

        for (Reply reply : List.of(
                gateway().admin("POST", "/backends", body),
                gateway().admin("PUT", "/backends/" + id, body),
                gateway().admin("PUT", "/config/default_rpm_limit", body))) {
            assertThat(reply.status()).as(reply.toString()).isBetween(400, 499);
            assertClean(reply);
        }
        assertThat(gateway().providers()).hasSize(1);
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        byte[] body = "{\"name\":\"?\"}".getBytes(UTF_8);
        body[9] = (byte) 0xc3;

        Reply reply = gateway()
                .call(
                        "POST",
                        "/api/admin/backends",
                        body,
                        "Authorization",
                        "Bearer " + System.getenv("SIDECAR_ADMIN_TOKEN"),
                        "Content-Type",
                        "application/json");

        assertThat(reply.status()).isEqualTo(400);
        assertClean(reply);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "/backends/nope, 404",
                "/backends/bkd_zzzzzzzzzzzz, 404",
                "/backends/%3Cscript%3E, 404",
                "/backends/' OR 1=1, 404",
                "/backends/..%2f..%2fetc, 404",
                "/backends/bkd_000000000000/unknown, 404",
                "/nope, 404",
                "/config/../backends, 404",
                "/backends?pool=%00, 400",
                "/config/%F0%9F%98%80, 404"
            })
    void aPathThatLeadsNowhereIsA4xx(String path, int status) {
        Reply reply = gateway().adminGet(path.replace(" ", "%20"));

        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.text()).doesNotContain("Exception").doesNotContain("<script>");
    }

    @ParameterizedTest
    @CsvSource({
        "PATCH, /backends",
        "DELETE, /backends",
        "POST, /pools",
        "PUT, /pools",
        "DELETE, /config",
        "TRACE, /pools"
    })
    void aWrongMethodIsA405(String method, String path) {
        Reply reply = gateway().admin(method, path, "");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(405);
    }

    /** Those that are no media types at all are refused either way. */
    @Test
    void aBodyIsReadAsJsonWhateverItsContentTypeUnlessItHasParts() {
        assertThat(sentAs("text/xml").status()).isEqualTo(400);
        assertThat(sentAs("application/x-www-form-urlencoded").status()).isEqualTo(400);
        assertThat(sentAs("multipart/form-data").status()).isEqualTo(415);
        for (String type : List.of("nonsense", "a/b/c")) {
            assertThat(sentAs(type).status()).as(type).isIn(400, 415);
        }
    }

    private Reply sentAs(String type) {
        return gateway()
                .call(
                        "POST",
                        "/api/admin/backends",
                        "x".getBytes(UTF_8),
                        "Authorization",
                        "Bearer " + System.getenv("SIDECAR_ADMIN_TOKEN"),
                        "Content-Type",
                        type);
    }

    // --- who may

    static Stream<Arguments> intruders() {
        String token = System.getenv("SIDECAR_ADMIN_TOKEN");
        return Stream.of(
                Arguments.of("nobody", new String[0]),
                Arguments.of("a wrong token", new String[] {"Authorization", "Bearer wrong"}),
                Arguments.of("an empty token", new String[] {"Authorization", "Bearer "}),
                Arguments.of("a prefix", new String[] {"Authorization", "Bearer " + token.substring(0, 10)}),
                Arguments.of("more than the token", new String[] {"Authorization", "Bearer " + token + "x"}),
                Arguments.of("another scheme", new String[] {"Authorization", "Basic " + token}),
                Arguments.of("no scheme", new String[] {"Authorization", token}),
                Arguments.of("a client's header", new String[] {"x-api-key", token}),
                Arguments.of("a cookie", new String[] {"Cookie", "token=" + token}),
                Arguments.of("hostile text", new String[] {"Authorization", "Bearer ' OR '1'='1"}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("intruders")
    void withoutTheTokenNothingIsReadOrWritten(String name, String[] headers) {
        String id = gateway().create(Draft.of("p1").at(stub())).path("id").asText();

        for (String path : List.of(
                "/backends",
                "/backends/" + id,
                "/backends/" + id + "/models",
                "/pools",
                "/config",
                "/config/port",
                "/nope")) {
            assertUnauthorised(gateway().get("/api/admin" + path, headers));
        }
        assertUnauthorised(gateway().post("/api/admin/backends", "{}", headers));
        assertUnauthorised(gateway().post("/api/admin/backends/import", "x", headers));
        assertUnauthorised(gateway().post("/api/admin/backends/" + id + "/disable", "", headers));
        assertUnauthorised(gateway().call("PUT", "/api/admin/backends/" + id, new byte[0], headers));
        assertUnauthorised(gateway().call("DELETE", "/api/admin/backends/" + id, new byte[0], headers));
        assertUnauthorised(gateway().call("PUT", "/api/admin/config/default_rpm_limit", new byte[0], headers));
        assertThat(gateway().provider("p1").path("enabled").asBoolean()).isTrue();
    }

    private static void assertUnauthorised(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(401);
        String detail = reply.json().path("detail").asText();
        assertThat(detail).isIn("Missing Authorization header", "Invalid admin token");
        if (detail.startsWith("Missing")) {
            assertThat(reply.header("WWW-Authenticate")).startsWith("Bearer");
        }
    }

    @Test
    void theTwoRefusalsAreWordedAsInV2() {
        assertThat(gateway().get("/api/admin/pools").json().path("detail").asText())
                .isEqualTo("Missing Authorization header");
        assertThat(gateway()
                        .get("/api/admin/pools", "Authorization", "Bearer wrong")
                        .json()
                        .path("detail")
                        .asText())
                .isEqualTo("Invalid admin token");
    }

    @Test
    void theViewersTokenReadsAndNeverWrites() {
        String id = gateway().create(Draft.of("p1").at(stub())).path("id").asText();
        String[] viewer = {"Authorization", "Bearer " + System.getenv("SIDECAR_VIEWER_TOKEN")};

        assertThat(gateway().get("/api/admin/backends", viewer).status()).isEqualTo(200);
        assertThat(gateway().get("/api/admin/config", viewer).status()).isEqualTo(200);
        for (Reply reply : List.of(
                gateway()
                        .post(
                                "/api/admin/backends",
                                Draft.of("x").at(stub()).json().toString(),
                                viewer),
                gateway().post("/api/admin/backends/" + id + "/disable", "", viewer),
                gateway().call("DELETE", "/api/admin/backends/" + id, new byte[0], viewer),
                gateway()
                        .call(
                                "PUT",
                                "/api/admin/config/default_rpm_limit",
                                "{\"value\":\"1\"}".getBytes(UTF_8),
                                viewer))) {
            assertThat(reply.status()).as(reply.toString()).isEqualTo(403);
        }
        assertThat(gateway().providers()).hasSize(1);
    }

    // --- what has happened

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

    // --- settings

    @Test
    void aSettingActsAtOnce() {
        gateway().set("default_rpm_limit", "99");
        ObjectNode json = Draft.of("p1").at(stub()).json();
        json.remove("rpm_limit");

        JsonNode created = gateway().admin("POST", "/backends", json.toString()).json();

        assertThat(created.path("rpm_limit").asInt()).isEqualTo(99);
    }

    @Test
    void aLimitActsOnTheNextRequestAndGoesBack() {
        provider("one", MODEL, "n");
        gateway().set("max_request_bytes", "2048");
        String long4k = "{\"model\":\"canon\",\"x\":\"" + "y".repeat(4096) + "\"}";

        assertThat(gateway().post("/v1/chat/completions", long4k).status()).isEqualTo(413);
        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
        Reply deleted = gateway().admin("DELETE", "/config/max_request_bytes", "");

        assertThat(deleted.json())
                .isEqualTo(Json.object().put("status", "deleted").put("key", "max_request_bytes"));
        assertThat(gateway().post("/v1/chat/completions", long4k).status()).isEqualTo(200);
    }

    @Test
    void aSettingIsAnsweredInV2sShape() {
        Reply put = gateway().admin("PUT", "/config/default_rpm_limit", "{\"value\":\"99\",\"description\":\"mine\"}");
        Reply get = gateway().adminGet("/config/default_rpm_limit");
        gateway().admin("DELETE", "/config/default_rpm_limit", "");

        assertThat(put.status()).as(put.toString()).isEqualTo(200);
        assertThat(get.json().path("key").asText()).isEqualTo("default_rpm_limit");
        assertThat(get.json().path("value")).isEqualTo(Json.read("\"99\""));
    }

    @Test
    void aNumberIsTakenForItsText() {
        assertThat(gateway()
                        .admin("PUT", "/config/default_rpm_limit", "{\"value\":55}")
                        .status())
                .isEqualTo(200);

        assertThat(gateway()
                        .adminGet("/config/default_rpm_limit")
                        .json()
                        .path("value")
                        .asText())
                .isEqualTo("55");
        gateway().admin("DELETE", "/config/default_rpm_limit", "");
    }

    @Test
    void everySettingShowsWhereItComesFromAndNoneIsASecret() {
        gateway().set("cooldown_base_seconds", "12.5");

        JsonNode all = gateway().adminGet("/config").json();

        assertThat(all).isNotEmpty().allSatisfy(setting -> {
            assertThat(setting.path("key").isTextual()).isTrue();
            assertThat(setting.path("value").isTextual()).isTrue();
            assertThat(setting.path("source").asText()).isIn("environment", "table", "default");
            assertThat(setting.has("default")).isTrue();
            assertThat(setting.has("unit")).isTrue();
            assertThat(setting.has("restart")).isTrue();
            assertThat(setting.path("key").asText())
                    .isNotIn(
                            "encryption_key",
                            "encryption_key_previous",
                            "admin_token",
                            "viewer_token",
                            "client_token",
                            "db_password",
                            "db_url",
                            "data_dir",
                            "host",
                            "port");
        });
        assertThat(all.toString()).doesNotContain(System.getenv("SIDECAR_ADMIN_TOKEN"));
        assertThat(all).anySatisfy(setting -> {
            assertThat(setting.path("key").asText()).isEqualTo("cooldown_base_seconds");
            assertThat(setting.path("value").asText()).isEqualTo("12.5");
            assertThat(setting.path("source").asText()).isEqualTo("table");
        });
    }

    @Test
    void theEnvironmentBeatsTheTable() {
        String given = System.getenv("SIDECAR_DEFAULT_REQUEST_TIMEOUT_SECONDS");
        gateway().admin("PUT", "/config/default_request_timeout_seconds", "{\"value\":\"88\"}");

        JsonNode created = gateway().create(Draft.of("p1").at(stub()));
        JsonNode setting =
                gateway().adminGet("/config/default_request_timeout_seconds").json();
        gateway().admin("DELETE", "/config/default_request_timeout_seconds", "");

        assertThat(created.path("timeout_seconds").asText()).isEqualTo(given);
        assertThat(setting.path("value").asText()).isEqualTo(given);
    }

    @ParameterizedTest
    @CsvSource({
        "default_rpm_limit, -1",
        "default_rpm_limit, abc",
        "default_rpm_limit, 1.5",
        "default_rpm_limit, ''",
        "cooldown_base_seconds, -3",
        "cooldown_base_seconds, NaN",
        "cooldown_base_seconds, 1e999",
        "routing_strategy, fastest",
        "allow_open, maybe",
        "max_request_bytes, 12",
        "backup_time, 25:00",
        "queue_max_depth, -3",
        "forward_headers, 'bad name'",
        "health_probe_endpoint, no-slash"
    })
    void aBadSettingIsRefusedByNameAndRule(String key, String value) {
        Reply before = gateway().adminGet("/config/" + key);

        Reply put = gateway()
                .admin(
                        "PUT",
                        "/config/" + key,
                        Json.object().put("value", value).toString());

        assertRefused(put, key);
        assertThat(gateway().adminGet("/config/" + key).json().path("value"))
                .isEqualTo(before.json().path("value"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "admin_token", "encryption_key", "port", "db_url", "data_dir"})
    void whatIsNoSettingOfTheTableCannotBeReadOrWritten(String key) {
        Reply get = gateway().adminGet("/config/" + key);
        Reply put = gateway().admin("PUT", "/config/" + key, "{\"value\":\"x\"}");
        Reply delete = gateway().admin("DELETE", "/config/" + key, "");

        assertThat(get.status()).isEqualTo(404);
        assertThat(get.json().path("detail").asText()).isEqualTo("Config not found");
        assertThat(put.status()).isEqualTo(400);
        assertThat(delete.status()).isEqualTo(404);
    }

    // --- failure rules

    @Test
    void failureRulesActAtOnceAndCanBeGivenAsJson() {
        StubUpstream first = stub();
        StubUpstream second = stub();
        gateway().create(Draft.of("a").at(first).serves(MODEL, "n").with("label", "Flaky-1"));
        gateway().create(Draft.of("b").at(second).serves(MODEL, "n").fallback());
        String rules = "[{\"status\":\"418\",\"body\":\"tea\\\\s*pot\",\"label\":\"flaky*\","
                + "\"class\":\"rate_limited\",\"cooldown_seconds\":3600},\"nvidia-nim\"]";
        first.always(Answers.json(418, "{\"error\":\"I am a tea pot\"}"));
        Reply before = gateway().chat(MODEL);

        Reply put = gateway().admin("PUT", "/config/failure_rules", "{\"value\":" + rules + "}");
        Reply after = gateway().chat(MODEL);
        JsonNode cooling = gateway().provider("a");
        JsonNode shown = gateway().adminGet("/config/failure_rules").json();
        Reply deleted = gateway().admin("DELETE", "/config/failure_rules", "");

        assertThat(put.status()).as(put.toString()).isEqualTo(200);
        assertThat(before.status()).isEqualTo(418);
        assertThat(after.status()).isEqualTo(200);
        assertThat(second.count()).isEqualTo(1);
        assertThat(cooling.path("status").asText()).isEqualTo("cooling");
        assertThat(Instant.parse(cooling.path("cooldown_until").asText()))
                .isAfter(Instant.now().plusSeconds(3_500));
        assertThat(Json.read(shown.path("value").asText())).isEqualTo(Json.read(rules));
        assertThat(shown.path("source").asText()).isEqualTo("table");
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(gateway()
                        .adminGet("/config/failure_rules")
                        .json()
                        .path("value")
                        .asText())
                .isEqualTo("nvidia-nim");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "nvidia | must be one of openai, nvidia-nim",
                "[{\"status\":\"429\",\"class\":\"slow\"}] | rule 1: class must be one of",
                "[\"openai\",{\"status\":\"500\",\"class\":\"client\",\"body\":\"(\"}] | rule 2: body must be a regular expression",
                "[{\"status\":\"200\",\"class\":\"client\"}] | rule 1: status must be"
            })
    void aBadFailureRuleIsRefusedByItsNumber(String rules, String why) {
        Reply put = gateway()
                .admin(
                        "PUT",
                        "/config/failure_rules",
                        Json.object().put("value", rules).toString());

        assertRefused(put, "failure_rules");
        assertThat(put.json().path("detail").asText()).startsWith("failure_rules " + why);
        assertThat(gateway()
                        .adminGet("/config/failure_rules")
                        .json()
                        .path("source")
                        .asText())
                .isEqualTo("default");
    }

    // --- models

    @Test
    void everyModelShowsWhoServesItAndWhatIsSet() {
        JsonNode a = gateway().create(Draft.of("a").at(stub()).serves("meta/big-1", "n"));
        gateway()
                .create(Draft.of("f")
                        .at(stub())
                        .serves("meta/big-1", "m")
                        .fallback()
                        .with("enabled", false));

        JsonNode all = gateway().adminGet("/models").json();

        assertThat(all).hasSize(1);
        JsonNode model = all.get(0);
        assertThat(model).isEqualTo(gateway().adminGet("/models/meta/big-1").json());
        assertThat(model.path("model").asText()).isEqualTo("meta/big-1");
        assertThat(model.path("aliases")).isEqualTo(Json.read("[]"));
        assertThat(model.path("overflow_wait_seconds").isNull()).isTrue();
        assertThat(model.path("fallback_models")).isEqualTo(Json.read("[]"));
        assertThat(model.path("hidden")).isEqualTo(Json.read("false"));
        assertThat(model.path("translation").asText()).isEqualTo("default");
        assertThat(model.path("dialects"))
                .isEqualTo(Json.read("{\"chat\":\"native\",\"messages\":\"translated\",\"responses\":\"translated\"}"));
        assertThat(model.path("stored")).isEqualTo(Json.read("false"));
        assertThat(model.path("providers").get(0))
                .isEqualTo(Json.object()
                        .put("id", a.path("id").asText())
                        .put("name", "a")
                        .put("pool", "primary")
                        .put("native_id", "n")
                        .put("enabled", true));
        assertThat(model.path("providers").get(1).path("enabled")).isEqualTo(Json.read("false"));
    }

    @Test
    void aModelsSettingsAreMadeChangedAndForgotten() {
        String id = gateway()
                .create(Draft.of("a").at(stub()).serves("meta/big", "n").serves("small", "s"))
                .path("id")
                .asText();

        Reply created = gateway()
                .admin(
                        "POST",
                        "/models",
                        "{\"model\":\"meta/big\",\"aliases\":[\"gpt-9\"],\"fallback_models\":[\"small\",\"gone\"]}");
        Reply again = gateway().admin("POST", "/models", "{\"model\":\"meta/big\"}");
        Reply changed = gateway()
                .admin(
                        "PUT",
                        "/models/meta/big",
                        "{\"hidden\":true,\"overflow_wait_seconds\":1.5,\"translation\":\"native\"}");
        gateway().update(id, "{\"notes\":\"the providers are published again\"}");
        JsonNode kept = gateway().adminGet("/models/meta/big").json();
        Reply alias = gateway().get("/v1/models/gpt-9");
        List<String> listed = new ArrayList<>();
        gateway()
                .get("/v1/models")
                .json()
                .path("data")
                .forEach(m -> listed.add(m.path("id").asText()));
        Reply deleted = gateway().admin("DELETE", "/models/meta/big", "");

        assertThat(created.status()).as(created.toString()).isEqualTo(200);
        assertThat(created.json().path("warnings").toString()).contains("gone").doesNotContain("small");
        assertThat(again.status()).isEqualTo(409);
        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
        assertThat(kept).isEqualTo(changed.json());
        assertThat(kept.path("aliases")).isEqualTo(Json.read("[\"gpt-9\"]"));
        assertThat(kept.path("fallback_models")).isEqualTo(Json.read("[\"small\",\"gone\"]"));
        assertThat(kept.path("overflow_wait_seconds")).isEqualTo(Json.read("1.5"));
        assertThat(kept.path("hidden")).isEqualTo(Json.read("true"));
        assertThat(kept.path("translation").asText()).isEqualTo("native");
        assertThat(kept.path("dialects")).isEqualTo(Json.read("{\"chat\":\"native\"}"));
        assertThat(alias.json().path("id").asText()).isEqualTo("gpt-9");
        assertThat(listed).containsExactly("small");
        assertThat(deleted.json())
                .isEqualTo(Json.object().put("status", "deleted").put("model", "meta/big"));
        assertThat(gateway().get("/v1/models/gpt-9").status()).isEqualTo(404);
        assertThat(gateway().adminGet("/models/meta/big").json().path("stored").asBoolean(true))
                .isFalse();
        assertThat(gateway().admin("DELETE", "/models/meta/big", "").status()).isEqualTo(404);
    }

    @Test
    void aClientsNamesLeadToTheModelsThatAreSaid() {
        gateway().create(Draft.of("a").at(stub()).serves("big", "b").serves("tiny", "s"));

        Reply named = gateway()
                .admin(
                        "POST",
                        "/models/names",
                        "{\"client\":\"claude-code\",\"model\":\"big\",\"small_model\":\"tiny\"}");
        Reply taken = gateway().admin("POST", "/models/names", "{\"client\":\"claude-code\",\"model\":\"tiny\"}");
        Reply haiku = gateway().chat("claude-3-5-haiku-20241022");
        Reply opus = gateway().chat("claude-opus-4-6");

        assertThat(named.status()).as(named.toString()).isEqualTo(200);
        assertThat(named.json().path("models").path(0))
                .isEqualTo(gateway().adminGet("/models/big").json());
        assertThat(named.json().path("models").path(1))
                .isEqualTo(gateway().adminGet("/models/tiny").json());
        assertThat(named.json().path("warnings")).isEmpty();
        assertRefused(taken, "model");
        assertThat(haiku.header("X-Sidecar-Model")).isEqualTo("tiny");
        assertThat(opus.header("X-Sidecar-Model")).isEqualTo("big");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "aliases | [\"small\"]",
                "aliases | [\"meta/big\"]",
                "aliases | [\"*\"]",
                "aliases | [\"taken\"]",
                "aliases | \"x\"",
                "aliases | [\"a**\"]",
                "fallback_models | [\"meta/big\"]",
                "fallback_models | [\"a\",\"a\"]",
                "overflow_wait_seconds | -2",
                "overflow_wait_seconds | 1e999",
                "hidden | \"no\"",
                "translation | \"off\"",
                "model | \"other\""
            })
    void aBadSettingOfAModelIsRefusedByName(String field, String value) {
        gateway().create(Draft.of("a").at(stub()).serves("meta/big", "n").serves("small", "s"));
        gateway().admin("POST", "/models", "{\"model\":\"small\",\"aliases\":[\"taken\"]}");
        JsonNode before = gateway().adminGet("/models/meta/big").json();

        Reply put = gateway().admin("PUT", "/models/meta/big", "{\"" + field + "\":" + value + "}");

        assertRefused(put, field);
        assertThat(gateway().adminGet("/models/meta/big").json()).isEqualTo(before);
    }

    @Test
    void aModelThatNobodyKnowsIsNotFound() {
        for (Reply gone : List.of(
                gateway().adminGet("/models/no/such"),
                gateway().admin("PUT", "/models/no/such", "{}"),
                gateway().admin("DELETE", "/models/no/such", ""))) {
            assertThat(gone.status()).isEqualTo(404);
            assertThat(gone.json().path("detail").asText()).isEqualTo("Model not found");
        }
        Reply made = gateway().admin("POST", "/models", "{\"model\":\"no/such\"}");
        assertThat(made.json().path("warnings").toString()).contains("no enabled provider serves no/such");
        assertThat(gateway().adminGet("/models/no%2Fsuch").status()).isEqualTo(200);
        for (String body : List.of("[]", "{\"model\":\"\"}", "{\"model\":5}", "{}")) {
            assertThat(gateway().admin("POST", "/models", body).status()).isEqualTo(400);
        }
    }

    // --- description and odds

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
                .as("docs/rest.md is out of date; run: mvn verify -Dit.test=AdminIT -Dupdate.docs=true")
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
