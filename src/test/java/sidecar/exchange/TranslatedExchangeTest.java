package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sidecar.json.Json;
import sidecar.kit.EventStream;
import sidecar.ledger.Bill;
import sidecar.ledger.LedgerEntry;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;

/** Exchanges whose client and provider speak different dialects: everything that holds for native ones holds for them. */
class TranslatedExchangeTest {

    private static final String MESSAGES = "/v1/messages";
    private static final String RESPONSES = "/v1/responses";
    private static final String ASKED =
            "{\"model\":\"m\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String ASKED_STREAM =
            "{\"model\":\"m\",\"max_tokens\":100,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String RESPONSES_STREAM = "{\"model\":\"m\",\"stream\":true,\"input\":\"hi\"}";
    private static final String CHAT_ANSWER =
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"n1\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hello\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}}";
    private static final String MESSAGES_ANSWER =
            "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"n2\",\"content\":[{\"type\":\"text\",\"text\":\"hello\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":9,\"output_tokens\":2}}";

    private static SomeProvider chat(String name) {
        return SomeProvider.named(name).maps("m", "n1");
    }

    private static SomeProvider messages(String name) {
        return SomeProvider.named(name).maps("m", "n2").api(ApiProtocol.ANTHROPIC_MESSAGES);
    }

    private static JsonNode json(String text) {
        try {
            return Json.read(text);
        } catch (sidecar.json.MalformedJsonException e) {
            throw new AssertionError(text, e);
        }
    }

    /** The data of each event, in order. */
    private static List<JsonNode> events(String stream) {
        return EventStream.objects(stream).stream()
                .map(TranslatedExchangeTest::json)
                .toList();
    }

    private static List<String> types(String stream) {
        return events(stream).stream().map(event -> event.path("type").asText()).toList();
    }

    @Test
    void aMessageIsAskedAsAChatAndAnsweredAsAMessage() {
        Scene scene = new Scene(chat("p1")).post(MESSAGES, ASKED);

        assertThat(scene.call().request.target().getPath()).isEqualTo("/v1/chat/completions");
        assertThat(json(scene.call().body()))
                .isEqualTo(
                        json(
                                "{\"model\":\"n1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":100,\"stream\":false}"));
        scene.call().json(200, CHAT_ANSWER).end();

        JsonNode answer = json(scene.client.text());
        assertThat(answer.path("type").asText()).isEqualTo("message");
        assertThat(answer.path("model").asText()).isEqualTo("m");
        assertThat(answer.at("/content/0/text").asText()).isEqualTo("hello");
        assertThat(answer.path("stop_reason").asText()).isEqualTo("end_turn");
        assertThat(answer.at("/usage/input_tokens").asInt()).isEqualTo(9);
        assertThat(scene.client.header("X-Sidecar-Translation")).isEqualTo("messages>chat");
        assertThat(scene.client.header("Content-Type")).isEqualTo("application/json");
        LedgerEntry entry = scene.over("ok");
        assertThat(entry.bill().orElseThrow().usage().prompt()).isEqualTo(9);
        assertThat(entry.bill().orElseThrow().certainty()).isEqualTo(Bill.Certainty.REPORTED);
    }

    @Test
    void aStreamIsTranslatedEventByEvent() {
        Scene scene = new Scene(chat("p1")).post(MESSAGES, ASKED_STREAM);
        assertThat(json(scene.call().body()).at("/stream_options/include_usage").asBoolean())
                .isTrue();

        scene.call().stream().data(Scene.role("n1"));
        assertThat(scene.client.status()).as("held until content").isZero();
        scene.call().data(Scene.delta("n1", "hel"));
        assertThat(types(scene.client.text()))
                .containsExactly("message_start", "ping", "content_block_start", "content_block_delta");
        scene.call().data(Scene.delta("n1", "lo"));
        scene.call()
                .data(Scene.stop("n1") + Scene.usage("n1", 9, 2) + Scene.DONE)
                .end();

        assertThat(types(scene.client.text()))
                .containsExactly(
                        "message_start",
                        "ping",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_delta",
                        "content_block_stop",
                        "message_delta",
                        "message_stop");
        assertThat(scene.client.text()).doesNotContain("n1");
        JsonNode delta = events(scene.client.text()).get(6);
        assertThat(delta.at("/usage/output_tokens").asInt()).isEqualTo(2);
        assertThat(delta.at("/delta/stop_reason").asText()).isEqualTo("end_turn");
        scene.over("ok");
    }

    @Test
    void theUsageBehindTheEndIsWaitedForButNotForLong() {
        Scene scene = new Scene(chat("p1")).post(MESSAGES, ASKED_STREAM);
        scene.call().stream().data(Scene.delta("n1", "hi") + Scene.stop("n1"));
        assertThat(types(scene.client.text())).doesNotContain("message_stop");
        scene.notOver();

        scene.millis(1_999);
        scene.notOver();
        scene.millis(2);

        assertThat(types(scene.client.text())).endsWith("message_delta", "message_stop");
        LedgerEntry entry = scene.over("ok");
        assertThat(entry.bill().orElseThrow().certainty()).isEqualTo(Bill.Certainty.ESTIMATED);
    }

    @Test
    void aClientThatLeavesAtItsLastEventIsAnswered() {
        Scene scene = new Scene(chat("p1")).post(MESSAGES, ASKED_STREAM);
        scene.call().stream().data(Scene.delta("n1", "hi") + Scene.stop("n1") + Scene.usage("n1", 9, 2));
        assertThat(types(scene.client.text())).endsWith("message_stop");

        scene.exchange().disconnected();

        scene.over("ok");
    }

    @Test
    void aNativeProviderComesFirstOnEqualTerms() {
        Scene scene = new Scene(chat("p1"), messages("p2")).post(MESSAGES, ASKED);

        assertThat(scene.call().request.target().getPath()).isEqualTo("/v1/messages");
        assertThat(scene.call().body()).isEqualTo(ASKED.replace("\"m\"", "\"n2\""));
        scene.call().json(200, MESSAGES_ANSWER).end();
        assertThat(scene.client.headers().first("X-Sidecar-Translation")).isEmpty();
        scene.over("ok");
    }

    @Test
    void aTranslatedPrimaryComesBeforeANativeFallback() {
        Scene scene = new Scene(messages("p1").fallback(), chat("p2")).post(MESSAGES, ASKED);

        assertThat(scene.call().request.target().getPath()).isEqualTo("/v1/chat/completions");
        scene.call().json(200, CHAT_ANSWER).end();
        scene.over("ok");
    }

    @Test
    void aFailoverMayChangeTheDialect() {
        Scene scene = new Scene(messages("p1"), chat("p2")).post(MESSAGES, ASKED);
        scene.call().json(429, "{\"error\":{\"message\":\"slow down\"}}").end();

        assertThat(scene.upstream.calls).hasSize(2);
        assertThat(scene.call().request.target().getPath()).isEqualTo("/v1/chat/completions");
        scene.call().json(200, CHAT_ANSWER).end();

        assertThat(json(scene.client.text()).at("/content/0/text").asText()).isEqualTo("hello");
        assertThat(scene.client.header("X-Sidecar-Translation")).isEqualTo("messages>chat");
        assertThat(scene.over("ok").attempts()).hasSize(2);
    }

    @Test
    void aFailoverMayChangeTheDialectBack() {
        Scene scene = new Scene(chat("p1"), messages("p2").fallback()).post(MESSAGES, ASKED);
        scene.call().json(500, "{\"error\":{\"message\":\"broken\"}}").end();

        scene.call().json(200, MESSAGES_ANSWER).end();

        assertThat(json(scene.client.text()).at("/content/0/text").asText()).isEqualTo("hello");
        assertThat(scene.client.headers().first("X-Sidecar-Translation")).isEmpty();
        scene.over("ok");
    }

    @Test
    void aTooManyOfATranslatedProviderIsWaitedFor() {
        Scene scene = new Scene(chat("p1").key("k")).post(MESSAGES, ASKED_STREAM);
        scene.call().sent().head(429, "Retry-After", "20").data("{}").end();
        scene.notOver();

        scene.seconds(31);
        scene.call().stream()
                .data(Scene.delta("n1", "hi") + Scene.stop("n1") + Scene.usage("n1", 9, 2) + Scene.DONE)
                .end();

        assertThat(types(scene.client.text())).endsWith("message_stop");
        scene.over("ok");
    }

    @Test
    void aStreamThatIsCutSaysSoInTheClientsDialect() {
        Scene scene = new Scene(chat("p1")).post(MESSAGES, ASKED_STREAM);
        scene.call().stream().data(Scene.delta("n1", "hel"));
        scene.call().fails(sidecar.upstream.Upstream.Cause.RESET, true);

        assertThat(types(scene.client.text()))
                .containsExactly("message_start", "ping", "content_block_start", "content_block_delta", "error");
        assertThat(scene.client.text()).contains("event: error\n");
        scene.over("truncated");
    }

    @Test
    void aCutStreamOfResponsesFailsWithTheIdsItBeganWith() {
        Scene scene = new Scene(chat("p1")).post(RESPONSES, RESPONSES_STREAM);
        scene.call().stream().data(Scene.delta("n1", "hel"));
        scene.call().fails(sidecar.upstream.Upstream.Cause.RESET, true);

        List<JsonNode> events = events(scene.client.text());
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt()).isEqualTo(i);
        }
        JsonNode failed = events.get(events.size() - 2);
        assertThat(failed.path("type").asText()).isEqualTo("response.failed");
        assertThat(failed.at("/response/id")).isEqualTo(events.get(0).at("/response/id"));
        assertThat(events.get(events.size() - 1).path("type").asText()).isEqualTo("error");
        scene.over("truncated");
    }

    @Test
    void anErrorInTheMiddleKeepsItsWords() {
        Scene scene = new Scene(chat("p1")).post(MESSAGES, ASKED_STREAM);
        scene.call().stream().data(Scene.delta("n1", "hel"));
        scene.call()
                .data(
                        Scene.event(
                                "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens\",\"code\":400}}"))
                .end();

        List<JsonNode> events = events(scene.client.text());
        JsonNode last = events.get(events.size() - 1);
        assertThat(last.path("type").asText()).isEqualTo("error");
        assertThat(last.at("/error/message").asText()).isEqualTo("This model's maximum context length is 8192 tokens");
        assertThat(types(scene.client.text())).doesNotContain("message_stop");
        scene.over("bad_success");
    }

    @Test
    void aRefusalOfTheProviderIsWordedForTheClient() {
        Scene scene = new Scene(chat("p1")).post(MESSAGES, ASKED);
        scene.call()
                .json(
                        400,
                        "{\"error\":{\"message\":\"max_tokens is too large\",\"type\":\"x\",\"code\":\"y\",\"param\":null}}")
                .end();

        assertThat(scene.client.status()).isEqualTo(400);
        assertThat(json(scene.client.text()))
                .isEqualTo(
                        json(
                                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"max_tokens is too large\"},\"request_id\":\"req-1\"}"));
        scene.over("client");
    }

    @Test
    void aWrongTypeIsRefusedBeforeAnyAttempt() {
        Scene scene = new Scene(chat("p1"))
                .post(
                        MESSAGES,
                        "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":7}]}]}");

        assertThat(scene.upstream.calls).isEmpty();
        assertThat(scene.client.status()).isEqualTo(400);
        assertThat(json(scene.client.text()).at("/error/message").asText())
                .isEqualTo("messages[0].content[0].text: must be a string");
        scene.over("refused");
        scene.useUp("p1"); // the whole window is still there
    }

    @Test
    void argumentsThatAreNoObjectAreNoAnswer() {
        Scene scene = new Scene(chat("p1"), chat("p2")).post(MESSAGES, ASKED);
        String broken =
                "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":\"}}]},\"finish_reason\":\"tool_calls\"}]}";
        scene.call().json(200, broken).end();
        assertThat(scene.upstream.calls).hasSize(2);

        scene.call().json(200, CHAT_ANSWER).end();

        assertThat(scene.client.status()).isEqualTo(200);
        scene.over("ok");
    }

    @Test
    void anAnswerInOnePieceIsAStreamForWhoAskedForOne() {
        Scene scene = new Scene(chat("p1")).post(MESSAGES, ASKED_STREAM);
        scene.call().json(200, CHAT_ANSWER).end();

        assertThat(scene.client.header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(types(scene.client.text())).startsWith("message_start").endsWith("message_delta", "message_stop");
        scene.over("ok");
    }

    @Test
    void aStreamIsAWholeAnswerForWhoAskedForOne() {
        Scene scene = new Scene(chat("p1")).post(MESSAGES, ASKED);
        scene.call().stream()
                .data(Scene.delta("n1", "hel") + Scene.delta("n1", "lo") + Scene.stop("n1") + Scene.DONE)
                .end();

        assertThat(scene.client.header("Content-Type")).isEqualTo("application/json");
        assertThat(json(scene.client.text()).at("/content/0/text").asText()).isEqualTo("hello");
        scene.over("ok");
    }

    @Test
    void aChatIsAskedAsAMessage() {
        Scene scene = new Scene(messages("p1"));
        scene.post(
                Scene.CHAT,
                "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"be brief\"},{\"role\":\"user\",\"content\":\"hi\"}],\"seed\":7}");

        assertThat(scene.call().request.target().getPath()).isEqualTo("/v1/messages");
        assertThat(scene.call().request.headers().first("anthropic-version")).isPresent();
        assertThat(json(scene.call().body()).at("/system/0/text").asText()).isEqualTo("be brief");
        scene.call().json(200, MESSAGES_ANSWER).end();

        JsonNode answer = json(scene.client.text());
        assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("hello");
        assertThat(scene.client.header("X-Sidecar-Translation")).isEqualTo("chat>messages; lost=seed");
        scene.over("ok");
    }

    @Test
    void responsesAreAskedAsMessagesByTheSameHub() {
        Scene scene = new Scene(messages("p1")).post(RESPONSES, "{\"model\":\"m\",\"input\":\"hi\"}");
        scene.call().json(200, MESSAGES_ANSWER).end();

        JsonNode answer = json(scene.client.text());
        assertThat(answer.path("object").asText()).isEqualTo("response");
        assertThat(answer.at("/output/0/content/0/text").asText()).isEqualTo("hello");
        assertThat(answer.path("model").asText()).isEqualTo("m");
        scene.over("ok");
    }

    @Test
    void aPreviousResponseNeedsAProviderThatKeepsIt() {
        Scene scene = new Scene(chat("p1"))
                .post(RESPONSES, "{\"model\":\"m\",\"input\":\"hi\",\"previous_response_id\":\"resp_1\"}");

        assertThat(scene.client.status()).isEqualTo(400);
        assertThat(json(scene.client.text()).at("/error/code").asText()).isEqualTo("previous_response_not_found");
        assertThat(scene.upstream.calls).isEmpty();
        scene.over("previous_response_not_found");
    }

    @Test
    void heartbeatsComeBeforeATranslatedAnswerAndTheTranslationIsNamedInItsComment() {
        Scene scene = new Scene(chat("p1"));
        scene.heartbeatGrace = Duration.ofSeconds(45);
        scene.post(MESSAGES, ASKED_STREAM);
        scene.seconds(46);
        assertThat(scene.client.status()).isEqualTo(200);

        scene.call().stream()
                .data(Scene.delta("n1", "hi") + Scene.stop("n1") + Scene.usage("n1", 9, 2) + Scene.DONE)
                .end();

        assertThat(scene.client.text()).contains(" translation=messages>chat");
        assertThat(types(scene.client.text())).endsWith("message_stop");
        scene.over("ok");
    }

    @Test
    void aRefusalAfterHeartbeatsIsAnEventInTheClientsShape() {
        Scene scene = new Scene(chat("p1"));
        scene.heartbeatGrace = Duration.ofSeconds(45);
        scene.post(MESSAGES, ASKED_STREAM);
        scene.seconds(46);

        scene.call().json(400, "{\"error\":{\"message\":\"no\"}}").end();

        List<JsonNode> events = events(scene.client.text());
        JsonNode last = events.get(events.size() - 1);
        assertThat(last.path("type").asText()).isEqualTo("error");
        assertThat(last.at("/error/message").asText()).contains("no");
        scene.over("client");
    }

    @Test
    void aDeadlineIsToldInTheClientsShape() {
        Scene scene = new Scene(chat("p1"));
        scene.deadline = Duration.ofSeconds(5);
        scene.post(MESSAGES, ASKED);

        scene.seconds(6);

        assertThat(scene.client.status()).isEqualTo(504);
        assertThat(json(scene.client.text()).at("/error/type").asText()).isEqualTo("timeout_error");
        scene.over("deadline_exceeded");
    }

    @Test
    void aClientThatHangsUpEndsTheCall() {
        Scene scene = new Scene(chat("p1")).post(MESSAGES, ASKED_STREAM);
        scene.call().stream().data(Scene.delta("n1", "hel"));

        scene.exchange().disconnected();

        assertThat(scene.call().aborts).hasPositiveValue();
        scene.over("client_gone");
    }

    @Test
    void whatAClientHasTakenIsWhatTheProviderMaySend() {
        Scene scene = new Scene(chat("p1")).post(MESSAGES, ASKED_STREAM);
        String events = Scene.delta("n1", "hel") + Scene.delta("n1", "lo") + Scene.stop("n1") + Scene.DONE;
        scene.call().stream().data(events).end();

        assertThat(scene.call().credited.get()).isEqualTo(events.getBytes(StandardCharsets.UTF_8).length);
        scene.over("ok");
    }

    @Test
    void extraMembersGoIntoEveryBodyOfTheirMapping() {
        Map<String, Object> compat =
                Map.of("extraBody", Map.of("chat_template_kwargs", Map.of("thinking", true), "top_k", 5));
        Scene translated = new Scene(SomeProvider.named("p1").mapsWith("m", "n1", compat)).post(MESSAGES, ASKED);
        assertThat(json(translated.call().body())
                        .at("/chat_template_kwargs/thinking")
                        .asBoolean())
                .isTrue();

        Scene scene = new Scene(SomeProvider.named("p1").mapsWith("m", "n1", compat));
        scene.post(
                Scene.CHAT,
                "{\"model\":\"m\", \"top_k\" : 1.50, \"chat_template_kwargs\":{\"a\":1,\"thinking\":false},\"messages\":[ ]}");

        assertThat(scene.call().body())
                .isEqualTo(
                        "{\"model\":\"n1\", \"top_k\" : 5, \"chat_template_kwargs\":{\"a\":1,\"thinking\":true},\"messages\":[ ]}");
    }

    @Test
    void reasoningThatATranslationGaveIsCutOutOnANativeWay() {
        Scene scene = new Scene(messages("p1"))
                .post(
                        MESSAGES,
                        "{\"model\":\"n2\",\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"a\",\"signature\":\"sidecar\"}, {\"type\":\"text\",\"text\":\"b\"}]}]}"
                                .replace("\"n2\"", "\"m\""));

        assertThat(scene.call().body())
                .isEqualTo(
                        "{\"model\":\"n2\",\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"b\"}]}]}");
    }

    @Test
    void whereATurnHasLostItsThoughtsThinkingIsSwitchedOffAndSaidWhateverTheMappingAdds() {
        String call = "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}";
        String own = "{\"type\":\"thinking\",\"thinking\":\"a\",\"signature\":\"sidecar\"},";
        String history = "\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":[%s"
                + call + "]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\"}]}]}";
        Map<String, Object> compat =
                Map.of("extraBody", Map.of("thinking", Map.of("type", "enabled"), "messages", List.of(), "top_k", 5));
        Scene scene = new Scene(
                        SomeProvider.named("p1").mapsWith("m", "n2", compat).api(ApiProtocol.ANTHROPIC_MESSAGES))
                .post(
                        MESSAGES,
                        "{\"model\":\"m\",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":4096},"
                                + history.formatted(own));

        assertThat(scene.call().body())
                .isEqualTo(
                        "{\"top_k\":5,\"model\":\"n2\",\"thinking\":{\"type\":\"disabled\"}," + history.formatted(""));
        scene.call().json(200, MESSAGES_ANSWER).end();
        assertThat(scene.client.header("X-Sidecar-Translation")).isEqualTo("messages>messages; lost=thinking");
    }

    @Test
    void aStreamThatTurnsOutToBeNoAnswerGoesToAnotherProvider() {
        Scene scene = new Scene(chat("p1"), chat("p2")).post(MESSAGES, ASKED_STREAM);
        scene.call().stream()
                .data(
                        Scene.event(
                                "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"[1]\"}}]}}]}"));

        assertThat(scene.client.status()).as("nothing was relayed").isZero();
        assertThat(scene.upstream.calls).hasSize(2);
        scene.call().stream()
                .data(Scene.delta("n1", "hi") + Scene.stop("n1") + Scene.usage("n1", 9, 2) + Scene.DONE)
                .end();
        assertThat(types(scene.client.text())).startsWith("message_start").endsWith("message_stop");
        scene.over("ok");
    }

    @Test
    void whatCameBeforeABrokenEventIsRelayed() {
        Scene scene = new Scene(chat("p1")).post(MESSAGES, ASKED_STREAM);
        scene.call().stream().data(Scene.delta("n1", "one"));
        scene.call().data(Scene.delta("n1", "two") + "data: {\"choices\":[{\"ind\n\n" + Scene.delta("n1", "three"));

        assertThat(scene.client.text()).contains("\"two\"").doesNotContain("three");
        assertThat(types(scene.client.text())).endsWith("error");
        scene.over("truncated");
    }

    @Test
    void aLongRequestIsTranslatedInTheBackground() {
        Scene scene = new Scene(chat("p1"));
        List<Runnable> background = new ArrayList<>();
        scene.background = background::add;
        scene.post(MESSAGES, ASKED.replace("hi", "h".repeat(70_000)));
        assertThat(scene.upstream.calls).isEmpty();

        background.forEach(Runnable::run);

        scene.call().json(200, CHAT_ANSWER).end();
        scene.over("ok");
    }

    @Test
    void aClientThatLeavesWhileItsRequestIsTranslatedLeavesNothing() {
        Scene scene = new Scene(chat("p1"));
        List<Runnable> background = new ArrayList<>();
        scene.background = background::add;
        scene.post(MESSAGES, ASKED.replace("hi", "h".repeat(70_000)));

        scene.exchange().disconnected();
        background.forEach(Runnable::run);

        assertThat(scene.upstream.calls).isEmpty();
        scene.over("client_gone");
    }

    @Test
    void nothingToSayIsRefusedByTheNameOfTheClientsOwnMember() {
        Scene scene = new Scene(chat("p1")).post(RESPONSES, "{\"model\":\"m\",\"input\":[]}");

        assertThat(json(scene.client.text()).at("/error/param").asText()).isEqualTo("input");
        scene.over("refused");
    }

    @Test
    void whatIsDeepAndLongIsTranslatedLikeAnythingElse() {
        String deep = "{\"a\":".repeat(100) + "1" + "}".repeat(100);
        Scene scene = new Scene(chat("p1"))
                .post(
                        MESSAGES,
                        ASKED.replace(
                                "\"max_tokens\"",
                                "\"tools\":[{\"name\":\"f\",\"input_schema\":" + deep + "}],\"max_tokens\""));

        assertThat(scene.call().body()).contains(deep);
    }
}
