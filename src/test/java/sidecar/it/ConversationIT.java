package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sidecar.it.ConversationClient.NeutralAnswer;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Json;
import sidecar.kit.Received;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/**
 * One conversation (a system prompt, a picture, reasoning, a long text, two calls at once, one result that is an error) of a client of each
 * dialect with a provider of each, plain and streamed: the client understands the same, the provider is told the same, and the same is booked.
 */
class ConversationIT extends RunningSidecar {

    private static final String MODEL = "m";
    private static final String MAPPING =
            "{\"native_id\":\"n\",\"reasoning\":true,\"reasoning_effort\":true,\"max_tokens\":20000,\"input_modalities\":[\"text\",\"image\"],"
                    + "\"cost\":{\"input\":0.000002,\"output\":0.000008,\"cacheRead\":0.0000005},"
                    + "\"compat\":{\"carryReasoning\":true,\"promptCaching\":false}}";
    private static final List<String> BOOKED = List.of(
            "model",
            "attempts",
            "outcome",
            "status",
            "usage",
            "prompt_tokens",
            "completion_tokens",
            "cached_tokens",
            "cache_written_tokens",
            "cost");
    private static final List<String> ROW =
            List.of(MODEL, "1", "ok", "200", "reported", "1000", "300", "200", "0", "0.0041");

    private static final NeutralAnswer FIRST = new NeutralAnswer(
            ConversationUpstream.REASONING,
            ConversationUpstream.TEXT,
            List.of(
                    "call_1 read_file " + ConversationUpstream.CALLS.get(0),
                    "call_2 run_command " + ConversationUpstream.CALLS.get(1)),
            true,
            ConversationUpstream.PROMPT,
            ConversationUpstream.CACHED,
            ConversationUpstream.COMPLETION);
    private static final NeutralAnswer SECOND = new NeutralAnswer(
            "",
            ConversationUpstream.DONE,
            List.of(),
            false,
            ConversationUpstream.PROMPT,
            ConversationUpstream.CACHED,
            ConversationUpstream.COMPLETION);

    private static final String REASONING = "reasoning: ";
    private static final List<String> TURNS = List.of(
            "system: " + ConversationClient.SYSTEM,
            "user: " + ConversationClient.QUESTION,
            "image: " + ConversationClient.IMAGE,
            REASONING + ConversationUpstream.REASONING,
            "assistant: " + ConversationUpstream.TEXT,
            "call: call_1 read_file " + ConversationUpstream.CALLS.get(0),
            "call: call_2 run_command " + ConversationUpstream.CALLS.get(1),
            "result: call_1 " + ConversationClient.RESULT,
            "result: call_2 " + ConversationClient.FAILED,
            "user: " + ConversationClient.GO_ON);

    /** In the ids of this test's requests. */
    private final String run = "-" + System.nanoTime();

    static Stream<Arguments> all() {
        return Stream.of(ConversationClient.values())
                .flatMap(client -> Stream.of(false, true)
                        .flatMap(chat -> Stream.of(false, true).map(stream -> Arguments.of(client, chat, stream))));
    }

    @ParameterizedTest(name = "{0} on a chat provider: {1}, streamed: {2}")
    @MethodSource("all")
    void theSameIsAnsweredAskedAndBooked(ConversationClient client, boolean chat, boolean stream) {
        StubUpstream upstream = upstream(chat);
        ObjectNode body = client.firstRequest(MODEL, stream);

        ObjectNode first = ask(client, body, "first");
        client.continueWith(body, first);
        ObjectNode second = ask(client, body, "second");

        assertThat(client.neutral(first)).isEqualTo(FIRST);
        assertThat(client.neutral(second)).isEqualTo(SECOND);
        assertThat(booked("first")).isEqualTo(ROW);
        assertThat(booked("second")).isEqualTo(ROW);
        Received told = upstream.received().get(1);
        assertThat(told.json().path("stream").asBoolean()).isEqualTo(stream);
        // without its signature, which no other dialect carries, Anthropic refuses reasoning
        boolean carried = chat || client == ConversationClient.MESSAGES;
        assertThat(chat ? chatTurns(told.json()) : messageTurns(told.json()))
                .isEqualTo(TURNS.stream()
                        .filter(turn -> carried || !turn.startsWith(REASONING))
                        .toList());
        assertThat(tools(told.json(), chat)).isEqualTo(ConversationUpstream.NAMES);
    }

