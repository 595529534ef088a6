package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import sidecar.kit.Answers;
import sidecar.kit.Draft;
import sidecar.kit.EventStream;
import sidecar.kit.Json;
import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/** Clients of one dialect on providers of another one, over HTTP: what they send, what they are given, and what is told of it. */
class DialectsIT extends RunningSidecar {

    private static final String MESSAGES = "/v1/messages";
    private static final String RESPONSES = "/v1/responses";
    private static final String CHAT = "/v1/chat/completions";
    private static final String ASKED =
            "{\"model\":\"m\",\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String ASKED_STREAM = ASKED.replace("\"max_tokens\"", "\"stream\":true,\"max_tokens\"");
    private static final String MESSAGE =
            "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"n\",\"content\":[{\"type\":\"text\",\"text\":\"hello\"}],"
                    + "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":7,\"output_tokens\":2}}";

    private StubUpstream chatOnly(String name) {
        return provider(name, "m", "n");
    }

    private StubUpstream messagesOnly(String name) {
        StubUpstream stub = stub();
        gateway().create(Draft.of(name).at(stub).serves("m", "n").with("api", "anthropic-messages"));
        return stub;
    }

    private static List<JsonNode> events(String text) {
        return EventStream.objects(text).stream().map(Json::read).toList();
    }

    private static List<JsonNode> events(Reply reply) {
        return events(reply.text());
    }

    private static List<String> types(String text) {
        return events(text).stream().map(event -> event.path("type").asText()).toList();
    }

    private static List<String> types(Reply reply) {
        return types(reply.text());
    }

    @Test
    void aMessageOnAChatProvider() {
        StubUpstream upstream = chatOnly("nim");

        Reply reply = gateway()
                .post(MESSAGES + "?beta=true", ASKED, "anthropic-version", "2023-06-01", "anthropic-beta", "x");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("type").asText()).isEqualTo("message");
        assertThat(reply.json().path("model").asText()).isEqualTo("m");
        assertThat(reply.header("X-Sidecar-Translation")).isEqualTo("messages>chat");
        assertThat(upstream.only().target()).isEqualTo("/v1/chat/completions");
        assertThat(upstream.only().model()).isEqualTo("n");
        assertThat(upstream.only().headers().lines())
                .noneMatch(
                        line -> line.name().toLowerCase(java.util.Locale.ROOT).startsWith("anthropic-"));
    }

    @Test
    void aStreamOfAMessageOnAChatProvider() {
        StubUpstream upstream = chatOnly("nim");

        Reply reply = gateway().post(MESSAGES, ASKED_STREAM);

        assertThat(reply.header("Content-Type")).startsWith("text/event-stream");
        assertThat(types(reply)).startsWith("message_start", "ping", "content_block_start", "content_block_delta");
        assertThat(types(reply)).endsWith("content_block_stop", "message_delta", "message_stop");
        assertThat(Answers.asksUsage(upstream.only())).isTrue();
    }

    @Test
    void aToolCallThatIsStreamedInPieces() {
        chatOnly("nim").always(Answers.toolCallStream("read_file", List.of("{\"pa", "th\":\"a", ".txt\"}")));

        Reply reply = gateway()
                .post(
                        MESSAGES,
                        "{\"model\":\"m\",\"max_tokens\":50,\"stream\":true,\"tools\":[{\"name\":\"read_file\",\"input_schema\":{\"type\":\"object\"}}],\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");

        StringBuilder arguments = new StringBuilder();
        events(reply)
                .forEach(event ->
                        arguments.append(event.at("/delta/partial_json").asText()));
        assertThat(arguments).hasToString("{\"path\":\"a.txt\"}");
        JsonNode begin = events(reply).stream()
                .filter(event -> event.path("type").asText().equals("content_block_start"))
                .findFirst()
                .orElseThrow();
        assertThat(begin.at("/content_block/name").asText()).isEqualTo("read_file");
        assertThat(events(reply))
                .anyMatch(event -> event.at("/delta/stop_reason").asText().equals("tool_use"));
    }

    @Test
    void aResponseOnAChatProvider() {
        chatOnly("nim");

        Reply plain = gateway().post(RESPONSES, "{\"model\":\"m\",\"input\":\"hi\"}");
        Reply stream = gateway().post(RESPONSES, "{\"model\":\"m\",\"input\":\"hi\",\"stream\":true}");

        assertThat(plain.json().path("object").asText()).isEqualTo("response");
        assertThat(plain.json().path("status").asText()).isEqualTo("completed");
        assertThat(plain.header("X-Sidecar-Translation")).isEqualTo("responses>chat");
        assertThat(types(stream))
                .startsWith("response.created", "response.in_progress")
                .endsWith("response.completed");
    }

    @Test
    void aChatOnAMessagesProvider() {
        StubUpstream upstream = messagesOnly("claude").always(Answers.json(200, MESSAGE));

        Reply reply = gateway().post(CHAT, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");

        assertThat(reply.json().at("/choices/0/message/content").asText()).isEqualTo("hello");
        assertThat(reply.json().at("/usage/prompt_tokens").asInt()).isEqualTo(7);
        assertThat(reply.header("X-Sidecar-Translation")).isEqualTo("chat>messages");
        assertThat(upstream.only().target()).isEqualTo("/v1/messages");
        assertThat(upstream.only().header("anthropic-version")).isEqualTo("2023-06-01");
        assertThat(upstream.only().json().path("max_tokens").asInt()).isPositive();
    }

    @Test
    void aStreamOfAChatOnAMessagesProvider() {
        messagesOnly("claude").always(Answers.messagesStream("hello"));

        Reply reply = gateway()
                .post(CHAT, "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");

        StringBuilder text = new StringBuilder();
        events(reply)
                .forEach(event ->
                        text.append(event.at("/choices/0/delta/content").asText()));
        assertThat(text).hasToString("hello");
        assertThat(reply.text()).endsWith("data: [DONE]\n\n");
        assertThat(events(reply))
                .as("usage was not asked for")
                .noneMatch(event -> event.has("usage") && event.path("choices").isEmpty());
    }

    @Test
    void aFailoverFromMessagesToChatInOneExchange() {
        messagesOnly("claude").always(Answers.error(500, "broken", "x"));
        chatOnly("nim");

        Reply reply = gateway().post(MESSAGES, ASKED);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("type").asText()).isEqualTo("message");
        assertThat(reply.header("X-Sidecar-Attempts")).isEqualTo("2");
        assertThat(reply.header("X-Sidecar-Translation")).isEqualTo("messages>chat");
    }

    @Test
    void aCutAfterTheFirstEventIsAnError() {
        CountDownLatch relayed = new CountDownLatch(1);
        // not before: a reset throws away what is still unread
        chatOnly("nim")
                .always(Answers.cutStream(
                        List.of("hel", "lo"), call -> call.await(relayed).reset()));

        List<RawClient.Frame> frames = new ArrayList<>();
        try (RawClient client = RawClient.to(gateway().port()).post(MESSAGES, ASKED_STREAM)) {
            client.head();
            frames.addAll(client.framesUpTo("\"lo\""));
            relayed.countDown();
            frames.addAll(client.frames());
        }

        String text = frames.stream().map(RawClient.Frame::text).collect(Collectors.joining("\n\n"));
        assertThat(types(text)).endsWith("error").doesNotContain("message_stop");
        assertThat(text).contains("event: error\n");
    }

    @Test
    void aRefusalIsWordedForTheClient() {
        chatOnly("nim").always(Answers.error(400, "max_tokens is too large", "bad"));

        Reply reply = gateway().post(MESSAGES, ASKED);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("type").asText()).isEqualTo("error");
        assertThat(reply.json().at("/error/message").asText()).isEqualTo("max_tokens is too large");
        assertThat(reply.json().path("error").size()).isEqualTo(2);
    }

    @Test
    void aWrongTypeIsRefusedWithItsPathAndNobodyIsAsked() {
        StubUpstream upstream = chatOnly("nim");

        Reply reply = gateway()
                .post(
                        MESSAGES,
                        "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":7}]}]}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().at("/error/message").asText())
                .isEqualTo("messages[0].content[0].tool_use_id: must be a string");
        assertThat(upstream.count()).isZero();
    }

    @Test
    void tokensAreCountedWithoutAskingAnybody() {
        StubUpstream upstream = chatOnly("nim");
        String tools = "\"tools\":[{\"name\":\"f\",\"description\":\"" + "word ".repeat(400)
                + "\",\"input_schema\":{\"type\":\"object\"}}],";

        Reply small = gateway().post(MESSAGES + "/count_tokens", ASKED);
        Reply large = gateway().post(MESSAGES + "/count_tokens", ASKED.replace("\"messages\"", tools + "\"messages\""));
        Reply unknown = gateway().post(MESSAGES + "/count_tokens", ASKED.replace("\"m\"", "\"nobody\""));

        assertThat(small.json().path("input_tokens").asInt()).isBetween(10, 40);
        assertThat(large.json().path("input_tokens").asInt()).isBetween(510, 600);
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.json().at("/error/type").asText()).isEqualTo("not_found_error");
        assertThat(upstream.count()).isZero();
    }

    @Test
    void modelsInAnthropicsShape() {
        chatOnly("nim");
        StubUpstream other = stub();
        gateway().create(Draft.of("other").at(other).serves("k", "n"));

        Reply first = gateway().get("/v1/models?limit=1", "anthropic-version", "2023-06-01");
        Reply second = gateway().get("/v1/models?limit=1&after_id=k", "anthropic-version", "2023-06-01");

        assertThat(first.json().at("/data/0/type").asText()).isEqualTo("model");
        assertThat(first.json().at("/data/0/id").asText()).isEqualTo("k");
        assertThat(first.json().path("has_more").asBoolean()).isTrue();
        assertThat(first.json().path("last_id").asText()).isEqualTo("k");
        assertThat(second.json().at("/data/0/id").asText()).isEqualTo("m");
        assertThat(second.json().path("has_more").asBoolean()).isFalse();
    }

    @Test
    void aStrictClientIsToldOfALossBeforeAnyAttempt() {
        StubUpstream upstream = chatOnly("nim");
        Reply made = gateway().admin("POST", "/clients", "{\"name\":\"strict\",\"strict_translation\":true}");
        String token = made.json().path("token").asText();
        String asked = ASKED.replace("\"max_tokens\"", "\"top_k\":5,\"max_tokens\"");

        Reply strict = gateway().post(MESSAGES, asked, "x-api-key", token);
        gateway().admin("DELETE", "/clients/" + made.json().at("/client/id").asText(), "");

        assertThat(strict.status()).isEqualTo(400);
        assertThat(strict.json().at("/error/message").asText())
                .contains("top_k")
                .contains("strict_translation");
        assertThat(upstream.count()).isZero();
    }
}
