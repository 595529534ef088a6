package sidecar.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Call;
import sidecar.kit.Json;

/**
 * What an upstream says in {@link ConversationIT}, in the dialect that it speaks: first reasoning, a long text and two calls at once;
 * to their results a short text. Plain or streamed, as it is asked.
 */
final class ConversationUpstream {

    static final String REASONING = "Both files are needed, so both calls go out at once. 🙂";
    static final String TEXT = "I look at \"a.txt\" and at the directory.\n\t– ".repeat(200) + "é\u2028😀";
    static final String DONE = "There is no such file; the directory is empty.";
    static final List<String> CALLS =
            List.of("{\"path\":\"a.txt\"}", "{\"command\":\"ls -l \\\"x y\\\"\",\"timeout\":5}");
    static final List<String> NAMES = List.of("read_file", "run_command");
    static final List<String> IDS = List.of("call_1", "call_2");
    static final int PROMPT = 1_000;
    static final int CACHED = 200;
    static final int COMPLETION = 300;

    /** So many characters in an event. */
    private static final int PIECE = 17;

    private static final String PLAIN_USAGE =
            "{\"prompt_tokens\":1000,\"completion_tokens\":300,\"total_tokens\":1300,\"prompt_tokens_details\":{\"cached_tokens\":200}}";

    private ConversationUpstream() {}

    /** One that speaks Chat Completions only. */
    static Answer chat() {
        return call -> {
            boolean last = call.request().text().contains("\"tool_call_id\"");
            if (!call.request().path().equals("/v1/chat/completions")) {
                Answers.error(404, "no such path", "not_found").play(call);
            } else if (call.request().stream()) {
                chatStream(call, last);
            } else {
                Answers.json(200, chatBody(last).toString()).play(call);
            }
        };
    }

    private static ObjectNode chatBody(boolean last) {
        ObjectNode body = Json.object().put("id", "chatcmpl-1").put("object", "chat.completion");
        body.put("created", 1795000000).put("model", "n");
        ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
        ObjectNode message = choice.putObject("message").put("role", "assistant");
        choice.put("finish_reason", last ? "stop" : "tool_calls").putNull("logprobs");
        message.put("content", last ? DONE : TEXT).putNull("refusal");
        if (!last) {
            message.put("reasoning_content", REASONING);
            ArrayNode calls = message.putArray("tool_calls");
            for (int i = 0; i < CALLS.size(); i++) {
                calls.add(chatCall(i, CALLS.get(i)));
            }
        }
        body.set("usage", Json.read(PLAIN_USAGE));
        return body;
    }

    private static ObjectNode chatCall(int i, String arguments) {
        ObjectNode call = Json.object().put("id", IDS.get(i)).put("type", "function");
        call.putObject("function").put("name", NAMES.get(i)).put("arguments", arguments);
        return call;
    }

    private static void chatStream(Call call, boolean last) throws IOException {
        call.streamHead();
        delta(call, Json.object().put("role", "assistant").put("content", ""));
        if (!last) {
            for (String piece : pieces(REASONING)) {
                delta(call, Json.object().put("reasoning_content", piece));
            }
        }
        for (String piece : pieces(last ? DONE : TEXT)) {
            delta(call, Json.object().put("content", piece));
        }
        if (!last) {
            chatCalls(call);
        }
        call.event(Answers.chunk("n", "{}", last ? "stop" : "tool_calls"));
        call.event(
                "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1795000000,\"model\":\"n\",\"choices\":[],\"usage\":"
                        + PLAIN_USAGE + "}");
        call.event("[DONE]").end();
    }

    /** Both at once: their fragments take turns. */
    private static void chatCalls(Call call) throws IOException {
        for (int i = 0; i < CALLS.size(); i++) {
            ObjectNode first = chatCall(i, "").put("index", i);
            delta(call, (ObjectNode)
                    Json.object().set("tool_calls", Json.array().add(first)));
        }
        int longest = CALLS.stream().mapToInt(String::length).max().orElseThrow();
        for (int at = 0; at < longest; at += PIECE) {
            for (int i = 0; i < CALLS.size(); i++) {
                if (at < CALLS.get(i).length()) {
                    ObjectNode fragment = Json.object().put("index", i);
                    fragment.putObject("function")
                            .put(
                                    "arguments",
                                    CALLS.get(i)
                                            .substring(at, Math.min(CALLS.get(i).length(), at + PIECE)));
                    delta(call, (ObjectNode)
                            Json.object().set("tool_calls", Json.array().add(fragment)));
                }
            }
        }
    }

