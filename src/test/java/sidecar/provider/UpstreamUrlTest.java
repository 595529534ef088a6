package sidecar.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamUrlTest {

    private static UpstreamUrl good(String text) {
        return ((UpstreamUrl.Parsed.Good) UpstreamUrl.parse(text)).url();
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
                "http://h?x=1",
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
        assertThat(UpstreamUrl.parse(text)).isInstanceOf(UpstreamUrl.Parsed.Bad.class);
    }

    @Test
    void veryLongOnesAreRefused() {
        assertThat(UpstreamUrl.parse("http://h/" + "a".repeat(3_000))).isInstanceOf(UpstreamUrl.Parsed.Bad.class);
    }

    @ParameterizedTest
    @CsvSource({
        "http://h, /v1/chat/completions, '', http://h/v1/chat/completions",
        "http://h/v1, /v1/chat/completions, '', http://h/v1/chat/completions",
        "http://h/v1/, /v1/files, a=b&c=%20, http://h/v1/files?a=b&c=%20",
        "http://h/api/v1, /v1/models/a%2Fb, '', http://h/api/v1/models/a%2Fb",
        "http://h/xv1, /v1/models, '', http://h/xv1/v1/models",
        "http://h/v1, /healthz, '', http://h/healthz",
        "http://h/api, /healthz, a=b, http://h/api/healthz?a=b"
    })
    void v2Row43_v1NeverDoubles(String base, String path, String query, String target) {
        assertThat(good(base).join(path, query)).hasToString(target);
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
        assertThat(UpstreamUrl.parse("http://" + host + "/v1")).isInstanceOf(UpstreamUrl.Parsed.Bad.class);
        assertThat(UpstreamUrl.parse("https://" + host + ":8443")).isInstanceOf(UpstreamUrl.Parsed.Bad.class);
    }
}
