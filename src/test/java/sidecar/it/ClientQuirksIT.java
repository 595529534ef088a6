package sidecar.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Json;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/**
 * What common clients do that is harmless and was once refused: two credentials at once, a provider's name of any script, one
 * slash too many. Refusals have their registered phrase.
 */
class ClientQuirksIT extends RunningSidecar {

    private static final String MODEL = "canon";

    // --- two credentials at once

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource({
        "Bearer dummy, valid, 200",
        "Bearer valid, dummy, 200",
        "Bearer valid, valid, 200",
        "bearer dummy, valid, 200",
        "Basic dummy, valid, 200",
        "valid, valid, 200",
        "Bearer, valid, 200",
        "Bearer dummy, dummy, 401",
        "Bearer dummy, '', 401",
        "Basic valid, dummy, 401",
        "Bearer xvalid, validx, 401"
    })
    void oneValidTokenOfTwoIsEnough(String authorization, String apiKey, int status) {
        StubUpstream upstream = provider("one", MODEL, "native");
        JsonNode made = Json.read(gateway()
                .admin("POST", "/clients", "{\"name\":\"sends-two-credentials\"}")
                .body());
        String token = made.path("token").asText();

        Reply reply = gateway()
                .chat(
                        MODEL,
                        "Authorization",
                        authorization.replace("valid", token),
                        "x-api-key",
                        apiKey.replace("valid", token));

        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        if (status == 200) {
            assertThat(upstream.only().headers().toString()).doesNotContain(token, "dummy", "x-api-key");
        } else {
            assertThat(reply.error().path("code").asText()).isEqualTo("invalid_api_key");
            assertThat(upstream.count()).isZero();
        }
    }

    // --- a provider's name in a header

    @ParameterizedTest
    @ValueSource(strings = {"小车", "é", "100 % sure", "a%20b", "Ключ №1", "🚗"})
    void theProviderHeaderOfAnAnswerPinsToItsProvider(String name) {
        gateway().set("routing_strategy", "ordered");
        StubUpstream first = provider("first", MODEL, "native");
        StubUpstream named = stub();
        gateway().create(Draft.of(name).at(named).serves(MODEL, "native").serves("its own", "native"));
        String told = gateway().chat("its own").header("X-Sidecar-Provider");
        assertThat(told).matches("[ -~]+");

        Reply pinned = gateway().chat(MODEL, "X-Sidecar-Provider", told);

        assertThat(pinned.status()).as(pinned.toString()).isEqualTo(200);
        assertThat(pinned.header("X-Sidecar-Provider")).isEqualTo(told);
        assertThat(named.count()).isEqualTo(2);
        assertThat(first.count()).isZero();
        assertThat(gateway().chat(MODEL).header("X-Sidecar-Provider"))
                .as("without it")
                .isEqualTo("first");
    }

    @Test
    void aProviderPinsByTheBytesOfItsNameToo() {
        gateway().set("routing_strategy", "ordered");
        StubUpstream first = provider("first", MODEL, "native");
        StubUpstream named = provider("小车", MODEL, "native");

        Reply pinned = gateway().chat(MODEL, "X-Sidecar-Provider", new String("小车".getBytes(UTF_8), ISO_8859_1));
        Reply unknown = gateway().chat(MODEL, "X-Sidecar-Provider", "%E5%B0%8F");

        assertThat(pinned.status()).as(pinned.toString()).isEqualTo(200);
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.error().path("message").asText()).isEqualTo("No provider is called '小'.");
        assertThat(named.count()).isEqualTo(1);
        assertThat(first.count()).isZero();
    }

    /** As clients send the name of their program or its page (RFC 9110 §5.5: obs-text). */
    @ParameterizedTest
    @CsvSource({"X-Title, 小车", "User-Agent, Größe/1.0", "HTTP-Referer, https://пример.example/"})
    void aHeaderMayBeWrittenInAnyScript(String name, String value) {
        StubUpstream upstream = provider("one", MODEL, "native");

        Reply utf8 = gateway().chat(MODEL, name, new String(value.getBytes(UTF_8), ISO_8859_1));
        Reply latin = gateway().chat(MODEL, name, "caf\u00e9");
        Reply control = gateway().chat(MODEL, name, "a\u0007b");

        assertThat(utf8.status()).as(utf8.toString()).isEqualTo(200);
        assertThat(latin.status()).as(latin.toString()).isEqualTo(200);
        assertThat(control.status()).as(control.toString()).isEqualTo(400);
        assertThat(control.error().path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(upstream.count()).isEqualTo(2);
    }

    // --- one slash too many, and the status line

    @ParameterizedTest
    @CsvSource({
        "//v1//embeddings/, /v1/embeddings",
        "/embeddings/, /v1/embeddings",
        "//completions, /v1/completions",
        "/v1//completions/, /v1/completions",
        "/v1/chat//completions//?a=b, /v1/chat/completions?a=b"
    })
    void everyKnownEndpointMayHaveSlashesTooMany(String target, String asked) {
        StubUpstream upstream = provider("one", MODEL, "native");

        Reply reply =
                gateway().post(target, "{\"model\":\"canon\",\"input\":\"hi\",\"prompt\":\"hi\",\"messages\":[]}");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(upstream.only().target()).isEqualTo(asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models/", "/v1//models", "//v1/models", "//models", "/models/", "/models"})
    void theModelListMayHaveSlashesTooMany(String target) {
        provider("one", MODEL, "native");

        Reply reply = gateway().get(target);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.json().path("data").findValuesAsText("id")).containsExactly(MODEL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/chat/completions/", "//chat/completions", "/embeddings/", "/models/", "/v1/models/"})
    void aWebPageMayUseSlashesTooMany(String target) {
        gateway().set("cors_origins", "https://page.example");

        Reply preflight = gateway()
                .call(
                        "OPTIONS",
                        target,
                        new byte[0],
                        "Origin",
                        "https://page.example",
                        "Access-Control-Request-Method",
                        "POST");

        assertThat(preflight.status()).as(preflight.toString()).isEqualTo(204);
        assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo("https://page.example");
        assertThat(preflight.header("Access-Control-Allow-Methods")).contains("POST");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "'GET /%zz HTTP/1.1', 400 Bad Request",
        "'GET /v1/models HTTP/2.0', 505 HTTP Version Not Supported",
        "'GET /WEB-INF/web.xml HTTP/1.1', 404 Not Found",
        "'GET /v1/realtime HTTP/1.1|Upgrade: websocket', 426 Upgrade Required",
        "'POST /v1/chat/completions HTTP/1.1|Content-Encoding: gzip|Content-Length: 0', 415 Unsupported Media Type"
    })
    void aRefusalOfOurOwnHasTheRegisteredPhraseToo(String start, String status) {
        provider("one", MODEL, "native");
        try (RawClient client = RawClient.to(gateway().port())) {
            client.lines((start + "|Host: localhost|Connection: close|").split("[|]", -1));

            assertThat(new String(client.everything(Await.PATIENCE), UTF_8)).startsWith("HTTP/1.1 " + status + "\r\n");
        }
    }
}
