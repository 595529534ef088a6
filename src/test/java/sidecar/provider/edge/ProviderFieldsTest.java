package sidecar.provider.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.json.FieldError;
import sidecar.json.Json;
import sidecar.json.MalformedJson;

class ProviderFieldsTest {

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
    void whatTheApiAnswersComesBackUnchanged() throws MalformedJson {
        ObjectNode view = (ObjectNode) Json.read(VIEW);

        ObjectNode body = ProviderFields.of(view).body();

        assertThat(body.path("api_key").asText()).as("the key is kept").isEmpty();
        assertThat(body.path("quota_group").asText()).isEmpty();
        for (String name : List.of("headers", "metadata", "rpm_limit", "rpd_limit", "tpm_limit", "enabled", "name")) {
            assertThat(body.path(name))
                    .as(name)
                    .isEqualTo(
                            view.path(name).isInt() ? Json.tree(view.path(name).asLong()) : view.path(name));
        }
        assertThat(body.path("model_mappings").path("m.1").path("compat"))
                .isEqualTo(view.path("model_mappings").path("m.1").path("compat"));
        for (String price : List.of("input", "output", "cacheRead", "cacheWrite")) {
            assertThat(body.at("/model_mappings/m.1/cost/" + price).decimalValue())
                    .isEqualByComparingTo(
                            view.at("/model_mappings/m.1/cost/" + price).decimalValue());
        }
        assertThat(body.at("/model_mappings/m.1/input_modalities"))
                .isEqualTo(view.at("/model_mappings/m.1/input_modalities"));
    }

    @Test
    void aSecretOnceTypedOutlivesTheFormBeingDrawnAgain() {
        ProviderFields fields = ProviderFields.fresh(40, 120);

        fields.getKey().setValue("sk-0123456789abcdef");
        fields.getKey().setValue(null);

        assertThat(fields.body().path("api_key").asText()).isEqualTo("sk-0123456789abcdef");
        assertThat(fields.getKey().getMask()).isEqualTo("sk-012****cdef");
    }

    @ParameterizedTest
    @CsvSource({"0.15, 0.00000015", "3, 0.000003", ".5, 0.0000005", "'', 0", "1234567, 1.234567"})
    void pricesOfAMillionBecomePricesOfOneExactly(String typed, String price) {
        assertThat(Typed.price(typed).decimalValue()).isEqualByComparingTo(price);
    }

    @ParameterizedTest
    @CsvSource({"1e999999999", "'1,5'", "free", "0x10"})
    void whatIsNoPriceStaysTextToBeRefused(String typed) {
        assertThat(Typed.price(typed).isTextual()).isTrue();
    }

    @Test
    void anErrorGoesToTheModelWithTheLongestNameThatFits() {
        ProviderFields fields = ProviderFields.fresh(40, 120);
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
}
