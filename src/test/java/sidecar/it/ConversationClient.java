package sidecar.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import sidecar.kit.Json;

/** What a client of one dialect says in {@link ConversationIT}, and what it understands of the answers. */
enum ConversationClient {
    CHAT("/v1/chat/completions", VendorSdk.CHAT) {
        @Override
        ObjectNode firstRequest(String model, boolean stream) {
            ObjectNode body = request(model, stream).put("max_completion_tokens", 3_000);
            body.put("reasoning_effort", "medium");
            ArrayNode messages = body.putArray("messages");
            messages.addObject().put("role", "system").put("content", SYSTEM);
            ArrayNode content = messages.addObject().put("role", "user").putArray("content");
            content.addObject().put("type", "text").put("text", QUESTION);
            content.addObject().put("type", "image_url").putObject("image_url").put("url", DATA_URI);
            ArrayNode tools = body.putArray("tools");
            for (String name : ConversationUpstream.NAMES) {
                ObjectNode tool = tools.addObject().put("type", "function").putObject("function");
                tool.put("name", name).put("description", DESCRIPTION).set("parameters", schema());
            }
            if (stream) {
                body.putObject("stream_options").put("include_usage", true);
            }
            return body;
        }

        @Override
        void continueWith(ObjectNode body, ObjectNode answer) {
            ArrayNode messages = body.withArray("messages");
            messages.add(answer.at("/choices/0/message"));
            addResult(messages, 0, RESULT);
            addResult(messages, 1, FAILED);
            messages.addObject().put("role", "user").put("content", GO_ON);
        }

        private void addResult(ArrayNode messages, int i, String text) {
            messages.addObject()
                    .put("role", "tool")
                    .put("tool_call_id", ConversationUpstream.IDS.get(i))
                    .put("content", text);
        }

        @Override
        NeutralAnswer neutral(ObjectNode answer) {
            JsonNode message = answer.at("/choices/0/message");
            List<String> calls = new ArrayList<>();
            message.path("tool_calls")
                    .forEach(call -> calls.add(
                            call(call.path("id"), call.at("/function/name"), call.at("/function/arguments"))));
            JsonNode usage = answer.path("usage");
            return new NeutralAnswer(
                    message.path("reasoning_content").asText(),
                    message.path("content").asText(),
                    calls,
                    answer.at("/choices/0/finish_reason").asText().equals("tool_calls"),
                    usage.path("prompt_tokens").asLong(),
                    usage.at("/prompt_tokens_details/cached_tokens").asLong(),
                    usage.path("completion_tokens").asLong());
        }
    },
    MESSAGES("/v1/messages", VendorSdk.MESSAGES) {
        @Override
        ObjectNode firstRequest(String model, boolean stream) {
            ObjectNode body = request(model, stream).put("max_tokens", 10_000);
            body.put("system", SYSTEM);
            body.putObject("thinking").put("type", "enabled").put("budget_tokens", 8_192);
            ArrayNode content =
                    body.putArray("messages").addObject().put("role", "user").putArray("content");
            content.addObject().put("type", "text").put("text", QUESTION);
            content.addObject()
                    .put("type", "image")
                    .putObject("source")
                    .put("type", "base64")
                    .put("media_type", "image/png")
                    .put("data", IMAGE);
            ArrayNode tools = body.putArray("tools");
            for (String name : ConversationUpstream.NAMES) {
                tools.addObject()
                        .put("name", name)
                        .put("description", DESCRIPTION)
                        .set("input_schema", schema());
            }
            return body;
        }

        @Override
        void continueWith(ObjectNode body, ObjectNode answer) {
            ArrayNode messages = body.withArray("messages");
            messages.addObject().put("role", "assistant").set("content", answer.path("content"));
            ArrayNode content = messages.addObject().put("role", "user").putArray("content");
            addResult(content, 0, RESULT);
            addResult(content, 1, FAILED).put("is_error", true);
            content.addObject().put("type", "text").put("text", GO_ON);
        }

        private ObjectNode addResult(ArrayNode content, int i, String text) {
            return content.addObject()
                    .put("type", "tool_result")
                    .put("tool_use_id", ConversationUpstream.IDS.get(i))
                    .put("content", text);
        }

        @Override
        NeutralAnswer neutral(ObjectNode answer) {
            StringBuilder reasoning = new StringBuilder();
            StringBuilder text = new StringBuilder();
            List<String> calls = new ArrayList<>();
            for (JsonNode block : answer.path("content")) {
                reasoning.append(block.path("thinking").asText());
                text.append(block.path("text").asText());
                if (block.path("type").asText().equals("tool_use")) {
                    calls.add(call(block.path("id"), block.path("name"), block.path("input")));
                }
            }
            JsonNode usage = answer.path("usage");
            long cached = usage.path("cache_read_input_tokens").asLong();
            return new NeutralAnswer(
                    reasoning.toString(),
                    text.toString(),
                    calls,
                    answer.path("stop_reason").asText().equals("tool_use"),
                    usage.path("input_tokens").asLong() + cached,
                    cached,
                    usage.path("output_tokens").asLong());
        }
    },
    RESPONSES("/v1/responses", VendorSdk.RESPONSES) {
        @Override
        ObjectNode firstRequest(String model, boolean stream) {
            ObjectNode body = request(model, stream).put("max_output_tokens", 3_000);
            body.put("store", false).put("instructions", SYSTEM);
            body.putObject("reasoning").put("effort", "medium").put("summary", "auto");
            ArrayNode content =
                    body.putArray("input").addObject().put("role", "user").putArray("content");
            content.addObject().put("type", "input_text").put("text", QUESTION);
            content.addObject().put("type", "input_image").put("image_url", DATA_URI);
            ArrayNode tools = body.putArray("tools");
            for (String name : ConversationUpstream.NAMES) {
                ObjectNode tool = tools.addObject().put("type", "function").put("strict", false);
                tool.put("name", name).put("description", DESCRIPTION).set("parameters", schema());
            }
            return body;
        }

        @Override
        void continueWith(ObjectNode body, ObjectNode answer) {
            ArrayNode input = body.withArray("input");
            answer.path("output").forEach(input::add);
            addResult(input, 0, RESULT);
            addResult(input, 1, FAILED);
            input.addObject().put("role", "user").put("content", GO_ON);
        }

        private void addResult(ArrayNode input, int i, String text) {
            input.addObject()
                    .put("type", "function_call_output")
                    .put("call_id", ConversationUpstream.IDS.get(i))
                    .put("output", text);
        }

        @Override
        NeutralAnswer neutral(ObjectNode answer) {
            StringBuilder reasoning = new StringBuilder();
            StringBuilder text = new StringBuilder();
            List<String> calls = new ArrayList<>();
            for (JsonNode item : answer.path("output")) {
                StringBuilder into = item.path("type").asText().equals("reasoning") ? reasoning : text;
                item.path("content")
                        .forEach(part -> into.append(part.path("text").asText()));
                if (item.path("type").asText().equals("function_call")) {
                    calls.add(call(item.path("call_id"), item.path("name"), item.path("arguments")));
                }
            }
            JsonNode usage = answer.path("usage");
            return new NeutralAnswer(
                    reasoning.toString(),
                    text.toString(),
                    calls,
                    answer.path("status").asText().equals("completed") && !calls.isEmpty(),
                    usage.path("input_tokens").asLong(),
                    usage.at("/input_tokens_details/cached_tokens").asLong(),
                    usage.path("output_tokens").asLong());
        }
    };

