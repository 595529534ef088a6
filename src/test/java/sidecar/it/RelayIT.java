package sidecar.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Call;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.RawClient;
import sidecar.kit.RawClient.End;
import sidecar.kit.RawClient.Frame;
import sidecar.kit.Received;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;
import sidecar.kit.Usage;

/** What passes through, byte for byte, what is changed on the way, and what is never passed on. */
class RelayIT extends RunningSidecar {

    private static final String CHAT = "/v1/chat/completions";
    private static final String MODEL = "canon";
    private static final Usage USAGE = new Usage(9, 3);

    // --- bodies

    @Test
    void anAgentsTurnOfSixtyKilobytesPassesByteForByteExceptTheModel() {
        StubUpstream upstream = provider("one", MODEL, "vendor/native-1");
        upstream.always(Answers.chatStream(List.of("Sure", ", ", "done."), USAGE));
        String before = "{ \"temperature\":0.20,\n\t\"metadata\":{\"model\":\"canon\"}, \"model\" :  \"";
        String after = "\" ,\"messages\":[" + messages(50_000) + "],\"tools\":[" + tools(10_000)
                + "],\"tool_choice\":\"auto\",\"max_completion_tokens\":8192,\"stream\":true,"
                + "\"stream_options\":{\"include_usage\":true}}\n";

        Reply reply = gateway().post(CHAT, before + MODEL + after);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(upstream.only().text()).isEqualTo(before + "vendor/native-1" + after);
        assertThat(upstream.only().header("Content-Length")).isNotEmpty();
        assertThat(reply.text())
                .contains("\"content\":\"Sure\"")
                .contains("\"model\":\"canon\"")
                .doesNotContain("vendor/native-1")
                .contains(USAGE_AT_THE_END)
                .endsWith("data: [DONE]\n\n");
    }

    private static final String USAGE_AT_THE_END = "\"choices\":[],\"usage\":{\"prompt_tokens\":9";

    private static String messages(int bytes) {
        StringBuilder all =
                new StringBuilder("{\"role\":\"system\",\"content\":\"Caf\\u00e9 \\\"model\\\":\\\"x\\\" \"}");
        for (int i = 0; all.length() < bytes; i++) {
            all.append(",{\"role\":\"user\",\"content\":\"naïve 🚀 line ")
                    .append(i)
                    .append(" \\\\ \\n \\/ with \\ud83d\\ude80 and some more words\"}");
        }
        return all.toString();
    }

