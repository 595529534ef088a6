package sidecar.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** Ready-made answers of OpenAI-compatible upstreams, right ones and wrong ones. */
public final class Answers {

    /** The type of most answers. */
    public static final String JSON = "application/json";

    private static final Usage USAGE = new Usage(9, 3);

    private Answers() {}

    // --- right ones

    /** Answers chat, text completion, embeddings and the model list as OpenAI would, streamed when asked. */
    public static Answer wellBehaved(String text) {
        return call -> {
            Received request = call.request();
            if (request.method().equals("GET") && request.path().endsWith("/models")) {
                models("upstream-a", "upstream-b").play(call);
            } else if (request.path().endsWith("/embeddings")) {
                embeddings(0.25, -0.5, 1.0).play(call);
            } else if (request.path().endsWith("/responses") && request.stream()) {
                responsesStream(text).play(call);
            } else if (request.path().endsWith("/messages") && request.stream()) {
                messagesStream(text).play(call);
            } else if (request.stream()) {
                chatStream(List.of(text), USAGE).play(call);
            } else {
                chat(text, USAGE).play(call);
            }
        };
    }

    /** A chat completion under the model's name as it arrived. */
    public static Answer chat(String text) {
        return chat(text, USAGE);
    }

    /** A chat completion under the model's name as it arrived. */
    public static Answer chat(String text, Usage usage) {
        return call -> chat(call.request().model(), text, usage).play(call);
    }

    /** A chat completion. */
    public static Answer chat(String model, String text, Usage usage) {
        return json(200, chatBody(model, text, usage));
    }