    private StubUpstream upstream(boolean chat) {
        StubUpstream upstream = stub();
        upstream.always(chat ? ConversationUpstream.chat() : ConversationUpstream.messages());
        gateway()
                .create(Draft.of("only")
                        .at(upstream)
                        .serves(MODEL, (ObjectNode) Json.read(MAPPING))
                        .with("api", chat ? "openai-completions" : "anthropic-messages"));
        return upstream;
    }

    private ObjectNode ask(ConversationClient client, ObjectNode body, String id) {
        Reply reply = gateway()
                .post(client.path(), body.toString(), "anthropic-version", "2023-06-01", "X-Request-Id", id + run);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return client.sdk().read(reply);
    }

    /** What the request log says of that exchange, once it does. */
    private List<String> booked(String id) {
        AtomicReference<JsonNode> row = new AtomicReference<>(Json.object());
        Await.until(
                () -> {
                    for (JsonNode item :
                            gateway().adminGet("/requests?limit=10").json().path("items")) {
                        if (item.path("request_id").asText().equals(id + run)) {
                            row.set(item);
                        }
                    }
                    return !row.get().isEmpty();
                },
                () -> "a row for " + id);
        return BOOKED.stream().map(field -> row.get().path(field).asText()).toList();
    }

    private static List<String> chatTurns(JsonNode body) {
        List<String> turns = new ArrayList<>();
        for (JsonNode message : body.path("messages")) {
            String role = message.path("role").asText();
            if (message.path("reasoning_content").isTextual()) {
                turns.add(REASONING + message.path("reasoning_content").asText());
            }
            if (role.equals("tool")) {
                turns.add("result: " + message.path("tool_call_id").asText() + " "
                        + message.path("content").textValue());
            } else if (message.path("content").isTextual()) {
                turns.add(role + ": " + message.path("content").asText());
            }
            for (JsonNode part : message.path("content")) {
                turns.add(
                        part.has("text")
                                ? role + ": " + part.path("text").asText()
                                : "image: "
                                        + part.at("/image_url/url")
                                                .asText()
                                                .replaceFirst("^data:image/png;base64,", ""));
            }
            for (JsonNode call : message.path("tool_calls")) {
                turns.add("call: " + call.path("id").asText() + " "
                        + call.at("/function/name").asText() + " "
                        + call.at("/function/arguments").asText());
            }
        }
        return turns;
    }

    private static List<String> messageTurns(JsonNode body) {
        List<String> turns = new ArrayList<>();
        turns.add("system: " + text(body.path("system")));
        for (JsonNode message : body.path("messages")) {
            String role = message.path("role").asText();
            if (message.path("content").isTextual()) {
                turns.add(role + ": " + message.path("content").asText());
            }
            for (JsonNode block : message.path("content")) {
                turns.add(
                        switch (block.path("type").asText()) {
                            case "text" -> role + ": " + block.path("text").asText();
                            case "image" -> "image: " + block.at("/source/data").asText();
                            case "thinking" ->
                                REASONING + block.path("thinking").asText();
                            case "tool_use" ->
                                "call: " + block.path("id").asText() + " "
                                        + block.path("name").asText() + " " + block.path("input");
                            case "tool_result" ->
                                "result: " + block.path("tool_use_id").asText() + " " + text(block.path("content"));
                            default -> block.toString();
                        });
            }
        }
        return turns;
    }

    private static String text(JsonNode content) {
        return content.isTextual()
                ? content.asText()
                : content.path(0).path("text").asText();
    }

    private static List<String> tools(JsonNode body, boolean chat) {
        List<String> names = new ArrayList<>();
        body.path("tools")
                .forEach(tool ->
                        names.add(tool.at(chat ? "/function/name" : "/name").asText()));
        return names;
    }
}
