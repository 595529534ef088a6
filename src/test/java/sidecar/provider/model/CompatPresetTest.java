package sidecar.provider.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.dialect.MappingOptions;
import sidecar.provider.ApiProtocol;
import sidecar.provider.ModelMapping;
import sidecar.provider.Price;

class CompatPresetTest {

    @ParameterizedTest
    @CsvSource({
        "api.deepseek.com, DeepSeek, true, ",
        "API.DeepSeek.com, DeepSeek, true, ",
        "api.moonshot.cn, Kimi, true, ",
        "api.moonshot.ai, Kimi, true, ",
        "api.xiaomimimo.com, MiMo, true, ",
        "open.bigmodel.cn, GLM, true, thinking.type",
        "api.z.ai, GLM, true, thinking.type",
        "dashscope.aliyuncs.com, Qwen, false, enable_thinking",
        "dashscope-intl.aliyuncs.com, Qwen, false, enable_thinking"
    })
    void aVendorIsKnownByItsHost(String host, String vendor, boolean carryReasoning, String thinkingSwitch) {
        CompatPreset preset =
                CompatPreset.of(ApiProtocol.OPENAI_COMPLETIONS, host).orElseThrow();

        MappingOptions options = options(preset.compat());
        assertThat(preset.vendor()).isEqualTo(vendor);
        assertThat(options.carryReasoning()).isEqualTo(carryReasoning);
        assertThat(options.thinkingSwitch()).isEqualTo(Optional.ofNullable(thinkingSwitch));
    }

    private static MappingOptions options(Map<String, Object> compat) {
        return MappingOptions.of(
                new ModelMapping("m", "n", true, true, List.of("text"), Price.FREE, 128_000, 65_536, compat), "m");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "integrate.api.nvidia.com",
                "generativelanguage.googleapis.com",
                "openrouter.ai",
                "api.openai.com",
                "127.0.0.1",
                "api.deepseek.com.example",
                "not-api.z.ai"
            })
    void nothingIsSuggestedWhereNothingIsKnownToBeNeeded(String host) {
        assertThat(CompatPreset.of(ApiProtocol.OPENAI_COMPLETIONS, host)).isEmpty();
    }

    /** These vendors speak messages too, at the same host. */
    @Test
    void nothingIsSuggestedForMessages() {
        assertThat(CompatPreset.of(ApiProtocol.ANTHROPIC_MESSAGES, "api.deepseek.com"))
                .isEmpty();
        assertThat(CompatPreset.of(ApiProtocol.OPENAI_RESPONSES, "api.deepseek.com"))
                .isPresent();
    }

    static Stream<Map.Entry<String, Object>> suggestedKeys() {
        return CompatPreset.ALL.stream()
                .flatMap(preset -> preset.compat().entrySet().stream())
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("suggestedKeys")
    void everySuggestedKeyActs(Map.Entry<String, Object> key) {
        assertThat(options(Map.of(key.getKey(), key.getValue()))).isNotEqualTo(options(Map.of()));
    }

    @Test
    void noHostIsTwoVendors() {
        List<String> hosts = CompatPreset.ALL.stream()
                .flatMap(preset -> preset.hosts().stream())
                .toList();

        assertThat(hosts)
                .doesNotHaveDuplicates()
                .allSatisfy(host -> assertThat(host).isLowerCase());
    }
}
