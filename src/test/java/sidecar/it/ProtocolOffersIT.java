package sidecar.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Gateway;
import sidecar.kit.HeaderList;
import sidecar.kit.Json;
import sidecar.kit.RawClient;
import sidecar.kit.Received;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/**
 * What HTTP/1.1 allows and servers seldom see: an offer of another protocol, which Java's own client makes with every request, and
 * chunk extensions. The one is ignored, but for WebSocket, and the other read over.
 */
class ProtocolOffersIT extends RunningSidecar {

    private static final String MODEL = "canon";
    private static final String CHAT = "/v1/chat/completions";
    private static final String BODY = Gateway.chatBody(MODEL, false);
    private static final String[] H2C = {
        "Connection",
        "Upgrade, HTTP2-Settings",
        "Upgrade",
        "h2c",
        "HTTP2-Settings",
        "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA"
    };

    // --- offers of another protocol

    @Test
    void anOfferOfHttp2IsIgnoredOnEveryPath() {
        StubUpstream upstream = provider("one", MODEL, "native");

        Reply plain = gateway().post(CHAT, BODY, H2C);
        Reply stream = gateway().post(CHAT, Gateway.chatBody(MODEL, true), H2C);

        assertThat(plain.status()).as(plain.toString()).isEqualTo(200);
        assertThat(stream.status()).as(stream.toString()).isEqualTo(200);
        assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
        assertThat(stream.text()).endsWith("data: [DONE]\n\n");
        assertThat(stream.end())
                .as("a stream that is cut can be told from one that ends")
                .isEqualTo(RawClient.End.LAST_CHUNK);
        for (String path : List.of("/v1/models", "/health", "/login")) {
            assertThat(gateway().get(path, H2C).status()).as(path).isEqualTo(200);
        }
        assertThat(upstream.received()).hasSize(2).allSatisfy(ProtocolOffersIT::assertNoOfferWentOn);
    }

