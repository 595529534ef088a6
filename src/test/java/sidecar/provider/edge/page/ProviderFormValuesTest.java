package sidecar.provider.edge.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sidecar.json.FieldError;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.provider.AccountIdentity;
import sidecar.provider.reader.ProviderReader;

class ProviderFormValuesTest {

    private static final String VIEW = """
            {"name": "one", "label": "", "api_base_url": "https://example.org/v1", "api": "openai-completions",
             "pool": "primary", "notes": "", "quota_group": null, "limiter": "window", "cooldown_scope": "auto",
             "timeout_seconds": 120, "rpm_limit": 40, "weight": 1, "rpd_limit": null, "tpm_limit": 5000,
             "max_concurrency": null, "enabled": true, "api_key": "nvapi-****1234", "metadata": {"a": [1, null]},
             "headers": {"X-Team": "te****", "User-Agent": null},
             "model_mappings": {"m.1": {"native_id": "v/m.1", "reasoning": true, "reasoning_effort": false,
               "input_modalities": ["text", "image"],
               "cost": {"input": 0.000000123456789, "output": 0, "cacheRead": 1E-7, "cacheWrite": 2},
               "context_window": 128000, "max_tokens": 65536, "compat": {"supportsUsageInStreaming": false}}}}
            """;

    @Test
    void aFormThatNobodyTouchedChangesNothing() throws MalformedJsonException {
        assertThat(opened().changes()).isEmpty();
    }

    private static ProviderFormValues opened() throws MalformedJsonException {
        return ProviderFormValues.of((ObjectNode) Json.read(VIEW));
    }

    @Test
    void onlyWhatWasChangedIsSentSoThatWhatOthersChangedStays() throws MalformedJsonException {
        ProviderFormValues fields = opened();

        fields.getValues().put("label", " team ");
        fields.getValues().put("rpm_limit", "40 ");
        fields.getValues().put("tpm_limit", "");
        fields.getValues().put("notes", "first\r\nsecond");
        fields.getValues().put("metadata", "{\"a\":[1,null]}");
        fields.setEnabled(false);

        assertThat(fields.changes()).isEqualTo(Json.read("""
                        {"label": "team", "notes": "first\\nsecond", "tpm_limit": null, "enabled": false}"""));
    }

    @Test
    void aTableIsSentAsAWholeOnceALineOfItWasChanged() throws MalformedJsonException {
        ObjectNode view = (ObjectNode) Json.read(VIEW);
        ProviderFormValues fields = ProviderFormValues.of(view);

        fields.getMappings().get(0).getValues().put("max_tokens", "1000");
        fields.getMappings().add(MappingRow.of("new", "new"));
        fields.getHeaders().add(new HeaderRow());
        fields.getHeaders().get(2).getValues().put("name", "X-New");

        ObjectNode changes = fields.changes();
        assertThat(changes.properties()).extracting(Map.Entry::getKey).containsExactly("model_mappings", "headers");
        assertThat(changes.at("/headers/X-Team")).as("a mask keeps the value").isEqualTo(view.at("/headers/X-Team"));
        assertThat(changes.at("/headers/User-Agent").isNull()).isTrue();
        assertThat(changes.at("/model_mappings").size()).isEqualTo(2);
        assertThat(changes.at("/model_mappings/m.1/max_tokens").asInt()).isEqualTo(1000);
        for (String same : List.of("compat", "input_modalities", "reasoning", "native_id")) {
            assertThat(changes.at("/model_mappings/m.1/" + same))
                    .as(same)
                    .isEqualTo(view.at("/model_mappings/m.1/" + same));
        }
        for (String price : List.of("input", "output", "cacheRead", "cacheWrite")) {
            assertThat(changes.at("/model_mappings/m.1/cost/" + price).decimalValue())
                    .isEqualByComparingTo(
                            view.at("/model_mappings/m.1/cost/" + price).decimalValue());
        }
    }

