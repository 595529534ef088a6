package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Gateway;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/** Who may use {@code /v1} while no client token exists, and which web pages may use it at all. */
class OpenAccessIT extends RunningSidecar {

    private static final String PAGE = "https://chat.example";
    private static final String[] CROSS_SITE = {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"};

    private Reply chatAs(String host, String... headers) {
        return send(host, "POST", "/v1/chat/completions", Gateway.chatBody("m", false), headers);
    }

    private Reply send(String host, String method, String path, String body, String... headers) {
        List<String> lines = new ArrayList<>(List.of(method + " " + path + " HTTP/1.1", "Host: " + host));
        for (int i = 0; i < headers.length; i += 2) {
            lines.add(headers[i] + ": " + headers[i + 1]);
        }
        lines.addAll(List.of("Content-Type: text/plain", "Content-Length: " + body.length(), "Connection: close", ""));
        try (RawClient client = RawClient.to(gateway().port())) {
            client.lines(lines.toArray(String[]::new)).send(body);
            RawClient.Head head = client.head();
            byte[] answer = client.body();
            return new Reply(head.status(), head.headers(), answer, client.end());
        }
    }

    private String local() {
        return "127.0.0.1:" + gateway().port();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, , , 200",
        "localhost, , , 200",
        "[::1], , , 200",
        "evil.example, , , 421",
        "192.0.2.1, , , 421",
        "127.0.0.1, Origin, https://evil.example, 403",
        "127.0.0.1, Origin, null, 403",
        "127.0.0.1, Origin, http://127.0.0.1:1, 403",
        "127.0.0.1, Origin, http://127.0.0.1, 200",
        "127.0.0.1, Sec-Fetch-Site, cross-site, 403",
        "127.0.0.1, Sec-Fetch-Site, same-origin, 200",
        "evil.example, Origin, http://evil.example, 421",
        "127.0.0.1, Forwarded, for=192.0.2.1, 401",
        "127.0.0.1, X-Forwarded-For, 127.0.0.1, 401",
        "127.0.0.1, X-Real-IP, 127.0.0.1, 401",
        "127.0.0.1, Via, 1.1 proxy, 401"
    })
    void withoutATokenOnlyProgramsOfThisMachineAreServed(String host, String header, String value, int status) {
        StubUpstream upstream = provider("p", "m", "n");

        Reply reply = header == null ? chatAs(host) : chatAs(host, header, value);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(upstream.received()).hasSize(status == 200 ? 1 : 0);
        if (status != 200) {
            assertThat(reply.error().path("message").asText()).contains("client token");
        }
    }

    @Test
    void withATokenAnyNameAndAnyPageWillDo() {
        provider("p", "m", "n");
        JsonNode client = gateway()
                .admin("POST", "/clients", "{\"name\":\"named-anyhow\"}")
                .json();
        String token = "Bearer " + client.path("token").asText();

        assertThat(chatAs("llm.example.org", "Authorization", token, "X-Forwarded-For", "192.0.2.1")
                        .status())
                .isEqualTo(200);
        assertThat(chatAs(
                                "evil.example",
                                "Authorization",
                                token,
                                "Origin",
                                "https://evil.example",
                                "Sec-Fetch-Site",
                                "cross-site")
                        .status())
                .isEqualTo(200);
        assertThat(chatAs(local(), CROSS_SITE).status()).isEqualTo(401);
    }

    @Test
    void aNameThatTheOperatorAllowsOpens() {
        provider("p", "m", "n");
        gateway().set("allowed_hosts", "llm.lan, other.lan");

        assertThat(chatAs("LLM.lan:9190").status()).isEqualTo(200);
        assertThat(chatAs("evil.example").status()).isEqualTo(421);
    }

    @Test
    void allowOpenLiftsTheRuleOfTheAddressAndNoOther() {
        provider("p", "m", "n");
        gateway().set("allow_open", "true");

        assertThat(chatAs(local(), "X-Forwarded-For", "192.0.2.1").status()).isEqualTo(200);
        assertThat(chatAs("evil.example").status()).isEqualTo(421);
        assertThat(chatAs(local(), CROSS_SITE).status()).isEqualTo(403);
    }