    private static void assertNoOfferWentOn(Received request) {
        assertThat(request.headers().has("Upgrade")).isFalse();
        assertThat(request.headers().has("HTTP2-Settings")).isFalse();
        assertThat(request.header("Connection")).doesNotContainIgnoringCase("upgrade");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "HTTP/2.0", "TLS/1.2", "h2c, HTTP/3.0"})
    void aConnectionOnWhichAnotherProtocolWasOfferedGoesOn(String offer) {
        StubUpstream upstream = provider("one", MODEL, "native");
        String[] offered = {
            "POST " + CHAT + " HTTP/1.1",
            "Host: localhost",
            "Content-Type: application/json",
            "Connection: Upgrade",
            "Upgrade: " + offer
        };
        try (RawClient client = RawClient.to(gateway().port())) {
            client.lines(offered).lines("Content-Length: " + BODY.length(), "").send(BODY);
            assertServed(client);
            client.lines(offered).lines("Transfer-Encoding: chunked", "").send(chunk(BODY, "") + "0\r\n\r\n");
            assertServed(client);
            client.request("GET", "/v1/models", new byte[0]);
            assertThat(client.head().status()).isEqualTo(200);
        }
        assertThat(upstream.received())
                .extracting(Received::text)
                .containsExactly(Gateway.chatBody("native", false), Gateway.chatBody("native", false));
    }

    private static void assertServed(RawClient client) {
        assertThat(client.head().status()).isEqualTo(200);
        assertThat(Json.read(client.body()).path("choices")).hasSize(1);
        assertThat(client.end().whole()).isTrue();
    }

    static Stream<HttpRequest.Builder> javaRequests() {
        Supplier<InputStream> inChunks = () -> new ByteArrayInputStream(BODY.getBytes(UTF_8));
        HttpRequest.BodyPublisher stream = HttpRequest.BodyPublishers.ofString(Gateway.chatBody(MODEL, true));
        HttpRequest.BodyPublisher plain = HttpRequest.BodyPublishers.ofString(BODY);
        return Stream.of(
                HttpRequest.newBuilder().POST(plain),
                HttpRequest.newBuilder().POST(stream),
                HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofInputStream(inChunks)),
                // so that the body surely comes after the head, and not with it
                HttpRequest.newBuilder().POST(plain).expectContinue(true),
                HttpRequest.newBuilder().POST(stream).expectContinue(true));
    }

    /** Its default is HTTP/2, which it offers with every request to an address without TLS. */
    @ParameterizedTest
    @MethodSource("javaRequests")
    void javasOwnClientIsServedWithItsDefaults(HttpRequest.Builder builder) throws IOException, InterruptedException {
        StubUpstream upstream = provider("one", MODEL, "native");
        HttpClient client = HttpClient.newHttpClient();
        assertThat(client.version()).isEqualTo(HttpClient.Version.HTTP_2);
        HttpRequest request = builder.uri(URI.create(gateway().root() + CHAT))
                .header("Content-Type", Answers.JSON)
                .timeout(Await.PATIENCE)
                .build();

        for (int i = 0; i < 2; i++) {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());

            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(response.headers().map()).doesNotContainKey("connection");
            assertThat(response.body()).contains("Hello.");
        }
        assertThat(upstream.received()).hasSize(2).allSatisfy(ProtocolOffersIT::assertNoOfferWentOn);
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "WebSocket", "h2c, websocket"})
    void aWebSocketIsToldWhichProtocolIsSpoken(String offer) {
        StubUpstream upstream = provider("one", MODEL, "native");
        try (RawClient client = RawClient.to(gateway().port())) {
            client.post(CHAT, BODY, "Connection", "Upgrade", "Upgrade", offer);
            RawClient.Head head = client.head();

            assertThat(head.status()).isEqualTo(426);
            assertThat(head.headers().first("Upgrade")).contains("HTTP/1.1");
            assertThat(connectionOptions(head.headers())).as("RFC 9110 §7.8").contains("upgrade");
            assertThat(Json.read(client.body()).path("error").path("code").asText())
                    .isEqualTo("upgrade_required");
        }
        assertThat(upstream.count()).isZero();
        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
    }

    private static List<String> connectionOptions(HeaderList headers) {
        List<String> options = new ArrayList<>();
        headers.all("Connection")
                .forEach(line -> options.addAll(
                        List.of(line.toLowerCase(java.util.Locale.ROOT).split(", *", -1))));
        return options;
    }

    @Test
    void javasOwnWebSocketLearnsWhyItIsRefused() {
        provider("one", MODEL, "native");
        URI realtime = URI.create("ws://127.0.0.1:" + gateway().port() + "/v1/realtime?model=" + MODEL);

        CompletionException refused = catchThrowableOfType(
                CompletionException.class,
                () -> HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .connectTimeout(Await.PATIENCE)
                        .buildAsync(realtime, new WebSocket.Listener() {})
                        .join());

        assertThat(refused).hasCauseInstanceOf(WebSocketHandshakeException.class);
        HttpResponse<?> response = ((WebSocketHandshakeException) refused.getCause()).getResponse();
        assertThat(response.statusCode()).isEqualTo(426);
        assertThat(response.headers().firstValue("Upgrade")).contains("HTTP/1.1");
    }

    // --- chunk extensions (RFC 9112 §7.1.1)

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";ext=1",
                ";name",
                ";a=1;b=2",
                ";a=\"two words\"",
                ";a=\"semi;colon\";b",
                ";a=\"\"",
                ";a=\"said \\\"so\\\"\"",
                " ; a = b",
                ";signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void chunkExtensionsAreReadOver(String extension) {
        StubUpstream upstream = provider("one", MODEL, "native");
        int half = BODY.length() / 2;
        String request = "POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + chunk(BODY.substring(0, half), extension) + chunk(BODY.substring(half), extension)
                + "0" + extension + "\r\n\r\n";
        try (RawClient client = RawClient.to(gateway().port())) {
            for (int i = 0; i < 2; i++) {
                client.send(request);
                assertServed(client);
            }
        }
        assertThat(upstream.received())
                .extracting(Received::text)
                .containsExactly(Gateway.chatBody("native", false), Gateway.chatBody("native", false));
    }

    private static String chunk(String data, String extension) {
        return Integer.toHexString(data.length()) + extension + "\r\n" + data + "\r\n";
    }
}
