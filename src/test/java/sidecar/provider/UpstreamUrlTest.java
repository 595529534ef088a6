package sidecar.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamUrlTest {

    private static UpstreamUrl good(String text) {
        return UpstreamUrl.parse(text).toOptional().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:9280, http://127.0.0.1:9280",
        "' https://integrate.api.nvidia.com/v1/ ', https://integrate.api.nvidia.com/v1",
        "HTTPS://Integrate.API.nvidia.com./v1//, https://integrate.api.nvidia.com/v1",
        "http://[::1]:11434/v1, http://[::1]:11434/v1",
        "http://ollama:11434, http://ollama:11434",
        "https://h/openai/deployments/a%20b, https://h/openai/deployments/a%20b",
        "http://1a.example, http://1a.example",
        "http://10.0.0.255, http://10.0.0.255"
    })
    void baseUrlsAreTidied(String text, String base) {
        assertThat(good(text)).hasToString(base);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not a url",
                "h.example",
                "ftp://h",
                "file:///etc/passwd",
                "http:h",
                "http://",
                "http:///v1",
                "http://user:pass@h",
                "http://user@h",
                "http://h?key=1",
                "http://h?a=b&api_key=1",
                "http://h?subscription-key=1",
                "http://h/f?code=1",
                "http://h?access_token=1",
                "http://h#f",
                "http://h/\r\nX: y",
                "http://h\\@evil",
                "http://h:0",
                "http://h:65536",
                "http://h:",
                "http://h:x",
                "http://-",
                "http://my_host",
                "http://bücher.example",
                "http://h/../x",
                "http://h/a/%2e%2E/x",
                "http://h/.",
                "http://h/a;b",
                "http://h/%00",
                "http://h/a%2fb",
                "http://metadata.google.internal",
                "http://Metadata.Google.Internal./v1",
                "http://metadata.goog",
                "http://instance-data",
                "http://2130706433",
                "http://127.1",
                "http://0177.0.0.1",
                "http://0x7f000001",
                "http://127.0.0.0x1",
                "http://127.0.0.1.2",
                "http://256.0.0.1",
                "http://1.2.3.4..",
                "http://[::ffff:127.0.0.1]",
                "http://[::ffff:7f00:1]",
                "http://[fe80::1%25eth0]",
                "http://[fe80::1%eth0]",
                "http://[::g]",
                "http://[1::2::3]"
            })
    void otherTextsAreRefused(String text) {
        assertThat(UpstreamUrl.parse(text).fault()).isPresent();
    }

    @Test
    void veryLongOnesAreRefused() {
        assertThat(UpstreamUrl.parse("http://h/" + "a".repeat(3_000)).fault()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "http://h, /v1/chat/completions, '', http://h/v1/chat/completions",
        "http://h/v1, /v1/chat/completions, '', http://h/v1/chat/completions",
        "http://h/v1/, /v1/files, a=b&c=%20, http://h/v1/files?a=b&c=%20",
        "http://h/api/v1, /v1/models/a%2Fb, '', http://h/api/v1/models/a%2Fb",
        "http://h/xv1, /v1/models, '', http://h/xv1/v1/models",
        "http://h/v1, /healthz, '', http://h/healthz",
        "http://h/v1beta/openai, /healthz, '', http://h/v1beta/openai/healthz",
        "http://h/api, /healthz, a=b, http://h/api/healthz?a=b"
    })
    void v1NeverDoubles(String base, String path, String query, String target) {
        assertThat(good(base).join(path, query)).hasToString(target);
    }

    /** field-reports.md section 3, and the addresses of other vendors. */
    @ParameterizedTest
    @CsvSource({
        "https://generativelanguage.googleapis.com/v1beta/openai/, https://generativelanguage.googleapis.com/v1beta/openai/chat/completions",
        "https://api.z.ai/api/paas/v4, https://api.z.ai/api/paas/v4/chat/completions",
        "https://api.deepinfra.com/v1/openai, https://api.deepinfra.com/v1/openai/chat/completions",
        "https://x.openai.azure.com/openai/deployments/d?api-version=2025-01-01-preview, https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2025-01-01-preview",
        "https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2025-01-01-preview, https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2025-01-01-preview",
        "https://host/v1/chat/completions, https://host/v1/chat/completions",
        "https://host/v1/chat/completions/, https://host/v1/chat/completions",
        "https://host/v1/messages, https://host/v1/chat/completions",
        "https://host/v1/models, https://host/v1/chat/completions",
        "https://openrouter.ai/api, https://openrouter.ai/api/v1/chat/completions",
        "https://openrouter.ai/api/v1, https://openrouter.ai/api/v1/chat/completions",
        "http://127.0.0.1:8000, http://127.0.0.1:8000/v1/chat/completions",
        "http://127.0.0.1:8000/v1, http://127.0.0.1:8000/v1/chat/completions",
        "https://open.bigmodel.cn/api/coding/paas/v4/, https://open.bigmodel.cn/api/coding/paas/v4/chat/completions",
        "https://ark.cn-beijing.volces.com/api/v3, https://ark.cn-beijing.volces.com/api/v3/chat/completions",
        "https://qianfan.baidubce.com/v2, https://qianfan.baidubce.com/v2/chat/completions",
        "https://dashscope.aliyuncs.com/compatible-mode/v1, https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions",
        "https://api.groq.com/openai/v1, https://api.groq.com/openai/v1/chat/completions",
        "https://api.fireworks.ai/inference/v1, https://api.fireworks.ai/inference/v1/chat/completions",
        "https://api.cohere.ai/compatibility/v1, https://api.cohere.ai/compatibility/v1/chat/completions",
        "https://api.cloudflare.com/client/v4/accounts/abc/ai/v1, https://api.cloudflare.com/client/v4/accounts/abc/ai/v1/chat/completions",
        "https://x.openai.azure.com/openai/v1?api-version=preview, https://x.openai.azure.com/openai/v1/chat/completions?api-version=preview",
        "https://api.perplexity.ai/chat/completions, https://api.perplexity.ai/chat/completions",
        "https://x.services.ai.azure.com/models?api-version=2024-05-01-preview, https://x.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
        "https://models.inference.ai.azure.com/chat/completions, https://models.inference.ai.azure.com/chat/completions",
        "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/endpoints/openapi, https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/endpoints/openapi/chat/completions",
        "https://host/V1, https://host/V1/chat/completions",
        "https://host/vault/api, https://host/vault/api/v1/chat/completions",
        "https://host/xv1, https://host/xv1/v1/chat/completions"
    })
    void aBaseThatHoldsAVersionIsComplete(String base, String called) {
        assertThat(good(base).chatUrl(ApiProtocol.OPENAI_COMPLETIONS)).isEqualTo(called);
        assertThat(good(good(base).toString()).chatUrl(ApiProtocol.OPENAI_COMPLETIONS))
                .as("as stored")
                .isEqualTo(called);
    }

    @ParameterizedTest
    @CsvSource({
        "https://h/v1/chat/completions, https://h/v1",
        "https://h/v1beta/openai/embeddings/, https://h/v1beta/openai",
        "https://h/chat/completions, https://h/chat/completions",
        "https://h/v1?api-version=1, https://h/v1?api-version=1"
    })
    void anEndpointAfterAVersionIsCutOff(String base, String stored) {
        assertThat(good(base)).hasToString(stored);
    }

    @ParameterizedTest
    @CsvSource({
        "https://h/v1?a=1, '', https://h/v1/models?a=1",
        "https://h/v1?a=1, b=2, https://h/v1/models?a=1&b=2",
        "https://h/v1?a=1&c=3, a=2, https://h/v1/models?c=3&a=2",
        "https://h/v1?a=1, a=2, https://h/v1/models?a=2",
        "https://h/v1?a, b, https://h/v1/models?a&b",
        "https://h/chat/completions?a=1, '', https://h/models?a=1"
    })
    void queriesAreMerged(String base, String query, String target) {
        assertThat(good(base).join("/v1/models", query)).hasToString(target);
    }

    @Test
    void theOriginAlwaysHasAPort() {
        assertThat(good("https://H.example/v1").origin()).isEqualTo("https://h.example:443");
        assertThat(good("http://h.example").origin()).isEqualTo("http://h.example:80");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "metadata.google.internal",
                "metadata.google.internal.",
                "METADATA.Google.Internal",
                "METADATA.Google.Internal.",
                "metadata.goog",
                "Metadata.Goog.",
                "metadata",
                "instance-data",
                "Instance-Data.",
                "instance-data.ec2.internal",
                "%6detadata.goog",
                "metadata.goog..",
                // spellings of 169.254.169.254 that some resolver reads as that
                "2852039166",
                "0xA9FEA9FE",
                "0xa9fea9fe.",
                "0XA9.0xFE.0xA9.0xFE",
                "0251.0376.0251.0376",
                "0251.254.169.254",
                "169.254.43518",
                "169.16689662",
                "169.254.169.0xfe",
                "169.254.169.254..",
                "169.254.169.0254",
                "[::ffff:169.254.169.254]",
                "[::ffff:a9fe:a9fe]",
                "[0:0:0:0:0:ffff:a9fe:a9fe]",
                "[fe80::1%25eth0]",
                "[fe80::1%eth0]"
            })
    void noSpellingOfAMetadataServiceIsABaseUrl(String host) {
        assertThat(UpstreamUrl.parse("http://" + host + "/v1").fault()).isPresent();
        assertThat(UpstreamUrl.parse("https://" + host + ":8443").fault()).isPresent();
    }
}
