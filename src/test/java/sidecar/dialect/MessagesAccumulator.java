package sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/**
 * Puts a message together from the events of its stream, as Anthropic documents it and its SDKs do, and fails on any event that has no
 * place there. Not thread-safe.
 */
public final class MessagesAccumulator {

    private static final Map<String, String> DELTA_OF = Map.of(
            "text_delta", "text",
            "thinking_delta", "thinking",
            "signature_delta", "thinking",
            "input_json_delta", "tool_use");

    private final List<String> types = new ArrayList<>();
    private ObjectNode message = Json.object();
    private ObjectNode block = Json.object();
    private final StringBuilder input = new StringBuilder();
    private boolean isOpen;

    /** Events of a stream, of which more may follow. */
    public MessagesAccumulator add(String sse) {
        for (String event : sse.split("\n\n", -1)) {
            if (!event.isEmpty()) {
                String[] lines = event.split("\n", -1);
                assertThat(lines).as(event).hasSize(2);
                ObjectNode data = read(lines[1].substring("data: ".length()));
                assertThat(lines[0]).isEqualTo("event: " + data.path("type").textValue());
                add(data);
            }
        }
        return this;
    }

    /** The types of all events so far. */
    public List<String> types() {
        return List.copyOf(types);
    }

    /** The message so far. */
    public ObjectNode message() {
        return message;
    }

    private void add(ObjectNode event) {
        String type = event.path("type").textValue();
        assertThat(types.contains("message_stop")).as("%s after the end", type).isFalse();
        assertThat(type.equals("message_start"))
                .as("%s at %d", type, types.size())
                .isEqualTo(types.isEmpty());
        types.add(type);
        switch (type) {
            case "message_start" -> message = event.path("message").deepCopy();
            case "ping" -> {}
            case "content_block_start" -> start(event);
            case "content_block_delta" -> delta(event);
            case "content_block_stop" -> stop(event);
            case "message_delta" -> last(event);
            case "message_stop" -> assertThat(types).contains("message_delta");
            default -> throw new AssertionError("an event of type " + type);
        }
    }

    private ArrayNode content() {
        return (ArrayNode) message.path("content");
    }

    private void start(ObjectNode event) {
        assertThat(isOpen).as("a block begins in another").isFalse();
        assertThat(event.path("index").intValue()).isEqualTo(content().size());
        assertThat(types).doesNotContain("message_delta");
        isOpen = true;
        input.setLength(0);
        block = event.path("content_block").deepCopy();
        content().add(block);
    }

    private void delta(ObjectNode event) {
        assertOpen(event);
        JsonNode delta = event.path("delta");
        String type = delta.path("type").textValue();
        assertThat(DELTA_OF.get(type)).as(type).isEqualTo(block.path("type").textValue());
        switch (type) {
            case "text_delta" -> append("text", delta);
            case "thinking_delta" -> {
                assertThat(block.path("signature").textValue()).isEmpty();
                append("thinking", delta);
            }
            case "signature_delta" -> block.set("signature", delta.path("signature"));
            default -> input.append(delta.path("partial_json").textValue());
        }
    }

    private void append(String member, JsonNode delta) {
        assertThat(delta.path(member).textValue()).isNotEmpty();
        block.put(member, block.path(member).textValue() + delta.path(member).textValue());
    }

    private void stop(ObjectNode event) {
        assertOpen(event);
        isOpen = false;
        if (block.path("type").textValue().equals("tool_use") && !input.isEmpty()) {
            block.put("input", input.toString());
        }
    }

    private void assertOpen(ObjectNode event) {
        assertThat(isOpen).as("an open block").isTrue();
        assertThat(event.path("index").intValue()).isEqualTo(content().size() - 1);
    }

    private void last(ObjectNode event) {
        assertThat(isOpen).as("a block is open at the end").isFalse();
        assertThat(types.stream().filter("message_delta"::equals)).hasSize(1);
        message.setAll((ObjectNode) event.path("delta"));
        ((ObjectNode) message.path("usage")).setAll((ObjectNode) event.path("usage"));
        boolean cut = List.of("max_tokens", "refusal")
                .contains(message.path("stop_reason").textValue());
        for (int i = content().size() - 1; i >= 0; i--) {
            JsonNode part = content().get(i);
            if (part.path("input").isTextual() && !parse((ObjectNode) part)) {
                assertThat(cut).as("a call with broken arguments: %s", part).isTrue();
                content().remove(i);
            }
        }
    }

    /** SDKs read the input at the block's stop; here at the end, because a call that was cut off is left out of a plain answer. */
    private static boolean parse(ObjectNode part) {
        try {
            JsonNode parsed = Json.read(part.path("input").textValue());
            part.set("input", parsed);
            return parsed.isObject();
        } catch (MalformedJsonException cut) {
            return false;
        }
    }

    private static ObjectNode read(String json) {
        try {
            return (ObjectNode) Json.read(json);
        } catch (MalformedJsonException e) {
            throw new AssertionError(json, e);
        }
    }
}