    private static String tools(int bytes) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; all.length() < bytes; i++) {
            all.append(i == 0 ? "" : ",")
                    .append("{\"type\":\"function\",\"function\":{\"name\":\"tool_")
                    .append(i)
                    .append(
                            "\",\"parameters\":{\"type\":\"object\",\"properties\":{\"model\":{\"type\":\"string\"}}}}}");
        }
        return all.toString();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twentyMegabytesOfImagesPassByteForByteExceptTheModel(boolean chunked) {
        StubUpstream upstream = provider("one", MODEL, "native");
        String image = image(5_000_000);
        StringBuilder after = new StringBuilder("\",\"messages\":[{\"role\":\"user\",\"content\":[");
        for (int i = 0; i < 4; i++) {
            after.append(i == 0 ? "" : ",")
                    .append("{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,")
                    .append(image)
                    .append("\"}}");
        }
        after.append("]}]}");
        String before = "{\"model\":\"";

        Reply reply = chunked ? postChunked(before + MODEL + after) : gateway().post(CHAT, before + MODEL + after);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        byte[] expected = (before + "native" + after).getBytes(UTF_8);
        assertThat(upstream.only().body().length).isEqualTo(expected.length);
        assertThat(Arrays.equals(upstream.only().body(), expected))
                .as("the same bytes")
                .isTrue();
    }

    private static String image(int length) {
        byte[] bytes = new byte[length / 4 * 3];
        new Random(7).nextBytes(bytes);
        return java.util.Base64.getEncoder().encodeToString(bytes);
    }

    private Reply postChunked(String body) {
        try (RawClient client = RawClient.to(gateway().port())) {
            client.lines(
                    "POST " + CHAT + " HTTP/1.1",
                    "Host: localhost",
                    "Content-Type: application/json",
                    "Transfer-Encoding: chunked",
                    "");
            byte[] bytes = body.getBytes(UTF_8);
            for (int i = 0; i < bytes.length; i += 100_000) {
                byte[] piece = Arrays.copyOfRange(bytes, i, Math.min(i + 100_000, bytes.length));
                client.lines(Integer.toHexString(piece.length)).send(piece).lines("");
            }
            client.lines("0", "");
            return read(client);
        }
    }

    private static Reply read(RawClient client) {
        RawClient.Head head = client.head();
        byte[] body = client.body();
        return new Reply(head.status(), head.headers(), body, client.end());
    }

    @Test
    void aBodyThatPromisesThirtyThreeMegabytesIsRefusedAtOnce() {
        StubUpstream upstream = provider("one", MODEL, "native");
        try (RawClient client = RawClient.to(gateway().port())) {
            client.lines(
                    "POST " + CHAT + " HTTP/1.1",
                    "Host: localhost",
                    "Content-Type: application/json",
                    "Content-Length: 34603008",
                    "");

            assertTooLarge(read(client));
        }
        assertThat(upstream.count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBodyOfThirtyThreeMegabytesIsRefusedHoweverItIsSent(boolean chunked) throws InterruptedException {
        StubUpstream upstream = provider("one", MODEL, "native");
        byte[] megabyte = new byte[1 << 20];
        Arrays.fill(megabyte, (byte) ' ');
        try (RawClient client = RawClient.to(gateway().port())) {
            client.lines(
                    "POST " + CHAT + " HTTP/1.1",
                    "Host: localhost",
                    "Content-Type: application/json",
                    chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + (33 << 20),
                    "");
            Thread sender = new Thread(() -> send(client, chunked, megabyte));
            sender.start();

            assertTooLarge(read(client));
            client.close();
            sender.join();
        }
        assertThat(upstream.count()).isZero();
        assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
    }

    private static void send(RawClient client, boolean chunked, byte[] megabyte) {
        try {
            for (int i = 0; i < 33; i++) {
                if (chunked) {
                    client.lines(Integer.toHexString(megabyte.length))
                            .send(megabyte)
                            .lines("");
                } else {
                    client.send(megabyte);
                }
            }
        } catch (UncheckedIOException e) {
            // the server may well have hung up by now
            return;
        }
    }

    private static void assertTooLarge(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(413);
        assertThat(reply.error().path("message").asText()).contains("max_request_bytes");
    }

    @Test
    void aCompressedRequestIsRefused() {
        StubUpstream upstream = provider("one", MODEL, "native");

        Reply reply = gateway()
                .call(
                        "POST",
                        CHAT,
                        Answers.gzip(Gateway.chatBody(MODEL, false).getBytes(UTF_8)),
                        "Content-Type",
                        "application/json",
                        "Content-Encoding",
                        "gzip");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(415);
        assertThat(reply.error().path("message").asText()).isNotBlank();
        assertThat(upstream.count()).isZero();
    }

    @Test
    void theModelFieldOfAMultipartFormIsRewritten() {
        StubUpstream upstream = provider("one", "whisper", "vendor/whisper-native");
        upstream.always(Answers.json(200, "{\"text\":\"hello\"}"));
        byte[] sound = new byte[200_000];
        new Random(1).nextBytes(sound);
        byte[] body = multipart("whisper", sound);

        Reply reply = gateway()
                .call(
                        "POST",
                        "/v1/audio/transcriptions",
                        body,
                        "Content-Type",
                        "multipart/form-data; boundary=\"bo-und\"");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(Arrays.equals(upstream.only().body(), multipart("vendor/whisper-native", sound)))
                .isTrue();
        assertThat(upstream.only().header("Content-Type")).isEqualTo("multipart/form-data; boundary=\"bo-und\"");
    }

    private static byte[] multipart(String model, byte[] sound) {
        String head = String.join(
                "\r\n",
                "--bo-und",
                "Content-Disposition: form-data; name=\"file\"; filename=\"model.wav\"",
                "Content-Type: audio/wav",
                "",
                "");
        String tail = String.join(
                "\r\n",
                "",
                "--bo-und",
                "Content-Disposition: form-data; name=\"model\"",
                "",
                model,
                "--bo-und",
                "Content-Disposition: form-data; name=\"language\"",
                "",
                "en",
                "--bo-und--",
                "");
        return (head + new String(sound, ISO_8859_1) + tail).getBytes(ISO_8859_1);
    }

    @Test
    void soundComesBackByteForByte() {
        byte[] sound = new byte[1_500_000];
        new Random(2).nextBytes(sound);
        provider("one", "speech", "tts").always(call -> call.whole(200, "audio/mpeg", sound, "X-Voice", "a"));

        Reply reply = gateway().post("/v1/audio/speech", "{\"model\":\"speech\",\"input\":\"hi\"}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("audio/mpeg");
        assertThat(Arrays.equals(reply.body(), sound)).isTrue();
        assertThat(reply.end().whole()).isTrue();
    }

    static Stream<Arguments> framings() {
        String body = Answers.chatBody("native", "hello", USAGE);
        byte[] gzipEvents = Answers.gzip(("data: " + Answers.textChunk("native", "hello") + "\n\ndata: "
                        + Answers.chunk("native", "{}", "stop") + "\n\ndata: [DONE]\n\n")
                .getBytes(UTF_8));
        return Stream.of(
                Arguments.of("with its length", Answers.json(200, body)),
                Arguments.of("in chunks", Answers.chunkedJson(200, body)),
                Arguments.of("to the end of the connection", Answers.closeDelimitedJson(200, body)),
                Arguments.of("under gzip", Answers.gzipJson(200, body)),
                Arguments.of("under deflate", Answers.deflateJson(200, body)),
                Arguments.of("after an interim answer", (Answer) call -> {
                    call.raw("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
                    Answers.json(200, body).play(call);
                }),
                Arguments.of("as events under gzip", (Answer) call -> call.streamHead("Content-Encoding", "gzip")
                        .chunk(gzipEvents)
                        .end()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("framings")
    void anAnswerArrivesReadableHoweverItWasSent(String name, Answer answer) {
        StubUpstream upstream = provider("one", MODEL, "native").always(answer);

        Reply reply = gateway().chat(MODEL, "Accept-Encoding", "gzip, deflate, br");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.end().whole()).isTrue();
        assertThat(reply.headers().has("Content-Encoding")).isFalse();
        assertThat(reply.text()).contains("hello").contains("\"model\":\"canon\"");
        assertThat(upstream.only().header("Accept-Encoding")).isEqualTo("identity");
    }

    @Test
    void onlyTheModelOfTheAnswerIsRenamedAndOnlyWhereItIsTheNativeName() {
        String body =
                "{\"model\" : \"native\",\"note\":\"native\",\"x\":{\"model\":\"native\"},\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"\\\"model\\\":\\\"native\\\"\"}}]}";
        provider("one", MODEL, "native")
                .next(Answers.json(200, body), Answers.json(200, body.replaceFirst("native", "native-v2")));

        assertThat(gateway().chat(MODEL).text()).isEqualTo(body.replaceFirst("native", "canon"));
        assertThat(gateway().chat(MODEL).text()).isEqualTo(body.replaceFirst("native", "native-v2"));
    }

    // --- streams

    @Test
    void eventsLeaveOneByOneAsTheyCome() {
        List<String> texts = List.of("one", "two", "three", "four");
        Map<String, CountDownLatch> read =
                texts.stream().collect(Collectors.toMap(text -> text, text -> new CountDownLatch(1)));
        provider("one", MODEL, "native").always(call -> {
            call.streamHead();
            for (String text : texts) {
                call.event(Answers.textChunk("native", text)).await(read.get(text));
            }
            call.event(Answers.chunk("native", "{}", "stop")).event("[DONE]").end();
        });

        try (RawClient client = post(MODEL)) {
            client.head();
            for (String text : texts) {
                client.framesUpTo(text);
                read.get(text).countDown();
            }

            assertThat(client.frames())
                    .last()
                    .satisfies(frame -> assertThat(frame.data()).isEqualTo("[DONE]"));
            assertThat(client.end()).isEqualTo(End.LAST_CHUNK);
        }
    }

    @Test
    void anEventStreamIsMarkedAgainstBuffering() {
        provider("one", MODEL, "native");

        Reply reply = gateway().chatStream(MODEL);

        assertThat(reply.header("Content-Type")).startsWith("text/event-stream");
        assertThat(reply.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(reply.header("X-Accel-Buffering")).isEqualTo("no");
        assertThat(reply.header("X-Sidecar-Provider")).isEqualTo("one");
        assertThat(reply.header("X-Sidecar-Model")).isEqualTo(MODEL);
    }

    @Test
    void eventsInOddPiecesArriveWhole() {
        String events = "data: " + Answers.textChunk("native", "ä€🚀") + "\r\n\r\n: note\n\ndata: "
                + Answers.chunk("native", "{}", "stop") + "\n\ndata: [DONE]\n\n";
        provider("one", MODEL, "native").always(call -> {
            call.streamHead();
            for (byte one : events.getBytes(UTF_8)) {
                call.chunk(new byte[] {one});
            }
            call.end();
        });

        Reply reply = gateway().chatStream(MODEL);

        assertThat(reply.text())
                .contains("ä€🚀")
                .contains("\"model\":\"canon\"")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void usageThatNobodyAskedForIsRemovedAndNothingElse() {
        StubUpstream upstream = provider("one", MODEL, "native");
        upstream.always(Answers.chatStream(List.of("a"), USAGE));

        Reply asked = gateway()
                .post(
                        CHAT,
                        "{\"model\":\"canon\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                                + "\"messages\":[]}");
        Reply unasked = gateway().chatStream(MODEL);

        assertThat(unasked.text().replace("data: [DONE]", usageEvent() + "data: [DONE]"))
                .isEqualTo(asked.text());
        assertThat(asked.text()).contains(USAGE_AT_THE_END);
        assertThat(unasked.text()).doesNotContain("\"usage\"");
        assertThat(upstream.received()).allMatch(Answers::asksUsage);
    }

    private static String usageEvent() {
        return "data: " + Answers.usageEvent(MODEL, USAGE) + "\n\n";
    }

    @Test
    void usageIsNotAskedForWhereTheMappingForbidsIt() {
        StubUpstream upstream = stub();
        gateway()
                .create(Draft.of("one")
                        .at(upstream)
                        .serves(
                                MODEL,
                                Json.object()
                                        .put("native_id", "native")
                                        .set("compat", Json.object().put("supportsUsageInStreaming", false))));

        gateway().chatStream(MODEL);

        assertThat(upstream.only().text()).isEqualTo(Gateway.chatBody("native", true));
    }

    @Test
    void anUpstreamThatDoesNotKnowStreamOptionsIsAskedAgainWithoutAndRemembered() {
        StubUpstream upstream = provider("one", MODEL, "native");
        upstream.when(
                Answers::asksUsage, Answers.error(400, "Unrecognized request argument: stream_options", "unknown"));

        Reply first = gateway().chatStream(MODEL);
        Reply second = gateway().chatStream(MODEL);

        assertThat(first.text()).endsWith("data: [DONE]\n\n");
        assertThat(second.text()).endsWith("data: [DONE]\n\n");
        assertThat(upstream.received()).extracting(Answers::asksUsage).containsExactly(true, false, false);
    }

    static Stream<Arguments> cuts() {
        Answer reset = Call::reset;
        Answer end = Call::fin;
        Answer politeEnd = Call::end;
        Answer halfALine = call -> call.chunk("data: {\"id\":\"never-finis").fin();
        return Stream.of("chat", "responses", "messages")
                .flatMap(api -> Stream.of(
                        Arguments.of(api, "reset", reset),
                        Arguments.of(api, "end without the last chunk", end),
                        Arguments.of(api, "last chunk without the protocol's end", politeEnd),
                        Arguments.of(api, "half a line", halfALine)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cuts")
    void aCutStreamEndsWithAnErrorInItsProtocol(String api, String how, Answer cut) {
        StubUpstream upstream = stub();
        CountDownLatch relayed = new CountDownLatch(1);
        upstream.always(call -> {
            begin(api, call);
            // at once it could still be a failed attempt
            call.await(relayed);
            cut.play(call);
        });
        gateway().create(Draft.of("one").at(upstream).serves(MODEL, "native").with("api", protocol(api)));

        try (RawClient client = RawClient.to(gateway().port())) {
            client.post(path(api), body(api));
            assertThat(client.head().status()).isEqualTo(200);
            List<Frame> frames = client.framesUpTo("some text");
            relayed.countDown();
            frames.addAll(client.frames());

            assertThat(frames).hasSizeGreaterThan(1);
            Frame last = frames.get(frames.size() - 1);
            assertErrorFrame(api, last);
            assertThat(frames).noneMatch(frame -> frame.text().contains("[DONE]"));
            assertThat(frames).noneMatch(frame -> frame.text().contains("never-finis"));
            assertThat(frames.subList(0, frames.size() - 1))
                    .allSatisfy(frame -> assertThat(frame.data()).startsWith("{"))
                    .anySatisfy(frame -> assertThat(frame.data()).contains("some text"));
        }
        assertThat(upstream.count()).isEqualTo(1);
    }

    private static void begin(String api, Call call) throws java.io.IOException {
        call.streamHead();
        switch (api) {
            case "chat" -> call.event(Answers.textChunk("native", "some text"));
            case "responses" ->
                call.chunk(Answers.named("response.created", "\"response\":{\"id\":\"resp_1\",\"model\":\"native\"}"))
                        .chunk(Answers.named("response.output_text.delta", "\"delta\":\"some text\""));
            default ->
                call.chunk(Answers.named("message_start", Answers.messageStart("native")))
                        .chunk(Answers.named("content_block_delta", Answers.messageDelta("some text")));
        }
    }

    private static void assertErrorFrame(String api, Frame frame) {
        JsonNode data = Json.read(frame.data());
        switch (api) {
            case "chat" -> {
                assertThat(frame.text()).startsWith("data: ");
                assertThat(data.path("error").path("message").asText()).isNotBlank();
                assertThat(data.path("error").path("type").asText()).isEqualTo("upstream_error");
                assertThat(data.path("error").has("param")).isTrue();
                assertThat(data.path("error").path("code").asText()).isNotBlank();
            }
            case "responses" -> {
                assertThat(frame.text()).startsWith("event: error\n");
                assertThat(data.path("type").asText()).isEqualTo("error");
                assertThat(data.path("message").asText()).isNotBlank();
                assertThat(data.has("code")).isTrue();
                assertThat(data.has("param")).isTrue();
            }
            default -> {
                assertThat(frame.text()).startsWith("event: error\n");
                assertThat(data.path("type").asText()).isEqualTo("error");
                assertThat(data.path("error").path("type").asText()).isEqualTo("api_error");
                assertThat(data.path("error").path("message").asText()).isNotBlank();
            }
        }
    }

    private static String protocol(String api) {
        return switch (api) {
            case "chat" -> "openai-completions";
            case "responses" -> "openai-responses";
            default -> "anthropic-messages";
        };
    }

    private static String path(String api) {
        return api.equals("chat") ? CHAT : "/v1/" + api;
    }

    private static String body(String api) {
        return switch (api) {
            case "chat" -> Gateway.chatBody(MODEL, true);
            case "responses" -> "{\"model\":\"canon\",\"stream\":true,\"input\":\"hi\"}";
            default -> "{\"model\":\"canon\",\"stream\":true,\"max_tokens\":9,\"messages\":[]}";
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "responses", "messages"})
    void aCompleteStreamPassesWithoutAWordOfOurs(String api) {
        StubUpstream upstream = stub().always(Answers.wellBehaved("all of it"));
        gateway().create(Draft.of("one").at(upstream).serves(MODEL, "native").with("api", protocol(api)));

        Reply reply = gateway().post(path(api), body(api));

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.text())
                .contains("all of it")
                .contains("\"model\":\"canon\"")
                .doesNotContain("native")
                .doesNotContain("error");
        assertThat(reply.end()).isEqualTo(End.LAST_CHUNK);
        if (api.equals("messages")) {
            assertThat(upstream.only().header("x-api-key")).startsWith("sk-test-");
            assertThat(upstream.only().headers().has("Authorization")).isFalse();
        }
    }

    @Test
    void aStreamThatEndsAfterItsFinishReasonIsWhole() {
        provider("one", MODEL, "native")
                .always(Answers.events(
                        Answers.textChunk("native", "some text"), Answers.chunk("native", "{}", "stop")));

        Reply reply = gateway().chatStream(MODEL);

        assertThat(reply.text()).contains("some text").contains("\"stop\"").doesNotContain("error");
    }

    @ParameterizedTest
    @CsvSource({"stream_idle_timeout_seconds, 5", "stream_total_timeout_seconds, 10"}) // it must have begun by then
    void aStreamThatTakesTooLongEndsWithAnError(String setting, String seconds) {
        gateway().set(setting, seconds);
        boolean idle = setting.contains("idle");
        StubUpstream upstream = provider("one", MODEL, "native").always(call -> {
            call.streamHead().event(Answers.textChunk("native", "some text"));
            while (!idle) {
                call.pause(Duration.ofMillis(100)).event(Answers.textChunk("native", "more"));
            }
            call.stall();
        });

        Reply reply = gateway().chatStream(MODEL);

        assertThat(reply.text()).contains("some text").doesNotContain("[DONE]");
        String lastData = reply.text().substring(reply.text().lastIndexOf("data: ") + "data: ".length());
        assertThat(Json.read(lastData).path("error").path("code").asText()).isNotBlank();
        assertThat(upstream.await(1).closedWithin(Await.PATIENCE)).isTrue();
    }

    @Test
    void aPlainBodyCutAfterTheFirstMegabyteIsNotPassedOffAsWhole() {
        CountDownLatch begun = new CountDownLatch(1);
        StubUpstream upstream = provider("one", MODEL, "native")
                .always(call -> call.head(200, "Content-Type", Answers.JSON, "Transfer-Encoding", "chunked")
                        .chunk("{\"choices\":[{\"message\":{\"content\":\"" + "x".repeat(2 << 20))
                        .await(begun)
                        .fin());

        try (RawClient client = RawClient.to(gateway().port())) {
            client.post(CHAT, Gateway.chatBody(MODEL, false)).head();
            begun.countDown();
            client.body();

            assertThat(client.end()).isIn(End.RESET, End.CUT);
        }
        assertThat(upstream.count()).isEqualTo(1);
    }

    // --- headers

    private static final Set<String> MAY_GO_UP = Set.of(
            "host",
            "content-length",
            "content-type",
            "accept",
            "accept-encoding",
            "connection",
            "idempotency-key",
            "openai-beta",
            "anthropic-version",
            "user-agent",
            "authorization");

    @Test
    void onlyAFewHeadersGoUp() {
        Draft draft = Draft.of("one").serves(MODEL, "native");
        StubUpstream upstream = stub();
        gateway().create(draft.at(upstream));

        gateway()
                .chat(
                        MODEL,
                        "Authorization",
                        "Bearer the-clients-own-secret",
                        "x-api-key",
                        "the-clients-other-secret",
                        "Cookie",
                        "session=abc",
                        "User-Agent",
                        "OpenAI/Python 1.0",
                        "Accept",
                        "application/json",
                        "Idempotency-Key",
                        "idem-1",
                        "OpenAI-Beta",
                        "assistants=v2",
                        "OpenAI-Organization",
                        "org-1",
                        "anthropic-version",
                        "2023-06-01",
                        "X-Stainless-Lang",
                        "java",
                        "X-Forwarded-Host",
                        "evil.example",
                        "X-Sidecar-Deadline-Ms",
                        "60000",
                        "TE",
                        "trailers",
                        "X-Whatever",
                        "1");

        Received seen = upstream.only();
        assertThat(seen.headers().lines())
                .extracting(line -> line.name().toLowerCase(Locale.ROOT))
                .allMatch(MAY_GO_UP::contains);
        assertThat(seen.key()).isEqualTo(draft.key());
        assertThat(seen.header("Host")).isEqualTo("127.0.0.1:" + upstream.port());
        assertThat(seen.header("User-Agent")).startsWith("Sidecar");
        assertThat(seen.header("Accept")).isEqualTo("application/json");
        assertThat(seen.header("Idempotency-Key")).isEqualTo("idem-1");
        assertThat(seen.header("OpenAI-Beta")).isEqualTo("assistants=v2");
        assertThat(seen.header("anthropic-version")).isEqualTo("2023-06-01");
    }

    @Test
    void aProvidersOwnHeadersAreAddedAndItsNullsDropped() {
        StubUpstream upstream = stub();
        Draft draft = Draft.of("one").at(upstream).serves(MODEL, "native");
        var json = draft.json();
        json.set("headers", Json.object().put("X-Tenant", "tenant-secret-1234").putNull("OpenAI-Beta"));
        Reply created = gateway().admin("POST", "/backends", json.toString());
        assertThat(created.status()).as(created.toString()).isEqualTo(200);

        gateway().chat(MODEL, "OpenAI-Beta", "assistants=v2");

        assertThat(upstream.only().header("X-Tenant")).isEqualTo("tenant-secret-1234");
        assertThat(upstream.only().headers().has("OpenAI-Beta")).isFalse();
        assertThat(created.text()).doesNotContain("tenant-secret-1234");
    }

    @Test
    void headersNamedByTheSettingGoUpToo() {
        gateway().set("forward_headers", "X-Trace");
        StubUpstream upstream = provider("one", MODEL, "native");

        gateway().chat(MODEL, "X-Trace", "t-1", "X-Other", "no");

        assertThat(upstream.only().header("X-Trace")).isEqualTo("t-1");
        assertThat(upstream.only().headers().has("X-Other")).isFalse();
    }

    @Test
    void whatConcernsOnlyTheUpstreamsConnectionOrAccountStaysBehind() {
        provider("one", MODEL, "native")
                .always(Answers.json(
                        200,
                        Answers.chatBody("native", "hi", USAGE),
                        "Connection",
                        "keep-alive, X-Hop",
                        "Keep-Alive",
                        "timeout=5",
                        "X-Hop",
                        "1",
                        "Proxy-Authenticate",
                        "Basic",
                        "Set-Cookie",
                        "session=upstream",
                        "Server",
                        "upstream/1",
                        "Alt-Svc",
                        "h3=\":443\"",
                        "openai-organization",
                        "org-upstream",
                        "x-ratelimit-remaining-requests",
                        "3",
                        "Retry-After",
                        "9",
                        "Date",
                        "Mon, 23 Nov 2026 00:00:00 GMT",
                        "x-request-id",
                        "req-upstream",
                        "openai-processing-ms",
                        "12",
                        "X-Custom",
                        "1",
                        "Access-Control-Allow-Origin",
                        "*",
                        "Clear-Site-Data",
                        "\"*\"",
                        "Content-Disposition",
                        "attachment",
                        "Content-Security-Policy",
                        "default-src *",
                        "Link",
                        "</x>; rel=preload",
                        "Refresh",
                        "0; url=https://evil.example",
                        "Strict-Transport-Security",
                        "max-age=1",
                        "X-Frame-Options",
                        "ALLOWALL"));

        Reply reply = gateway().chat(MODEL, "X-Request-Id", "mine-1");

        Set<String> names = reply.headers().lines().stream()
                .map(line -> line.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        assertThat(names)
                .doesNotContain(
                        "keep-alive",
                        "x-hop",
                        "proxy-authenticate",
                        "set-cookie",
                        "server",
                        "alt-svc",
                        "openai-organization",
                        "x-ratelimit-remaining-requests",
                        "retry-after",
                        "x-powered-by",
                        "x-custom",
                        "access-control-allow-origin",
                        "clear-site-data",
                        "content-disposition",
                        "content-security-policy",
                        "link",
                        "refresh",
                        "strict-transport-security",
                        "x-frame-options");
        assertThat(reply.header("openai-processing-ms")).isEqualTo("12");
        assertThat(reply.header("X-Request-Id")).isEqualTo("mine-1");
        assertThat(reply.header("X-Sidecar-Upstream-Request-Id")).isEqualTo("req-upstream");
        assertThat(reply.headers().all("Date")).hasSizeLessThan(2);
        assertThat(reply.headers().all("Content-Length")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"has space", "a<b", "0123456789012345678901234567890123456789012345678901234567890123456789"})
    void aRequestIdThatCouldDoHarmIsReplaced(String id) {
        provider("one", MODEL, "native");

        Reply reply = gateway().chat(MODEL, "X-Request-Id", id);

        assertThat(reply.header("X-Request-Id")).isNotEqualTo(id).matches("[A-Za-z0-9._-]{1,64}");
    }

    // --- ways in

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

    private RawClient post(String model) {
        return RawClient.to(gateway().port()).post(CHAT, Gateway.chatBody(model, true));
    }
}
