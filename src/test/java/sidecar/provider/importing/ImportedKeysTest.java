package sidecar.provider.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sidecar.json.Json;
import sidecar.provider.AccountIdentity;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.reader.ProviderReader;

/** What people paste, the keys in it, and what is named as left out. */
class ImportedKeysTest {

    private static final String A = "nvapi-aB3dE5fG7hI9";
    private static final String B = "nvapi-bC4eF6gH8iJ0";
    private static final String C = "nvapi-cD5fG7hI9jK1";
    private static final String SK1 = "sk-1a2b3c4d5e6f7g8h";
    private static final String SK2 = "sk-2b3c4d5e6f7g8h9i";
    private static final String BARE = "x7Kq29LmPz41TnVw83Rb";
    private static final String UNNAMED = "is not named like a provider's key";
    private static final String UNLIKE = "does not look like a key";
    private static final String PLACEHOLDER = "is a placeholder, not a key";
    private static final String MASK = "is a mask, not the key itself";
    private static final String REFERENCE = "is a reference whose value is not in the text";

    private static ImportPlan plan(String text) {
        ProviderReader reader = new ProviderReader(
                new ProviderReader.Defaults(40, Duration.ofMinutes(2)), new AccountIdentity(key -> "#" + key));
        ImportOptions options = new ImportOptions(
                Optional.empty(), Json.object().put("api_base_url", "https://h/v1"), "", Optional.empty());
        return ImportPlan.of(text, options, ProviderCatalog.EMPTY, reader, () -> "bkd_1", Instant.EPOCH);
    }

    private static List<String> keys(ImportPlan plan) {
        return plan.providers().stream()
                .map(p -> p.endpoint().key().orElseThrow().reveal())
                .toList();
    }

    private static Arguments row(String text, List<String> keys, String... leftOut) {
        return arguments(text, keys, List.of(leftOut));
    }

    static Stream<Arguments> lists() {
        return Stream.of(
                row("NVIDIA_API_KEYS=" + A + "," + B + "," + C, List.of(A, B, C)),
                row("NVIDIA_API_KEYS=" + A + ";" + B, List.of(A, B)),
                row("NVIDIA_API_KEYS=\"" + A + " " + B + "\"", List.of(A, B)),
                row("NVIDIA_API_KEYS=(" + A + " " + B + ")", List.of(A, B)),
                row("NVIDIA_API_KEYS='" + A + "\n" + B + "\n'", List.of(A, B)),
                row("NVIDIA_API_KEYS=" + A + ",\\\n  " + B, List.of(A, B)),
                row(
                        "nvidia_api_keys:\n  - " + A + "\n  - \"" + B + "\" # second\nport: 80",
                        List.of(A, B),
                        "line 4, port: " + UNNAMED),
                row(
                        "API_KEYS=[\"" + SK1 + "\",\"" + SK2 + "\"]\nALLOWED_TOKENS=[\"sk-123456\"]",
                        List.of(SK1, SK2),
                        "line 2, ALLOWED_TOKENS: " + UNNAMED),
                row(
                        "API_KEYS=[\n  \"" + SK1 + "\", // old\n  \"" + SK2 + "\",\n]\nDEBUG=1",
                        List.of(SK1, SK2),
                        "line 5, DEBUG: " + UNNAMED),
                row("[\"" + SK1 + "\",\n \"" + SK2 + "\"]", List.of(SK1, SK2)),
                row("[" + A + ", your-key-here]", List.of(A), "line 1: " + PLACEHOLDER),
                row(A + "\n" + A, List.of(A)),
                row("NVIDIA_API_KEYS=" + A + "\\\n," + B + "\\\n," + C, List.of(A, B, C)),
                row(A + "\r\n\r\n" + B + "\r\n", List.of(A, B)),
                row(A + "\r" + B, List.of(A, B)),
                row("\uFEFF" + A + "\u00A0“" + B + "”", List.of(A, B)));
    }