    static final String SYSTEM = "You are careful.";
    static final String QUESTION = "What is in the picture, and in a.txt?";
    static final String GO_ON = "Go on.";
    static final String RESULT = "The file is empty: \"\"";
    static final String FAILED = "Error: no such file";
    static final String IMAGE =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    static final String DATA_URI = "data:image/png;base64," + IMAGE;
    private static final String DESCRIPTION = "Does what its name says.";

    private final String path;
    private final VendorSdk sdk;

    ConversationClient(String path, VendorSdk sdk) {
        this.path = path;
        this.sdk = sdk;
    }

    /** An answer in no dialect. */
    record NeutralAnswer(
            String reasoning,
            String text,
            List<String> calls,
            boolean wantsResults,
            long prompt,
            long cached,
            long completion) {}

    String path() {
        return path;
    }

    VendorSdk sdk() {
        return sdk;
    }

    /** The first request. */
    abstract ObjectNode firstRequest(String model, boolean stream);

    /** Makes the next request of the one before and its answer: the results of both calls, of which one failed. */
    abstract void continueWith(ObjectNode body, ObjectNode answer);

    abstract NeutralAnswer neutral(ObjectNode answer);

    private static ObjectNode request(String model, boolean stream) {
        return Json.object().put("model", model).put("stream", stream);
    }

    private static JsonNode schema() {
        return Json.read("{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\"}}}");
    }

    private static String call(JsonNode id, JsonNode name, JsonNode arguments) {
        JsonNode read = arguments.isTextual() ? Json.read(arguments.asText()) : arguments;
        return id.asText() + " " + name.asText() + " " + read;
    }
}
