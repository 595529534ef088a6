package sidecar.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answers;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/** Which paths and forms of requests lead to an upstream, and which are refused. */
class RelayPathsIT extends RelayRequests {

    @Test
    void theQueryIsKept() {
        StubUpstream upstream = provider("one", MODEL, "native");

        gateway().post(CHAT + "?api-version=2026-01-01&x=%20y", Gateway.chatBody(MODEL, false));

        assertThat(upstream.only().target()).isEqualTo(CHAT + "?api-version=2026-01-01&x=%20y");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /", "GET, /favicon.ico", "GET, /api/admin/nope", "POST, /api/admin/pools", "DELETE, /api/admin/backends",
        "GET, /static/x.js", "GET, /v2/models", "POST, /v1beta/chat", "GET, /v1", "GET, /v1/../api/admin/backends",
        "POST, /v1/%2e%2e/secret", "POST, //v1/chat/completions", "GET, /v1;x=y/models"
    })
    void nothingOutsideV1IsForwarded(String method, String target) {
        StubUpstream upstream = provider("one", "*", "*");

        Reply reply = gateway().call(method, target, new byte[0], "Content-Type", "application/json");

        assertThat(upstream.count()).isZero();
        assertThat(reply.status()).as(reply.toString()).isBetween(target.equals("/") ? 200 : 400, 499);
    }

    @Test
    void anUnknownPathOutsideV1IsAJsonNotFound() {
        Reply reply = gateway().get("/nothing/here");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.header("Content-Type")).startsWith("application/json");
        assertThat(reply.text()).doesNotContainIgnoringCase("<html");
    }

    @Test
    void otherPathsOfV1GoToTheFirstPrimary() {
        StubUpstream first = provider("first", MODEL, "native").always(Answers.json(200, "{\"data\":[]}"));
        StubUpstream second = provider("second", MODEL, "native");

        Reply reply = gateway().get("/v1/files?limit=2");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(first.only().method()).isEqualTo("GET");
        assertThat(first.only().target()).isEqualTo("/v1/files?limit=2");
        assertThat(first.only().body()).isEmpty();
        assertThat(second.count()).isZero();
    }

    @Test
    void anIdLeadsBackToTheProviderThatGaveIt() {
        StubUpstream first = stub().always(Answers.json(
                200, "{\"id\":\"resp_first\",\"model\":\"n\",\"status\":\"completed\",\"output\":[]}"));
        StubUpstream second = stub().always(Answers.json(
                200, "{\"id\":\"resp_second01\",\"model\":\"n\",\"status\":\"completed\",\"output\":[]}"));
        gateway().create(Draft.of("first").at(first).serves("a", "n").with("api", "openai-responses"));
        gateway().create(Draft.of("second").at(second).serves("b", "n").with("api", "openai-responses"));
        gateway().post("/v1/responses", "{\"model\":\"b\",\"input\":\"hi\"}");
        second.forget();
        second.always(Answers.json(200, "{\"id\":\"resp_second01\"}"));

        Reply reply = gateway().get("/v1/responses/resp_second01");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.header("X-Sidecar-Provider")).isEqualTo("second");
        assertThat(second.only().path()).isEqualTo("/v1/responses/resp_second01");
        assertThat(first.count()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "400, Bad Request",
        "418, I'm a Teapot",
        "422, Unprocessable Content",
        "424, Failed Dependency",
        "428, Precondition Required",
        "451, Unavailable For Legal Reasons",
        "499, ''"
    })
    void aStatusCarriesItsRegisteredPhrase(int status, String phrase) {
        provider("one", MODEL, "native").always(Answers.json(status, "{\"error\":{\"message\":\"no\"}}"));
        try (RawClient client = RawClient.to(gateway().port())) {
            client.post("/v1/chat/completions", Gateway.chatBody(MODEL, false));

            assertThat(new String(client.everything(Duration.ofSeconds(10), Duration.ofMillis(200)), UTF_8))
                    .startsWith("HTTP/1.1 " + status + " " + phrase + "\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/chat/completions/",
                "/v1//chat/completions",
                "//v1/chat/completions",
                "/chat/completions",
                "/chat/completions/",
                "//chat/completions"
            })
    void anEndpointWithASlashTooManyIsServed(String target) {
        StubUpstream upstream = provider("one", MODEL, "native");

        Reply reply = gateway().post(target, Gateway.chatBody(MODEL, false));

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(upstream.only().path()).isEqualTo("/v1/chat/completions");
    }

    @Test
    void optionsAndUpgradesAreAnsweredHere() {
        StubUpstream upstream = provider("one", "*", "*");

        Reply options = gateway().call("OPTIONS", CHAT, new byte[0]);
        Reply upgrade = upgrade();

        assertThat(options.status()).isEqualTo(204);
        assertThat(upgrade.status()).isEqualTo(426);
        assertThat(upstream.count()).isZero();
    }

    private Reply upgrade() {
        try (RawClient client = RawClient.to(gateway().port())) {
            client.lines(
                    "GET /v1/realtime?model=canon HTTP/1.1",
                    "Host: localhost",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "");
            return read(client);
        }
    }

    @Test
    void aProviderCanBePinnedByName() {
        gateway().set("routing_strategy", "ordered");
        StubUpstream first = provider("first", MODEL, "n");
        provider("second", MODEL, "n").next(Answers.chat("ok"), Answers.error(400, "no", "x"));

        Reply pinned = gateway().chat(MODEL, "X-Sidecar-Provider", "second");
        Reply failing = gateway().chat(MODEL, "X-Sidecar-Provider", "second");
        Reply unknown = gateway().chat(MODEL, "X-Sidecar-Provider", "nobody");

        assertThat(pinned.header("X-Sidecar-Provider")).isEqualTo("second");
        assertThat(failing.status()).isEqualTo(400);
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(first.count()).isZero();
    }

    @Test
    void oneClientConnectionServesManyRequests() {
        provider("one", MODEL, "native");
        try (RawClient client = RawClient.to(gateway().port())) {
            for (int i = 0; i < 20; i++) {
                client.post(CHAT, Gateway.chatBody(MODEL, i % 2 == 1));
                assertThat(client.head().status()).isEqualTo(200);
                client.body();
                assertThat(client.end().whole()).isTrue();
            }
        }
    }

    static Stream<Arguments> crooked() {
        String start = "POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        String body = Gateway.chatBody(MODEL, false);
        String length = "Content-Length: " + body.length() + "\r\n";
        String chunked = "Transfer-Encoding: chunked\r\n";
        String chunks = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
        return Stream.of(
                Arguments.of("chunks and length", start + chunked + "Content-Length: 5\r\n\r\n" + chunks),
                Arguments.of("two lengths", start + length + "Content-Length: 5\r\n\r\n" + body),
                Arguments.of("a list of lengths", start + "Content-Length: " + body.length() + ", 5\r\n\r\n" + body),
                Arguments.of("negative length", start + "Content-Length: -1\r\n\r\n" + body),
                Arguments.of("no number", start + "Content-Length: ten\r\n\r\n" + body),
                Arguments.of("bad chunk size", start + chunked + "\r\nzz\r\n" + body + "\r\n0\r\n\r\n"),
                Arguments.of(
                        "unknown transfer coding", start + "Transfer-Encoding: xchunked\r\n" + length + "\r\n" + body),
                Arguments.of("space before the colon", start + "Content-Length : 5\r\n" + length + "\r\n" + body),
                Arguments.of("header flood", start + "X-Flood: 0123456789\r\n".repeat(20_000) + length + "\r\n" + body),
                Arguments.of(
                        "endless header", start + "X-Long: " + "a".repeat(300_000) + "\r\n" + length + "\r\n" + body));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("crooked")
    void aCrookedRequestIsRefusedAndNeverForwarded(String name, String request) {
        StubUpstream upstream = provider("one", MODEL, "native");
        try (RawClient client = RawClient.to(gateway().port()).patience(Duration.ofSeconds(15))) {
            try {
                client.send(request);
                RawClient.Head head = client.head();

                assertThat(head.status()).isBetween(400, 499);
                assertThat(new String(client.body(), UTF_8)).doesNotContainIgnoringCase("exception");
            } catch (UncheckedIOException closed) {
                // hanging up without a word is a refusal too; waiting for more is not
                assertThat(closed.getCause()).isNotInstanceOf(java.net.SocketTimeoutException.class);
            }
        }
        assertThat(upstream.count()).isZero();
        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
    }
}