    static Stream<Arguments> assignments() {
        return Stream.of(
                row("$env:NVIDIA_API_KEY=\"" + A + "\"", List.of(A)),
                row(
                        "$Env:NVIDIA_API_KEY = '" + A + "'; $env:GROQ_API_KEY='gsk_abcDEF12345'",
                        List.of(A, "gsk_abcDEF12345")),
                row("export NVIDIA_API_KEY=" + A, List.of(A)),
                row("export A_API_KEY=" + A + " && export B_API_KEY=" + B, List.of(A, B)),
                row("set NVIDIA_API_KEY=" + A + "\r\n", List.of(A)),
                row("@set \"NVIDIA_API_KEY=" + A + "\"", List.of(A)),
                row("setx NVIDIA_API_KEY \"" + A + "\" /M", List.of(A), "line 1, NVIDIA_API_KEY: " + UNLIKE),
                row("set -gx NVIDIA_API_KEY " + A, List.of(A)),
                row("set -x NVIDIA_API_KEYS " + A + " " + B, List.of(A, B)),
                row("setenv NVIDIA_API_KEY " + A, List.of(A)),
                row("ENV NVIDIA_API_KEY=" + A, List.of(A)),
                row("Environment=\"NVIDIA_API_KEY=" + A + "\"", List.of(A)),
                row("NVIDIA_API_KEY: " + A + " # mine", List.of(A)),
                row("      - NVIDIA_API_KEY=" + A, List.of(A)),
                row("  \"NVIDIA_API_KEY\": \"" + A + "\",", List.of(A)),
                row("NV1=" + A, List.of(A)),
                row("MISTRAL_API_KEY=" + BARE, List.of(BARE)),
                row("DEEPSEEK_KEY=" + SK1, List.of(SK1)),
                row("COOKIE_KEY=" + BARE, List.of(), "line 1, COOKIE_KEY: " + UNNAMED),
                row("LITELLM_MASTER_KEY=" + SK1, List.of(), "line 1, LITELLM_MASTER_KEY: " + UNNAMED),
                row("JWT_SECRET=" + BARE + "\nNVIDIA_API_KEY=" + A, List.of(A), "line 1, JWT_SECRET: " + UNNAMED),
                row("MAX_TOKENS=4096\nNVIDIA_API_KEY=" + A, List.of(A), "line 1, MAX_TOKENS: " + UNNAMED),
                row("OPENAI_API_KEY=${NVIDIA_API_KEY}", List.of(), "line 1, OPENAI_API_KEY: " + REFERENCE),
                row("OPENAI_API_KEY=%OTHER%", List.of(), "line 1, OPENAI_API_KEY: " + REFERENCE),
                row("OPENAI_API_KEY=sk-xxxx", List.of(), "line 1, OPENAI_API_KEY: " + PLACEHOLDER),
                row("OPENAI_API_KEY=", List.of(), "line 1, OPENAI_API_KEY: has no key"),
                row("#NVIDIA_API_KEY=" + A, List.of(), "line 1: is commented out"),
                row("NVIDIA_API_KEY=\"" + A + "\nGROQ_API_KEY=\"gsk_abcDEF12345", List.of(A, "gsk_abcDEF12345")));
    }

