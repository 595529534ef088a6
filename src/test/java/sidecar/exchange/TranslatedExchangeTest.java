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
        ExchangeFixture fixture = new ExchangeFixture(chat("p1")).post(MESSAGES, ASKED);

        assertThat(fixture.call().request.target().getPath()).isEqualTo("/v1/chat/completions");
        assertThat(json(fixture.call().body()))
                .isEqualTo(
                        json(
                                "{\"model\":\"n1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":100,\"stream\":false}"));
        fixture.call().json(200, CHAT_ANSWER).end();

        JsonNode answer = json(fixture.client.text());
        assertThat(answer.path("type").asText()).isEqualTo("message");
        assertThat(answer.path("model").asText()).isEqualTo("m");
        assertThat(answer.at("/content/0/text").asText()).isEqualTo("hello");
        assertThat(answer.path("stop_reason").asText()).isEqualTo("end_turn");
        assertThat(answer.at("/usage/input_tokens").asInt()).isEqualTo(9);
        assertThat(fixture.client.header("X-Sidecar-Translation")).isEqualTo("messages>chat");
        assertThat(fixture.client.header("Content-Type")).isEqualTo("application/json");
        LedgerEntry entry = fixture.over("ok");
        assertThat(entry.bill().orElseThrow().usage().prompt()).isEqualTo(9);
        assertThat(entry.bill().orElseThrow().certainty()).isEqualTo(Bill.Certainty.REPORTED);
    }

    @Test
    void aStreamIsTranslatedEventByEvent() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1")).post(MESSAGES, ASKED_STREAM);
        assertThat(json(fixture.call().body())
                        .at("/stream_options/include_usage")
                        .asBoolean())
                .isTrue();

        fixture.call().stream().data(ExchangeFixture.role("n1"));
        assertThat(fixture.client.status()).as("held until content").isZero();
        fixture.call().data(ExchangeFixture.delta("n1", "hel"));
        assertThat(types(fixture.client.text()))
                .containsExactly("message_start", "ping", "content_block_start", "content_block_delta");
        fixture.call().data(ExchangeFixture.delta("n1", "lo"));
        fixture.call()
                .data(ExchangeFixture.stop("n1") + ExchangeFixture.usage("n1", 9, 2) + ExchangeFixture.DONE)
                .end();

        assertThat(types(fixture.client.text()))
                .containsExactly(
                        "message_start",
                        "ping",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_delta",
                        "content_block_stop",
                        "message_delta",
                        "message_stop");
        assertThat(fixture.client.text()).doesNotContain("n1");
        JsonNode delta = events(fixture.client.text()).get(6);
        assertThat(delta.at("/usage/output_tokens").asInt()).isEqualTo(2);
        assertThat(delta.at("/delta/stop_reason").asText()).isEqualTo("end_turn");
        fixture.over("ok");
    }

    @Test
    void theUsageBehindTheEndIsWaitedForButNotForLong() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1")).post(MESSAGES, ASKED_STREAM);
        fixture.call().stream().data(ExchangeFixture.delta("n1", "hi") + ExchangeFixture.stop("n1"));
        assertThat(types(fixture.client.text())).doesNotContain("message_stop");
        fixture.notOver();

        fixture.millis(1_999);
        fixture.notOver();
        fixture.millis(2);

        assertThat(types(fixture.client.text())).endsWith("message_delta", "message_stop");
        LedgerEntry entry = fixture.over("ok");
        assertThat(entry.bill().orElseThrow().certainty()).isEqualTo(Bill.Certainty.ESTIMATED);
    }

    @Test
    void aClientThatLeavesAtItsLastEventIsAnswered() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1")).post(MESSAGES, ASKED_STREAM);
        fixture.call().stream()
                .data(ExchangeFixture.delta("n1", "hi")
                        + ExchangeFixture.stop("n1")
                        + ExchangeFixture.usage("n1", 9, 2));
        assertThat(types(fixture.client.text())).endsWith("message_stop");

        fixture.exchange().disconnected();

        fixture.over("ok");
    }

    @Test
    void aNativeProviderComesFirstOnEqualTerms() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1"), messages("p2")).post(MESSAGES, ASKED);

        assertThat(fixture.call().request.target().getPath()).isEqualTo("/v1/messages");
        assertThat(fixture.call().body()).isEqualTo(ASKED.replace("\"m\"", "\"n2\""));
        fixture.call().json(200, MESSAGES_ANSWER).end();
        assertThat(fixture.client.headers().first("X-Sidecar-Translation")).isEmpty();
        fixture.over("ok");
    }

    @Test
    void aTranslatedPrimaryComesBeforeANativeFallback() {
        ExchangeFixture fixture = new ExchangeFixture(messages("p1").fallback(), chat("p2")).post(MESSAGES, ASKED);

        assertThat(fixture.call().request.target().getPath()).isEqualTo("/v1/chat/completions");
        fixture.call().json(200, CHAT_ANSWER).end();
        fixture.over("ok");
    }

    @Test
    void aFailoverMayChangeTheDialect() {
        ExchangeFixture fixture = new ExchangeFixture(messages("p1"), chat("p2")).post(MESSAGES, ASKED);
        fixture.call().json(429, "{\"error\":{\"message\":\"slow down\"}}").end();

        assertThat(fixture.upstream.calls).hasSize(2);
        assertThat(fixture.call().request.target().getPath()).isEqualTo("/v1/chat/completions");
        fixture.call().json(200, CHAT_ANSWER).end();

        assertThat(json(fixture.client.text()).at("/content/0/text").asText()).isEqualTo("hello");
        assertThat(fixture.client.header("X-Sidecar-Translation")).isEqualTo("messages>chat");
        assertThat(fixture.over("ok").attempts()).hasSize(2);
    }

    @Test
    void aFailoverMayChangeTheDialectBack() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1"), messages("p2").fallback()).post(MESSAGES, ASKED);
        fixture.call().json(500, "{\"error\":{\"message\":\"broken\"}}").end();

        fixture.call().json(200, MESSAGES_ANSWER).end();

        assertThat(json(fixture.client.text()).at("/content/0/text").asText()).isEqualTo("hello");
        assertThat(fixture.client.headers().first("X-Sidecar-Translation")).isEmpty();
        fixture.over("ok");
    }

    @Test
    void aTooManyOfATranslatedProviderIsWaitedFor() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1").key("k")).post(MESSAGES, ASKED_STREAM);
        fixture.call().sent().head(429, "Retry-After", "20").data("{}").end();
        fixture.notOver();

        fixture.seconds(31);
        fixture.call().stream()
                .data(ExchangeFixture.delta("n1", "hi")
                        + ExchangeFixture.stop("n1")
                        + ExchangeFixture.usage("n1", 9, 2)
                        + ExchangeFixture.DONE)
                .end();

        assertThat(types(fixture.client.text())).endsWith("message_stop");
        fixture.over("ok");
    }

    @Test
    void aStreamThatIsCutSaysSoInTheClientsDialect() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1")).post(MESSAGES, ASKED_STREAM);
        fixture.call().stream().data(ExchangeFixture.delta("n1", "hel"));
        fixture.call().fails(sidecar.upstream.Upstream.Cause.RESET, true);

        assertThat(types(fixture.client.text()))
                .containsExactly("message_start", "ping", "content_block_start", "content_block_delta", "error");
        assertThat(fixture.client.text()).contains("event: error\n");
        fixture.over("truncated");
    }

    @Test
    void aCutStreamOfResponsesFailsWithTheIdsItBeganWith() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1")).post(RESPONSES, RESPONSES_STREAM);
        fixture.call().stream().data(ExchangeFixture.delta("n1", "hel"));
        fixture.call().fails(sidecar.upstream.Upstream.Cause.RESET, true);

        List<JsonNode> events = events(fixture.client.text());
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt()).isEqualTo(i);
        }
        JsonNode failed = events.get(events.size() - 2);
        assertThat(failed.path("type").asText()).isEqualTo("response.failed");
        assertThat(failed.at("/response/id")).isEqualTo(events.get(0).at("/response/id"));
        assertThat(events.get(events.size() - 1).path("type").asText()).isEqualTo("error");
        fixture.over("truncated");
    }

    @Test
    void anErrorInTheMiddleKeepsItsWords() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1")).post(MESSAGES, ASKED_STREAM);
        fixture.call().stream().data(ExchangeFixture.delta("n1", "hel"));
        fixture.call()
                .data(
                        ExchangeFixture.event(
                                "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens\",\"code\":400}}"))
                .end();

        List<JsonNode> events = events(fixture.client.text());
        JsonNode last = events.get(events.size() - 1);
        assertThat(last.path("type").asText()).isEqualTo("error");
        assertThat(last.at("/error/message").asText()).isEqualTo("This model's maximum context length is 8192 tokens");
        assertThat(types(fixture.client.text())).doesNotContain("message_stop");
        fixture.over("bad_success");
    }

    @Test
    void aRefusalOfTheProviderIsWordedForTheClient() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1")).post(MESSAGES, ASKED);
        fixture.call()
                .json(
                        400,
                        "{\"error\":{\"message\":\"max_tokens is too large\",\"type\":\"x\",\"code\":\"y\",\"param\":null}}")
                .end();

        assertThat(fixture.client.status()).isEqualTo(400);
        assertThat(json(fixture.client.text()))
                .isEqualTo(
                        json(
                                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"max_tokens is too large\"},\"request_id\":\"req-1\"}"));
        fixture.over("client");
    }

    @Test
    void aWrongTypeIsRefusedBeforeAnyAttempt() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1"))
                .post(
                        MESSAGES,
                        "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":7}]}]}");

        assertThat(fixture.upstream.calls).isEmpty();
        assertThat(fixture.client.status()).isEqualTo(400);
        assertThat(json(fixture.client.text()).at("/error/message").asText())
                .isEqualTo("messages[0].content[0].text: must be a string");
        fixture.over("refused");
        fixture.useUp("p1"); // the whole window is still there
    }

    @Test
    void argumentsThatAreNoObjectAreNoAnswer() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1"), chat("p2")).post(MESSAGES, ASKED);
        String broken =
                "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":\"}}]},\"finish_reason\":\"tool_calls\"}]}";
        fixture.call().json(200, broken).end();
        assertThat(fixture.upstream.calls).hasSize(2);

        fixture.call().json(200, CHAT_ANSWER).end();

        assertThat(fixture.client.status()).isEqualTo(200);
        fixture.over("ok");
    }

    @Test
    void anAnswerInOnePieceIsAStreamForWhoAskedForOne() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1")).post(MESSAGES, ASKED_STREAM);
        fixture.call().json(200, CHAT_ANSWER).end();

        assertThat(fixture.client.header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(types(fixture.client.text())).startsWith("message_start").endsWith("message_delta", "message_stop");
        fixture.over("ok");
    }

    @Test
    void aStreamIsAWholeAnswerForWhoAskedForOne() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1")).post(MESSAGES, ASKED);
        fixture.call().stream()
                .data(ExchangeFixture.delta("n1", "hel")
                        + ExchangeFixture.delta("n1", "lo")
                        + ExchangeFixture.stop("n1")
                        + ExchangeFixture.DONE)
                .end();

        assertThat(fixture.client.header("Content-Type")).isEqualTo("application/json");
        assertThat(json(fixture.client.text()).at("/content/0/text").asText()).isEqualTo("hello");
        fixture.over("ok");
    }

    @Test
    void aChatIsAskedAsAMessage() {
        ExchangeFixture fixture = new ExchangeFixture(messages("p1"));
        fixture.post(
                ExchangeFixture.CHAT,
                "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"be brief\"},{\"role\":\"user\",\"content\":\"hi\"}],\"seed\":7}");

        assertThat(fixture.call().request.target().getPath()).isEqualTo("/v1/messages");
        assertThat(fixture.call().request.headers().first("anthropic-version")).isPresent();
        assertThat(json(fixture.call().body()).at("/system/0/text").asText()).isEqualTo("be brief");
        fixture.call().json(200, MESSAGES_ANSWER).end();

        JsonNode answer = json(fixture.client.text());
        assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("hello");
        assertThat(fixture.client.header("X-Sidecar-Translation")).isEqualTo("chat>messages; lost=seed");
        fixture.over("ok");
    }

    @Test
    void responsesAreAskedAsMessagesByTheSameHub() {
        ExchangeFixture fixture =
                new ExchangeFixture(messages("p1")).post(RESPONSES, "{\"model\":\"m\",\"input\":\"hi\"}");
        fixture.call().json(200, MESSAGES_ANSWER).end();

        JsonNode answer = json(fixture.client.text());
        assertThat(answer.path("object").asText()).isEqualTo("response");
        assertThat(answer.at("/output/0/content/0/text").asText()).isEqualTo("hello");
        assertThat(answer.path("model").asText()).isEqualTo("m");
        fixture.over("ok");
    }

    @Test
    void aPreviousResponseNeedsAProviderThatKeepsIt() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1"))
                .post(RESPONSES, "{\"model\":\"m\",\"input\":\"hi\",\"previous_response_id\":\"resp_1\"}");

        assertThat(fixture.client.status()).isEqualTo(400);
        assertThat(json(fixture.client.text()).at("/error/code").asText()).isEqualTo("previous_response_not_found");
        assertThat(fixture.upstream.calls).isEmpty();
        fixture.over("previous_response_not_found");
    }

    @Test
    void heartbeatsComeBeforeATranslatedAnswerAndTheTranslationIsNamedInItsComment() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1"));
        fixture.heartbeatGrace = Duration.ofSeconds(45);
        fixture.post(MESSAGES, ASKED_STREAM);
        fixture.seconds(46);
        assertThat(fixture.client.status()).isEqualTo(200);

        fixture.call().stream()
                .data(ExchangeFixture.delta("n1", "hi")
                        + ExchangeFixture.stop("n1")
                        + ExchangeFixture.usage("n1", 9, 2)
                        + ExchangeFixture.DONE)
                .end();

        assertThat(fixture.client.text()).contains(" translation=messages>chat");
        assertThat(types(fixture.client.text())).endsWith("message_stop");
        fixture.over("ok");
    }

    @Test
    void aRefusalAfterHeartbeatsIsAnEventInTheClientsShape() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1"));
        fixture.heartbeatGrace = Duration.ofSeconds(45);
        fixture.post(MESSAGES, ASKED_STREAM);
        fixture.seconds(46);

        fixture.call().json(400, "{\"error\":{\"message\":\"no\"}}").end();

        List<JsonNode> events = events(fixture.client.text());
        JsonNode last = events.get(events.size() - 1);
        assertThat(last.path("type").asText()).isEqualTo("error");
        assertThat(last.at("/error/message").asText()).contains("no");
        fixture.over("client");
    }

    @Test
    void aDeadlineIsToldInTheClientsShape() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1"));
        fixture.deadline = Duration.ofSeconds(5);
        fixture.post(MESSAGES, ASKED);

        fixture.seconds(6);

        assertThat(fixture.client.status()).isEqualTo(504);
        assertThat(json(fixture.client.text()).at("/error/type").asText()).isEqualTo("timeout_error");
        fixture.over("deadline_exceeded");
    }

    @Test
    void aClientThatHangsUpEndsTheCall() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1")).post(MESSAGES, ASKED_STREAM);
        fixture.call().stream().data(ExchangeFixture.delta("n1", "hel"));

        fixture.exchange().disconnected();

        assertThat(fixture.call().aborts).hasPositiveValue();
        fixture.over("client_gone");
    }

    @Test
    void whatAClientHasTakenIsWhatTheProviderMaySend() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1")).post(MESSAGES, ASKED_STREAM);
        String events = ExchangeFixture.delta("n1", "hel")
                + ExchangeFixture.delta("n1", "lo")
                + ExchangeFixture.stop("n1")
                + ExchangeFixture.DONE;
        fixture.call().stream().data(events).end();

        assertThat(fixture.call().credited.get()).isEqualTo(events.getBytes(StandardCharsets.UTF_8).length);
        fixture.over("ok");
    }

    @Test
    void extraMembersGoIntoEveryBodyOfTheirMapping() {
        Map<String, Object> compat =
                Map.of("extraBody", Map.of("chat_template_kwargs", Map.of("thinking", true), "top_k", 5));
        ExchangeFixture translated =
                new ExchangeFixture(SomeProvider.named("p1").mapsWith("m", "n1", compat)).post(MESSAGES, ASKED);
        assertThat(json(translated.call().body())
                        .at("/chat_template_kwargs/thinking")
                        .asBoolean())
                .isTrue();

        ExchangeFixture fixture = new ExchangeFixture(SomeProvider.named("p1").mapsWith("m", "n1", compat));
        fixture.post(
                ExchangeFixture.CHAT,
                "{\"model\":\"m\", \"top_k\" : 1.50, \"chat_template_kwargs\":{\"a\":1,\"thinking\":false},\"messages\":[ ]}");

        assertThat(fixture.call().body())
                .isEqualTo(
                        "{\"model\":\"n1\", \"top_k\" : 5, \"chat_template_kwargs\":{\"a\":1,\"thinking\":true},\"messages\":[ ]}");
    }

    @Test
    void reasoningThatATranslationGaveIsCutOutOnANativeWay() {
        ExchangeFixture fixture = new ExchangeFixture(messages("p1"))
                .post(
                        MESSAGES,
                        "{\"model\":\"n2\",\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"a\",\"signature\":\"sidecar\"}, {\"type\":\"text\",\"text\":\"b\"}]}]}"
                                .replace("\"n2\"", "\"m\""));

        assertThat(fixture.call().body())
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
        ExchangeFixture fixture = new ExchangeFixture(
                        SomeProvider.named("p1").mapsWith("m", "n2", compat).api(ApiProtocol.ANTHROPIC_MESSAGES))
                .post(
                        MESSAGES,
                        "{\"model\":\"m\",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":4096},"
                                + history.formatted(own));

        assertThat(fixture.call().body())
                .isEqualTo(
                        "{\"top_k\":5,\"model\":\"n2\",\"thinking\":{\"type\":\"disabled\"}," + history.formatted(""));
        fixture.call().json(200, MESSAGES_ANSWER).end();
        assertThat(fixture.client.header("X-Sidecar-Translation")).isEqualTo("messages>messages; lost=thinking");
    }

    @Test
    void aStreamThatTurnsOutToBeNoAnswerGoesToAnotherProvider() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1"), chat("p2")).post(MESSAGES, ASKED_STREAM);
        fixture.call().stream()
                .data(
                        ExchangeFixture.event(
                                "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"[1]\"}}]}}]}"));

        assertThat(fixture.client.status()).as("nothing was relayed").isZero();
        assertThat(fixture.upstream.calls).hasSize(2);
        fixture.call().stream()
                .data(ExchangeFixture.delta("n1", "hi")
                        + ExchangeFixture.stop("n1")
                        + ExchangeFixture.usage("n1", 9, 2)
                        + ExchangeFixture.DONE)
                .end();
        assertThat(types(fixture.client.text())).startsWith("message_start").endsWith("message_stop");
        fixture.over("ok");
    }

    @Test
    void whatCameBeforeABrokenEventIsRelayed() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1")).post(MESSAGES, ASKED_STREAM);
        fixture.call().stream().data(ExchangeFixture.delta("n1", "one"));
        fixture.call()
                .data(ExchangeFixture.delta("n1", "two") + "data: {\"choices\":[{\"ind\n\n"
                        + ExchangeFixture.delta("n1", "three"));

        assertThat(fixture.client.text()).contains("\"two\"").doesNotContain("three");
        assertThat(types(fixture.client.text())).endsWith("error");
        fixture.over("truncated");
    }

    @Test
    void aLongRequestIsTranslatedInTheBackground() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1"));
        List<Runnable> background = new ArrayList<>();
        fixture.background = background::add;
        fixture.post(MESSAGES, ASKED.replace("hi", "h".repeat(70_000)));
        assertThat(fixture.upstream.calls).isEmpty();

        background.forEach(Runnable::run);

        fixture.call().json(200, CHAT_ANSWER).end();
        fixture.over("ok");
    }

    @Test
    void aClientThatLeavesWhileItsRequestIsTranslatedLeavesNothing() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1"));
        List<Runnable> background = new ArrayList<>();
        fixture.background = background::add;
        fixture.post(MESSAGES, ASKED.replace("hi", "h".repeat(70_000)));

        fixture.exchange().disconnected();
        background.forEach(Runnable::run);

        assertThat(fixture.upstream.calls).isEmpty();
        fixture.over("client_gone");
    }

    @Test
    void nothingToSayIsRefusedByTheNameOfTheClientsOwnMember() {
        ExchangeFixture fixture = new ExchangeFixture(chat("p1")).post(RESPONSES, "{\"model\":\"m\",\"input\":[]}");

        assertThat(json(fixture.client.text()).at("/error/param").asText()).isEqualTo("input");
        fixture.over("refused");
    }

    @Test
    void whatIsDeepAndLongIsTranslatedLikeAnythingElse() {
        String deep = "{\"a\":".repeat(100) + "1" + "}".repeat(100);
        ExchangeFixture fixture = new ExchangeFixture(chat("p1"))
                .post(
                        MESSAGES,
                        ASKED.replace(
                                "\"max_tokens\"",
                                "\"tools\":[{\"name\":\"f\",\"input_schema\":" + deep + "}],\"max_tokens\""));

        assertThat(fixture.call().body()).contains(deep);
    }
}
