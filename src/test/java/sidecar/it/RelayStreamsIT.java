package sidecar.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/** Streams of events: every byte and its end, cuts, and what is held back. */
class RelayStreamsIT extends RelayRequests {

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

    private RawClient post(String model) {
        return RawClient.to(gateway().port()).post(CHAT, Gateway.chatBody(model, true));
    }
}
