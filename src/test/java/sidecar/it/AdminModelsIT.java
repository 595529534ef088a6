package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.kit.Draft;
import sidecar.kit.Json;
import sidecar.kit.Reply;

/** Models by {@code /api/admin}. */
class AdminModelsIT extends AdminRequests {

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
}
