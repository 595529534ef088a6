package sidecar.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Gateway;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/** Bodies of requests and answers: what passes byte for byte, and what is changed on the way. */
class RelayBodiesIT extends RelayRequests {

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
}