    static Stream<Arguments> words() {
        return Stream.of(
                row(A + " # personal-account", List.of(A)),
                row(A + " // old", List.of(A)),
                row(A + " disabled:2025-01-01", List.of(A), "line 1: is a date, not a key"),
                row("// old\n" + A, List.of(A)),
                row("# keys of " + B + "\n" + A, List.of(A), "line 1: is commented out"),
                row("alice@example.com:" + A, List.of(A)),
                row("mine:" + A + " | bob@example.com", List.of(A), "line 1, mine: is an e-mail address, not a key"),
                row("my second key is " + A + ".", List.of(A), "line 1: " + UNLIKE),
                row(A + "\nhttps://integrate.api.nvidia.com/v1", List.of(A), "line 2: is an address, not a key"),
                row(A + "\n2025-01-01T12:00:00Z", List.of(A), "line 2: is a date, not a key"),
                row(A + "\nnvapi-****I9", List.of(A), "line 2: " + MASK),
                row(A + "\nsk-…9i", List.of(A), "line 2: " + MASK),
                row(A + "\nsk-abc...789", List.of(A), "line 2: " + MASK),
                row(A + "\n<your-key>", List.of(A), "line 2: " + PLACEHOLDER),
                row(A + "\nYOUR_API_KEY_123456", List.of(A), "line 2: " + PLACEHOLDER),
                row(A + "\nnvapi-xxxxxxxxxxxx", List.of(A), "line 2: " + PLACEHOLDER),
                row(A + "\nmeta/llama-3.1-70b-instruct", List.of(A), "line 2: " + UNLIKE),
                row(A + "\n/home/user/secrets/nvidia.txt", List.of(A), "line 2: " + UNLIKE),
                row(A + "\n1234567890123456", List.of(A), "line 2: " + UNLIKE),
                row(A + "\nshort", List.of(A), "line 2: " + UNLIKE));
    }

    static Stream<Arguments> vendors() {
        return Stream.of(
                        "sk-proj-aB3_dE5-fG7hI9jK1",
                        "sk-ant-api03-aB3dE5fG7hI9",
                        "sk-or-v1-0a1b2c3d4e5f6071",
                        "gsk_aB3dE5fG7hI9jK1lM3nO5",
                        "csk-a1b2c3d4e5f6g7h8",
                        "xai-aB3dE5fG7hI9jK1",
                        "pplx-a1b2c3d4e5f6",
                        "AIzaSyA1b2C3d4E5f6G7h8I9j0",
                        "hf_aBcDeFgHiJkLmNoPqRsT",
                        "r8_A1b2C3d4E5f6",
                        "fw_3ZaBcDeFgHiJkLmN",
                        "0123456789abcdef0123456789abcdef",
                        "0123456789abcdef0123456789abcdef.AbCdEfGhIjKlMnOp",
                        "deadbeef-cafe-4bad-face-0123456789ab",
                        "deadbeef-cafe-4bad-face-0123456789ab:0123456789abcdef0123456789abcdef",
                        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r",
                        "x7Kq29LmPz41TnVw83Rb==")
                .map(key -> row(key, List.of(key)));
    }

    static Stream<Arguments> tables() {
        return Stream.of(
                row("name,api_key\r\na," + A + "\r\nb," + B + " # old\r\n", List.of(A, B)),
                row("name;API Key\n\n\"a\nb\";no key yet\nc;" + A, List.of(A), "line 3: " + UNLIKE),
                row(
                        "api_key\n" + A + "\n# " + B + "\nyour-key-here",
                        List.of(A),
                        "line 3: is commented out",
                        "line 4: " + PLACEHOLDER),
                row(
                        "name,api_key\na,\"" + A + "," + B + "\"\nb,\nc,[" + C + "]",
                        List.of(A, B, C),
                        "line 3: has no key"));
    }

    @ParameterizedTest
    @MethodSource({"lists", "assignments", "words", "vendors", "tables"})
    void keysAreTakenAndTheRestIsNamed(String text, List<String> keys, List<String> leftOut) {
        ImportPlan plan = plan(text);

        assertThat(keys(plan)).isEqualTo(keys);
        assertThat(plan.leftOut())
                .extracting(one -> one.where() + ": " + one.reason())
                .isEqualTo(leftOut);
        assertThat(plan.errors().isEmpty()).isEqualTo(!keys.isEmpty());
    }