    /** The body of a chat completion. */
    public static String chatBody(String model, String text, Usage usage) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1795000000,\"model\":"
                + Json.quoted(model)
                + ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":" + Json.quoted(text)
                + ",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":" + usage.json() + "}";
    }

    /** A streamed chat completion, one event a text; with usage at its end exactly when the request asks for it. */
    public static Answer chatStream(List<String> texts, Usage usage) {
        return chatStream(texts, usage, Duration.ZERO);
    }

    /** The same with a pause before each text. */
    public static Answer chatStream(List<String> texts, Usage usage, Duration pause) {
        return call -> {
            String model = call.request().model();
            call.streamHead().event(chunk(model, "{\"role\":\"assistant\",\"content\":\"\"}", null));
            for (String text : texts) {
                call.pause(pause).event(chunk(model, content(text), null));
            }
            call.event(chunk(model, "{}", "stop"));
            usageIfAsked(call, model, usage);
            call.event("[DONE]").end();
        };
    }

    /** A streamed chat completion that calls one tool, its arguments in pieces. */
    public static Answer toolCallStream(String name, List<String> arguments) {
        return call -> {
            String model = call.request().model();
            call.streamHead()
                    .event(chunk(
                            model,
                            "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_1\","
                                    + "\"type\":\"function\",\"function\":{\"name\":" + Json.quoted(name)
                                    + ",\"arguments\":\"\"}}]}",
                            null));
            for (String piece : arguments) {
                call.event(chunk(
                        model,
                        "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + Json.quoted(piece) + "}}]}",
                        null));
            }
            call.event(chunk(model, "{}", "tool_calls"));
            usageIfAsked(call, model, USAGE);
            call.event("[DONE]").end();
        };
    }

    private static void usageIfAsked(Call call, String model, Usage usage) throws IOException {
        if (asksUsage(call.request())) {
            call.event(usageEvent(model, usage));
        }
    }

    /** Whether a request asks for usage at the end of its stream. */
    public static boolean asksUsage(Received request) {
        return request.json().path("stream_options").path("include_usage").asBoolean(false);
    }

    /** The event with usage and no choice. */
    public static String usageEvent(String model, Usage usage) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1795000000,\"model\":"
                + Json.quoted(model) + ",\"choices\":[],\"usage\":" + usage.json() + "}";
    }

    /** One chunk of a streamed chat completion. */
    public static String chunk(String model, String delta, String finishReason) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1795000000,\"model\":"
                + Json.quoted(model) + ",\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"logprobs\":null,\"finish_reason\":" + (finishReason == null ? "null" : Json.quoted(finishReason))
                + "}]}";
    }

    /** One chunk of text. */
    public static String textChunk(String model, String text) {
        return chunk(model, content(text), null);
    }

    private static String content(String text) {
        return "{\"content\":" + Json.quoted(text) + "}";
    }

    /** One embedding, as base64 of little-endian floats when the request wants it so, which is what SDKs do. */
    public static Answer embeddings(double... values) {
        return call -> {
            boolean base64 =
                    call.request().json().path("encoding_format").asText().equals("base64");
            json(
                            200,
                            "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":"
                                    + (base64 ? Json.quoted(base64(values)) : array(values)) + "}],\"model\":"
                                    + Json.quoted(call.request().model())
                                    + ",\"usage\":{\"prompt_tokens\":5,\"total_tokens\":5}}")
                    .play(call);
        };
    }

    private static String array(double[] values) {
        return java.util.Arrays.toString(values);
    }

    private static String base64(double[] values) {
        java.nio.ByteBuffer floats =
                java.nio.ByteBuffer.allocate(values.length * Float.BYTES).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            floats.putFloat((float) value);
        }
        return java.util.Base64.getEncoder().encodeToString(floats.array());
    }

    /** A model list. */
    public static Answer models(String... ids) {
        List<String> items = new ArrayList<>();
        for (String id : ids) {
            items.add("{\"id\":" + Json.quoted(id) + ",\"object\":\"model\",\"created\":1,\"owned_by\":\"stub\"}");
        }
        return json(200, "{\"object\":\"list\",\"data\":[" + String.join(",", items) + "]}");
    }

    /** A stream of the Responses API. */
    public static Answer responsesStream(String text) {
        return call -> {
            String response = "{\"id\":\"resp_1\",\"object\":\"response\",\"model\":"
                    + Json.quoted(call.request().model()) + ",\"status\":\"";
            call.streamHead()
                    .chunk(named("response.created", "\"response\":" + response + "in_progress\",\"output\":[]}"))
                    .chunk(named(
                            "response.output_text.delta",
                            "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":"
                                    + Json.quoted(text)))
                    .chunk(named(
                            "response.completed",
                            "\"response\":" + response
                                    + "completed\",\"output\":[],\"usage\":{\"input_tokens\":9,\"output_tokens\":3,"
                                    + "\"total_tokens\":12}}"))
                    .end();
        };
    }

    /** A stream of the Messages API. */
    public static Answer messagesStream(String text) {
        return call -> call.streamHead()
                .chunk(named("message_start", messageStart(call.request().model())))
                .chunk(named("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"))
                .chunk(named("content_block_delta", messageDelta(text)))
                .chunk(named("content_block_stop", "\"index\":0"))
                .chunk(named(
                        "message_delta", "\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":3}"))
                .chunk(named("message_stop", ""))
                .end();
    }

    /** The fields of a {@code message_start} event. */
    public static String messageStart(String model) {
        return "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"model\":"
                + Json.quoted(model) + ",\"stop_reason\":null,\"usage\":{\"input_tokens\":9,\"output_tokens\":0}}";
    }

    /** The fields of a {@code content_block_delta} event. */
    public static String messageDelta(String text) {
        return "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":" + Json.quoted(text) + "}";
    }

    /** A named event whose data repeats its name as {@code type}. */
    public static String named(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":" + Json.quoted(type) + (fields.isEmpty() ? "" : ",") + fields
                + "}\n\n";
    }

    // --- any body

    /** JSON with its length. */
    public static Answer json(int status, String body, String... namesAndValues) {
        return text(status, JSON, body, namesAndValues);
    }

    /** Text with its length. */
    public static Answer text(int status, String type, String body, String... namesAndValues) {
        return call -> call.whole(status, type, body.getBytes(UTF_8), namesAndValues);
    }

    /** JSON in chunks of a few bytes. */
    public static Answer chunkedJson(int status, String body) {
        return call -> {
            call.head(status, "Content-Type", JSON, "Transfer-Encoding", "chunked");
            byte[] bytes = body.getBytes(UTF_8);
            for (int i = 0; i < bytes.length; i += 7) {
                call.chunk(java.util.Arrays.copyOfRange(bytes, i, Math.min(i + 7, bytes.length)));
            }
            call.end();
        };
    }

    /** JSON that ends with the connection. */
    public static Answer closeDelimitedJson(int status, String body) {
        return call -> call.head(status, "Content-Type", JSON, "Connection", "close")
                .raw(body.getBytes(UTF_8))
                .fin();
    }

    /** JSON under gzip. */
    public static Answer gzipJson(int status, String body) {
        return call -> call.whole(status, JSON, gzip(body.getBytes(UTF_8)), "Content-Encoding", "gzip");
    }

    /** JSON under deflate (zlib format). */
    public static Answer deflateJson(int status, String body) {
        return call -> call.whole(status, JSON, deflate(body.getBytes(UTF_8)), "Content-Encoding", "deflate");
    }

    /** An event stream of these data lines, ended properly. */
    public static Answer events(String... data) {
        return call -> {
            call.streamHead();
            for (String one : data) {
                call.event(one);
            }
            call.end();
        };
    }

    /** The bytes under gzip. */
    public static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] deflate(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflate = new DeflaterOutputStream(out)) {
            deflate.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    // --- wrong ones

    /** An error in OpenAI's shape. */
    public static Answer error(int status, String message, String code) {
        return json(status, errorBody(message, code));
    }

    /** The body of an error in OpenAI's shape. */
    public static String errorBody(String message, String code) {
        return "{\"error\":{\"message\":" + Json.quoted(message)
                + ",\"type\":\"invalid_request_error\",\"param\":null,\"code\":" + Json.quoted(code) + "}}";
    }

    /** NIM's 429: RFC 7807, no error object, no header. */
    public static Answer nimRateLimited() {
        return text(429, "application/problem+json", "{\"status\":429,\"title\":\"Too Many Requests\"}");
    }

    /** A 429 that says when to come again. */
    public static Answer rateLimited(String retryAfter) {
        return json(
                429, errorBody("Rate limit reached for requests", "rate_limit_exceeded"), "Retry-After", retryAfter);
    }

    /** NIM's word for all workers of a model being taken; seen as 429, 502 and 503. */
    public static Answer nimBusy(int status) {
        return json(
                status,
                "{\"status\":" + status
                        + ",\"detail\":\"ResourceExhausted: Worker local total request limit reached (71/32)\"}");
    }

    /** NIM's word for a model that this account does not have. */
    public static Answer nimNotYours() {
        return json(
                404,
                "{\"status\":404,\"title\":\"Not Found\",\"detail\":\"Function"
                        + " '11111111-2222-3333-4444-555555555555': Not found for account 'acc-1'\"}");
    }

    /** NIM's word for an ill model: a 400 that is not the client's fault. */
    public static Answer nimDegraded() {
        return json(
                400,
                "{\"status\":400,\"title\":\"Bad Request\",\"detail\":\"Function id '1111': DEGRADED function cannot"
                        + " be invoked\"}");
    }

    /** Takes the request and resets the connection. */
    public static Answer reset() {
        return Call::reset;
    }

    /** Takes the request and ends the connection without a word. */
    public static Answer hangUp() {
        return Call::fin;
    }

    /** Takes the request and says nothing. */
    public static Answer silence() {
        return Call::stall;
    }

    /** Promises more than it sends, then ends the connection. */
    public static Answer shortBody(String body, int promised) {
        return call -> call.head(200, "Content-Type", JSON, "Content-Length", String.valueOf(promised))
                .raw(body.getBytes(UTF_8))
                .fin();
    }

    /** A chat stream that ends after these texts, without its end, in the manner of {@code cut}. */
    public static Answer cutStream(List<String> texts, Answer cut) {
        return call -> {
            String model = call.request().model();
            call.streamHead().event(chunk(model, "{\"role\":\"assistant\",\"content\":\"\"}", null));
            for (String text : texts) {
                call.event(textChunk(model, text));
            }
            cut.play(call);
        };
    }
}