    private static void delta(Call call, ObjectNode delta) throws IOException {
        call.event(Answers.chunk("n", delta.toString(), null));
    }

    /** One that speaks Messages only. */
    static Answer messages() {
        return call -> {
            boolean last = call.request().text().contains("\"tool_result\"");
            if (!call.request().path().equals("/v1/messages")) {
                Answers.error(404, "no such path", "not_found").play(call);
            } else if (call.request().stream()) {
                messagesStream(call, last);
            } else {
                Answers.json(
                                200,
                                message(blocks(last), last ? "end_turn" : "tool_use")
                                        .toString())
                        .play(call);
            }
        };
    }

    private static ObjectNode message(ArrayNode content, String stopReason) {
        ObjectNode message =
                Json.object().put("id", "msg_1").put("type", "message").put("role", "assistant");
        message.put("model", "n")
                .put("stop_reason", stopReason)
                .putNull("stop_sequence")
                .set("content", content);
        message.putObject("usage")
                .put("input_tokens", PROMPT - CACHED)
                .put("cache_read_input_tokens", CACHED)
                .put("cache_creation_input_tokens", 0)
                .put("output_tokens", COMPLETION);
        return message;
    }

    private static ArrayNode blocks(boolean last) {
        ArrayNode blocks = Json.array();
        if (last) {
            blocks.addObject().put("type", "text").put("text", DONE);
            return blocks;
        }
        blocks.addObject().put("type", "thinking").put("thinking", REASONING).put("signature", "c2ln");
        blocks.addObject().put("type", "text").put("text", TEXT);
        for (int i = 0; i < CALLS.size(); i++) {
            blocks.addObject()
                    .put("type", "tool_use")
                    .put("id", IDS.get(i))
                    .put("name", NAMES.get(i))
                    .set("input", Json.read(CALLS.get(i)));
        }
        return blocks;
    }

    private static void messagesStream(Call call, boolean last) throws IOException {
        ObjectNode start = message(Json.array(), "").putNull("stop_reason");
        ((ObjectNode) start.path("usage")).put("output_tokens", 1);
        call.streamHead().chunk(Answers.named("message_start", "\"message\":" + start));
        ArrayNode blocks = blocks(last);
        for (int i = 0; i < blocks.size(); i++) {
            block(call, i, blocks.get(i).deepCopy());
        }
        call.chunk(Answers.named(
                "message_delta",
                "\"delta\":{\"stop_reason\":\"" + (last ? "end_turn" : "tool_use")
                        + "\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":300}"));
        call.chunk(Answers.named("message_stop", "")).end();
    }

    private static void block(Call call, int index, ObjectNode block) throws IOException {
        String type = block.path("type").asText();
        List<JsonNode> deltas = new ArrayList<>();
        switch (type) {
            case "thinking" -> {
                pieces(REASONING).forEach(piece -> deltas.add(delta("thinking_delta", "thinking", piece)));
                deltas.add(delta(
                        "signature_delta", "signature", block.path("signature").asText()));
                block.put("thinking", "").put("signature", "");
            }
            case "text" -> {
                pieces(block.path("text").asText()).forEach(piece -> deltas.add(delta("text_delta", "text", piece)));
                block.put("text", "");
            }
            default -> {
                pieces(block.path("input").toString())
                        .forEach(piece -> deltas.add(delta("input_json_delta", "partial_json", piece)));
                block.putObject("input");
            }
        }
        call.chunk(Answers.named("content_block_start", "\"index\":" + index + ",\"content_block\":" + block));
        for (JsonNode delta : deltas) {
            call.chunk(Answers.named("content_block_delta", "\"index\":" + index + ",\"delta\":" + delta));
        }
        call.chunk(Answers.named("content_block_stop", "\"index\":" + index));
    }

    private static ObjectNode delta(String type, String member, String text) {
        return Json.object().put("type", type).put(member, text);
    }

    /** Of characters, so that a surrogate never stands alone. */
    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = Math.min(text.length(), at + PIECE);
            if (Character.isHighSurrogate(text.charAt(end - 1))) {
                end++;
            }
            pieces.add(text.substring(at, end));
            at = end;
        }
        return pieces;
    }
}
