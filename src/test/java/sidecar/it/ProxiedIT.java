package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.kit.Reply;

/** Behind a reverse proxy: whom its headers are believed of, and what they change. */
class ProxiedIT extends RunningSidecar {

    @ParameterizedTest
    @CsvSource({"127.0.0.1, true", "'10.0.0.0/8, 127.0.0.0/8', true", "192.0.2.1, false", "'', false"})
    void theSessionCookieIsSecureWhereATrustedProxySpeaksTls(String trusted, boolean secure) {
        gateway().set("trusted_proxies", trusted);

        Reply entered = gateway()
                .signIn(
                        System.getenv("SIDECAR_VIEWER_TOKEN"),
                        "X-Forwarded-For",
                        "203.0.113.9",
                        "X-Forwarded-Proto",
                        "https",
                        "X-Forwarded-Host",
                        "llm.example.org");

        assertThat(entered.headers().all("Set-Cookie"))
                .hasSize(2)
                .allSatisfy(cookie -> assertThat(cookie.contains("Secure")).isEqualTo(secure));
        assertThat(gateway().signIn(System.getenv("SIDECAR_VIEWER_TOKEN")).header("Set-Cookie"))
                .as("the next one came without TLS")
                .startsWith("sidecar_session=")
                .doesNotContain("Secure");
    }

    @Test
    void recipesNameTheAddressThatTheOperatorCameBy() {
        provider("p", "m", "n");
        gateway().set("trusted_proxies", "127.0.0.1");

        assertThat(export(
                        "X-Forwarded-For",
                        "203.0.113.9",
                        "X-Forwarded-Proto",
                        "https",
                        "X-Forwarded-Host",
                        "llm.example.org"))
                .contains("\"https://llm.example.org/v1\"");
        assertThat(export(
                        "X-Forwarded-For",
                        "203.0.113.9",
                        "X-Forwarded-Proto",
                        "https",
                        "X-Forwarded-Host",
                        "llm.example.org:8443"))
                .contains("\"https://llm.example.org:8443/v1\"");
        assertThat(export("X-Forwarded-For", "203.0.113.9", "X-Forwarded-Host", "evil.example/\"<x>"))
                .doesNotContain("evil");

        gateway().set("trusted_proxies", "");
        assertThat(export("X-Forwarded-For", "203.0.113.9", "X-Forwarded-Host", "llm.example.org"))
                .doesNotContain("llm.example.org");
    }

    private String export(String... headers) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Authorization";
        all[headers.length + 1] = "Bearer " + System.getenv("SIDECAR_ADMIN_TOKEN");
        return gateway().get("/api/admin/export/openclaw", all).text();
    }

    @Test
    void aClientsAddressIsTheOneBehindTheProxy() {
        provider("p", "m", "n");
        String token = gateway()
                .admin("POST", "/clients", "{\"name\":\"ann\",\"cidrs\":[\"203.0.113.0/24\"]}")
                .json()
                .path("token")
                .asText();
        gateway().set("trusted_proxies", "127.0.0.1");

        assertThat(from("203.0.113.9", token)).isEqualTo(200);
        assertThat(from("198.51.100.9", token)).isEqualTo(401);
        assertThat(from("203.0.113.9, 198.51.100.9", token))
                .as("made up by the client")
                .isEqualTo(401);

        gateway().set("trusted_proxies", "");
        assertThat(from("203.0.113.9", token)).isEqualTo(401);
    }

    private int from(String address, String token) {
        return gateway()
                .chat("m", "X-Forwarded-For", address, "Authorization", "Bearer " + token)
                .status();
    }

    @Test
    void noProxyMakesAStrangerALocal() {
        provider("p", "m", "n");
        gateway().set("trusted_proxies", "127.0.0.1");

        assertThat(gateway().chat("m", "X-Forwarded-For", "127.0.0.1").status()).isEqualTo(401);
        assertThat(gateway().chat("m", "Forwarded", "for=127.0.0.1").status()).isEqualTo(401);
        assertThat(gateway().chat("m").status()).isEqualTo(200);
    }
}
