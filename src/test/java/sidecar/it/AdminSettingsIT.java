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
import sidecar.kit.Json;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/** Settings and failure rules by {@code /api/admin}. */
class AdminSettingsIT extends AdminRequests {

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
}