    @Test
    void aPageThatIsListedMayAskAndReadEverything() {
        provider("p", "m", "n");
        gateway().set("cors_origins", PAGE + ", app://obsidian.md");

        Reply preflight = send(
                local(),
                "OPTIONS",
                "/v1/chat/completions",
                "",
                "Origin",
                PAGE,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization,content-type,x-stainless-lang",
                "Access-Control-Request-Private-Network",
                "true");
        assertThat(preflight.status()).isEqualTo(204);
        assertReadable(preflight);
        assertThat(preflight.header("Access-Control-Allow-Methods")).contains("POST");
        assertThat(preflight.header("Access-Control-Allow-Headers"))
                .isEqualTo("authorization,content-type,x-stainless-lang");
        assertThat(preflight.header("Access-Control-Allow-Private-Network")).isEqualTo("true");

        Reply answer = chatAs(local(), "Origin", PAGE, "Sec-Fetch-Site", "cross-site");
        assertThat(answer.status()).isEqualTo(200);
        assertReadable(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/models", "/v1/chat/completions", "/v1/nothing", "/v1"})
    void errorsAndListsAreReadableToo(String path) {
        gateway().set("cors_origins", PAGE);

        assertReadable(send(local(), "GET", path, "", "Origin", PAGE));
        assertReadable(send(local(), "POST", path, "no json", "Origin", PAGE));
    }

    @Test
    void aStreamAndARefusalAreReadableToo() {
        provider("p", "m", "n");
        gateway().set("cors_origins", PAGE);

        Reply stream = send(local(), "POST", "/v1/chat/completions", Gateway.chatBody("m", true), "Origin", PAGE);
        assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
        assertReadable(stream);

        JsonNode client = gateway()
                .admin("POST", "/clients", "{\"name\":\"shuts-the-door\"}")
                .json();
        assertThat(client.path("token").asText()).isNotEmpty();
        Reply refused = chatAs(local(), "Origin", PAGE);
        assertThat(refused.status()).isEqualTo(401);
        assertReadable(refused);
    }

    private static void assertReadable(Reply reply) {
        assertThat(reply.headers().all("Access-Control-Allow-Origin"))
                .as(reply.toString())
                .containsExactly(PAGE);
        assertThat(String.join(", ", reply.headers().all("Vary"))).contains("Origin");
        assertThat(reply.headers().first("Access-Control-Allow-Credentials")).isEmpty();
    }

    @Test
    void noOtherPageIsToldAnything() {
        provider("p", "m", "n");
        for (String listed : new String[] {"", PAGE}) {
            gateway().set("cors_origins", listed);

            for (Reply reply : List.of(
                    chatAs(local(), CROSS_SITE),
                    send(
                            local(),
                            "OPTIONS",
                            "/v1/chat/completions",
                            "",
                            "Origin",
                            "https://evil.example",
                            "Access-Control-Request-Method",
                            "POST"))) {
                assertThat(reply.headers().first("Access-Control-Allow-Origin"))
                        .as(reply.toString())
                        .isEmpty();
                assertThat(reply.headers().first("Access-Control-Allow-Headers"))
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/admin/backends", "/api/admin/clients", "/dashboard/sse", "/login", "/dashboard"})
    void corsOriginsOpensNothingElse(String path) {
        gateway().set("cors_origins", PAGE);

        Reply preflight = send(local(), "OPTIONS", path, "", "Origin", PAGE, "Access-Control-Request-Method", "GET");
        Reply read = send(local(), "GET", path, "", "Origin", PAGE);

        assertThat(preflight.headers().first("Access-Control-Allow-Origin")).isEmpty();
        assertThat(read.headers().first("Access-Control-Allow-Origin")).isEmpty();
    }

    /** A page under a name of its own that leads here could read what is open to everybody who can connect. */
    @Test
    void whatOfTheAdminInterfaceIsOpenIsNotSoToPagesOfOthers() {
        gateway().set("admin_public_read", "true");

        assertThat(send(local(), "GET", "/api/admin/backends", "").status()).isEqualTo(200);
        assertThat(send("evil.example", "GET", "/api/admin/backends", "").status())
                .isEqualTo(401);
        assertThat(send(local(), "GET", "/api/admin/backends", "", CROSS_SITE).status())
                .isEqualTo(401);
        gateway().set("allowed_hosts", "llm.lan");
        assertThat(send("llm.lan", "GET", "/api/admin/backends", "").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://chat.example/", "chat.example", "*", "null", "https://a b", "https://x/y"})
    void whatIsNoOriginIsRefused(String value) {
        Reply reply = gateway().admin("PUT", "/config/cors_origins", "{\"value\":\"" + value + "\"}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).contains("cors_origins").contains("https://chat.example");
    }
}
