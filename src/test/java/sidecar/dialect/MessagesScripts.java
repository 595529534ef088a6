package sidecar.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import sidecar.json.Json;

/** Makes up answers of Anthropic's: each as the events of a stream and as a whole message that says the same. */
final class MessagesScripts {

    /**
     * One answer.
     *
     * @param events of its stream, perhaps without the last ones that are not needed
     * @param whole the same answer, not streamed
     * @param inputs the JSON of the calls' inputs, in order
     * @param reasonAt the place of the event with the reason to stop
     */
    record Script(List<ObjectNode> events, ObjectNode whole, List<String> inputs, int reasonAt) {}

    private static final List<String> REASONS = List.of(
            "end_turn",
            "stop_sequence",
            "max_tokens",
            "model_context_window_exceeded",
            "tool_use",
            "refusal",
            "pause_turn");

    private static final List<String> WORDS = List.of(
            "the",
            "Grüße",
            "\n\n",
            "\"quoted\"",
            "🙂👍🏽",
            "data: [DONE]",
            "\\",
            "\t",
            "{\"a\":1}",
            "日本語",
            " ",
            "\u2028");

    private final Random random;
    private final List<ObjectNode> events = new ArrayList<>();
    private final List<String> inputs = new ArrayList<>();
    private final ArrayNode content = Json.array();
    private int index = -1;

    private MessagesScripts(long seed) {
        random = scattered(seed);
    }

    /** Numbers that differ from the first one on: those of neighbouring seeds begin alike. */
    static Random scattered(long seed) {
        return new Random(seed * 0x9E3779B97F4A7C15L);
    }

    /** The same one for the same seed. */
    static Script random(long seed) {
        return new MessagesScripts(seed).script();
    }

    private Script script() {
        boolean usage = random.nextInt(10) > 0;
        boolean usageAtStart = random.nextBoolean();
        ObjectNode used = usage();
        ObjectNode message = Json.object().put("id", "msg_1").put("role", "assistant");
        message.putArray("content");
        if (usage && usageAtStart) {
            message.set("usage", used.deepCopy().put("output_tokens", 1));
        }
        pings();
        add("message_start").set("message", message);
        for (int blocks = random.nextInt(7); blocks > 0; blocks--) {
            block();
        }
        String reason = REASONS.get(random.nextInt(REASONS.size()));
        end(reason, usage ? (usageAtStart && random.nextBoolean() ? onlyOutput(used) : used) : Json.object());
        int reasonAt = events.size() - 1;
        withoutReason();
        if (random.nextInt(5) > 0) {
            add("message_stop");
        }
        ObjectNode whole = Json.object().put("type", "message").put("stop_reason", reason);
        whole.set("content", content);
        if (usage) {
            whole.set("usage", used);
        }
        return new Script(events, whole, inputs, reasonAt);
    }

    private ObjectNode usage() {
        ObjectNode usage = Json.object().put("input_tokens", random.nextInt(1000));
        if (random.nextBoolean()) {
            usage.put("cache_read_input_tokens", random.nextInt(1000));
            usage.put("cache_creation_input_tokens", random.nextInt(1000));
        }
        return usage.put("output_tokens", 1 + random.nextInt(1000));
    }

    private static ObjectNode onlyOutput(ObjectNode usage) {
        return Json.object().set("output_tokens", usage.get("output_tokens"));
    }

    private void end(String reason, ObjectNode usage) {
        withoutReason();
        ObjectNode event = add("message_delta");
        event.putObject("delta").put("stop_reason", reason).put("stop_sequence", "stop");
        event.set("usage", usage);
    }

    private void withoutReason() {
        pings();
        if (random.nextInt(5) == 0) {
            add("message_delta").putObject("delta").putNull("stop_reason");
        }
    }

    private void block() {
        index++;
        switch (random.nextInt(8)) {
            case 0, 1 -> spoken("text", "text_delta");
            case 2 -> spoken("thinking", "thinking_delta");
            case 3 -> skipped("redacted_thinking");
            case 4 -> skipped(random.nextBoolean() ? "web_search_tool_result" : "block_of_tomorrow");
            case 5 -> serverTool();
            default -> call();
        }
        pings();
        // the next block, or the end, closes it as well
        if (random.nextInt(10) > 0) {
            add("content_block_stop").put("index", index);
        }
    }

    private void spoken(String type, String deltaType) {
        String text = text();
        List<String> pieces = pieces(text);
        boolean some = random.nextInt(4) == 0 && !pieces.isEmpty();
        start(type).put(type, some ? pieces.remove(0) : "");
        pieces.forEach(piece -> delta(deltaType).put(type, piece));
        if (type.equals("thinking")) {
            delta("signature_delta").put("signature", "EqQBCgIYAhIM1gbcDa9GJwZA2b3h");
        } else if (random.nextInt(4) == 0) {
            delta("citations_delta").putObject("citation").put("cited_text", "x");
        }
        content.addObject().put("type", type).put(type, text);
    }

    private void skipped(String type) {
        start(type).put("data", "x").put("text", "not said");
        content.addObject().put("type", type).put("text", "not said");
    }

    private void serverTool() {
        start("server_tool_use").put("id", "srvtoolu_1").put("name", "web_search");
        pieces("{\"query\":\"x\"}").forEach(piece -> delta("input_json_delta").put("partial_json", piece));
        content.addObject()
                .put("type", "server_tool_use")
                .put("id", "srvtoolu_1")
                .putObject("input");
    }

    private void call() {
        ObjectNode input = input();
        String id = "toolu_" + index;
        ObjectNode start = start("tool_use").put("id", id).put("name", "tool_" + random.nextInt(3));
        if (random.nextInt(4) == 0) {
            start.set("input", input);
        } else {
            start.putObject("input");
            if (!input.isEmpty() || random.nextBoolean()) {
                pieces(Json.write(input))
                        .forEach(piece -> delta("input_json_delta").put("partial_json", piece));
            }
        }
        inputs.add(Json.write(input));
        ObjectNode whole = content.addObject().put("type", "tool_use").put("id", id);
        whole.set("name", start.get("name"));
        whole.set("input", input);
    }

    private ObjectNode input() {
        ObjectNode input = Json.object();
        for (int members = random.nextInt(4); members > 0; members--) {
            input.put("m" + members, text());
        }
        if (random.nextBoolean()) {
            input.putObject("nested")
                    .putArray("list")
                    .add(random.nextInt())
                    .addNull()
                    .add(true);
        }
        return input;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int words = random.nextInt(9); words > 0; words--) {
            text.append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return text.toString();
    }

    /** Pieces that give the text together, some of them empty, some of them cut through a surrogate pair. */
    private List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + random.nextInt(random.nextBoolean() ? 3 : 20));
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }

    private ObjectNode start(String type) {
        pings();
        ObjectNode event = add("content_block_start").put("index", index);
        return event.putObject("content_block").put("type", type);
    }

    private ObjectNode delta(String type) {
        pings();
        ObjectNode event = add("content_block_delta").put("index", index);
        return event.putObject("delta").put("type", type);
    }

    private void pings() {
        if (random.nextInt(8) == 0) {
            add("ping");
        }
    }

    private ObjectNode add(String type) {
        ObjectNode event = Json.object().put("type", type);
        events.add(event);
        return event;
    }
}