    private static ProviderFormValues fresh() {
        ProviderReader reader = new ProviderReader(
                new ProviderReader.Defaults(40, Duration.ofMinutes(2)), new AccountIdentity(key -> key));
        return ProviderFormValues.fresh(reader.blank("", Instant.EPOCH));
    }

    @Test
    void aNewProviderIsSentAsAWhole() throws MalformedJsonException {
        ObjectNode body = fresh().changes();

        assertThat(body.path("rpm_limit").asInt()).isEqualTo(40);
        assertThat(body.path("limiter").asText()).isEqualTo("window");
        assertThat(Json.read(Json.write(body))).isEqualTo(Json.read("""
                        {"name": "", "label": "", "api_base_url": "", "api": "openai-completions", "pool": "primary",
                         "notes": "", "quota_group": "", "limiter": "window", "cooldown_scope": "auto",
                         "timeout_seconds": 120, "rpm_limit": 40, "weight": 1, "rpd_limit": null, "tpm_limit": null,
                         "max_concurrency": null, "enabled": true, "api_key": "", "metadata": {},
                         "model_mappings": {}, "headers": {}}"""));
    }

    @Test
    void aSecretOnceTypedOutlivesTheFormBeingDrawnAgain() {
        ProviderFormValues fields = fresh();

        fields.getKey().setValue("sk-0123456789abcdef");
        fields.getKey().setValue(null);

        assertThat(fields.changes().path("api_key").asText()).isEqualTo("sk-0123456789abcdef");
        assertThat(fields.getKey().getMask()).isEqualTo("sk-012****cdef");
    }

    @Test
    void anErrorGoesToTheModelWithTheLongestNameThatFits() {
        ProviderFormValues fields = fresh();
        fields.getMappings().add(MappingRow.of("gpt", "gpt"));
        fields.getMappings().add(MappingRow.of("gpt.native_id", "x"));

        List<FieldError> left = fields.placed(List.of(
                new FieldError("model_mappings.gpt.native_id.cost.input", "bad price"),
                new FieldError("model_mappings.gpt.max_tokens", "too many"),
                new FieldError("name", "taken")));

        assertThat(fields.getMappings().get(1).getErrors()).containsEntry("cost.input", "bad price");
        assertThat(fields.getMappings().get(0).getErrors()).containsEntry("max_tokens", "too many");
        assertThat(left).extracting(FieldError::field).containsExactly("name");
    }

    /** Only at the vendor's address, and only to what can take it. */
    @Test
    void whatTheVendorNeedsIsAddedToEveryModelThatLacksIt() throws MalformedJsonException {
        ProviderFormValues fields = opened();
        fields.getMappings().add(MappingRow.of("new", "new"));
        fields.getMappings().add(MappingRow.of("odd", "odd"));
        fields.getMappings().get(2).getValues().put("compat", "no object");
        assertThat(fields.getSuggestion()).isNull();
        assertThat(fields.getSuggestedCompat()).isEmpty();

        fields.getValues().put("api_base_url", "https://api.z.ai/api/paas/v4");
        assertThat(fields.getSuggestion().vendor()).isEqualTo("GLM");
        assertThat(fields.getSuggestedCompat())
                .isEqualTo("{\"carryReasoning\":true,\"thinkingSwitch\":\"thinking.type\"}");
        fields.getMappings().get(1).getValues().put("compat", "{\"carryReasoning\": false}");
        fields.takeSuggestion();

        assertThat(fields.getSuggestion()).isNull();
        assertThat(compat(fields, 0)).isEqualTo(Json.read("""
                {"supportsUsageInStreaming": false, "carryReasoning": true, "thinkingSwitch": "thinking.type"}"""));
        assertThat(compat(fields, 1)).isEqualTo(Json.read("""
                {"carryReasoning": false, "thinkingSwitch": "thinking.type"}"""));
        assertThat(fields.getMappings().get(2).getValues().get("compat")).isEqualTo("no object");
    }

    private static JsonNode compat(ProviderFormValues fields, int line) throws MalformedJsonException {
        return Json.read(fields.getMappings().get(line).getValues().get("compat"));
    }
}