    static Stream<Arguments> openClaw() {
        String nim = "baseUrl:'https://integrate.api.nvidia.com/v1'";
        return Stream.of(
                row("{env:{NV1:'" + A + "'},models:{providers:{a:{" + nim + ",apiKey:\"${NV1}\"}}}}", List.of(A)),
                row("{env:{vars:{NV1:'" + A + "'}},models:{providers:{a:{" + nim + ",apiKey:'${NV1}'}}}}", List.of(A)),
                row("{env:{NV1:'" + A + "'},models:{providers:{a:{" + nim + ",apiKey:'NV1'}}}}", List.of(A)),
                row(
                        "{env:{NV1:'" + A + "'},models:{providers:{a:{" + nim
                                + ",apiKey:{source:'env',provider:'default',id:'NV1'}}}}}",
                        List.of(A)),
                row("{env:{NVIDIA_API_KEY:'" + A + "'},models:{providers:{nvidia:{" + nim + "}}}}", List.of(A)),
                row("{env:{NVIDIA_API_KEY:'" + A + "'},models:{providers:{mine:{" + nim + "}}}}", List.of(A)),
                row(
                        "{env:{vars:{NVIDIA_API_KEYS:'" + A + "," + B + "'}},models:{providers:{nvidia:{" + nim
                                + "}}}}",
                        List.of(A, B)),
                row(
                        "{env:{MY_NIM_API_KEY:'" + A + "'},models:{providers:{'my-nim':{" + nim + ",apiKey:''}}}}",
                        List.of(A)),
                row("{env:{H:'https://h/v2'},models:{providers:{a:{baseUrl:'${H}',apiKey:'" + A + "'}}}}", List.of(A)),
                row(
                        "{models:{providers:{a:{" + nim + ",apiKey:'${NV1}'},b:{" + nim + ",apiKey:'" + A + "'}}}}",
                        List.of(A),
                        "models.providers.a: " + REFERENCE),
                row(
                        "{models:{providers:{a:{" + nim + "},b:{" + nim + ",apiKey:'" + A + " # mine'}}}}",
                        List.of(A),
                        "models.providers.a: has no key"),
                row(
                        "{models:{providers:{a:{" + nim + ",apiKey:'your-key-here'},b:{" + nim + ",apiKey:'" + A
                                + "'}}}}",
                        List.of(A),
                        "models.providers.a: " + PLACEHOLDER),
                row(
                        "{models:{providers:{a:{" + nim + ",apiKey:'" + A.substring(0, 6) + "\\\n" + A.substring(6)
                                + "',models:[{id:'m',contextWindow:0x1F4,maxTokens:+10,cost:{input:.5,output:+.5}}]}}}}",
                        List.of(A)));
    }

    @ParameterizedTest
    @MethodSource("openClaw")
    void keysOfAnOpenClawFileAreFoundWhereItHasThem(String text, List<String> keys, List<String> leftOut) {
        ImportPlan plan = plan(text);

        assertThat(plan.errors()).isEmpty();
        assertThat(keys(plan)).isEqualTo(keys);
        assertThat(plan.leftOut())
                .extracting(one -> one.where() + ": " + one.reason())
                .isEqualTo(leftOut);
    }

    @Test
    void whereAKeyStoodIsToldOfEachProvider() {
        ImportPlan plan = plan("# mine\nNVIDIA_API_KEYS=" + A + "," + B + "\n" + C);

        assertThat(plan.planned())
                .extracting(ImportPlan.Planned::where)
                .containsExactly("line 2, NVIDIA_API_KEYS", "line 2, NVIDIA_API_KEYS", "line 3");
        assertThat(plan.providers()).extracting(Provider::name).containsExactly("nvidia-1", "nvidia-2", "provider-1");
    }

    @Test
    void whatIsLeftOutShowsNothingOfItsValue() {
        String secret = "hunter2-hunter2";

        ImportPlan plan = plan(secret + "\nPASSWORD=" + secret + "\nA_API_KEY=" + secret + "\n# " + secret);

        assertThat(plan.leftOut()).hasSize(3);
        assertThat(plan.toString()).doesNotContain("hunter2");
    }
}
