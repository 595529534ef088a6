package sidecar.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sidecar.body.ByteEdit;
import sidecar.body.JsonBytes;
import sidecar.ledger.Usage;
import sidecar.protocol.request.RequestHead;

/**
 * What one JSON object of an answer says: a whole plain answer, or the data of one event. Read in one pass, in place.
 * Not thread-safe.
 */
public final class ResponseJson {

    /** Members of a delta of which the length counts; vendors repeat some of these in forms of their own. */
    private static final Set<String> WORDS = Set.of(
            "content", "reasoning_content", "reasoning", "thinking", "refusal", "tool_calls", "function_call", "audio");

    /** What stands in errors, and beside answers, and is none. */
    private static final Set<String> NO_ANSWER = Set.of(
            "error",
            "errors",
            "detail",
            "details",
            "message",
            "msg",
            "object",
            "code",
            "type",
            "status",
            "reason",
            "status_code",
            "success",
            "title",
            "instance",
            "id",
            "request_id",
            "created",
            "timestamp",
            "path",
            "model",
            "param",
            "usage");

    /** States of an answer of Responses that may have said nothing. */
    private static final Set<String> SILENT = Set.of("queued", "in_progress", "incomplete", "completed");

    private final String nativeId;
    private final byte[] clientName;

    /** Where the native id stands as a model's name, and what the client called it. */
    public final List<ByteEdit> edits = new ArrayList<>();
    /** The value of {@code type}, which Responses and Messages events carry; empty without one. */
    public String type = "";
    /** The value of {@code id} at the top, or inside {@code response}; empty without one. */
    public String id = "";
    /** The value of {@code sequence_number}, which events of Responses carry; −1 without one. */
    public long sequence = -1;
    /** The HTTP status that the error speaks of in its own words; 0 when it does not. */
    public int errorStatus;
    /** How much it says, in characters. */
    long characters;
    /** Indices of the choices seen. */
    final List<Integer> choices = new ArrayList<>();
    /** Indices of the choices that have their finish reason. */
    final List<Integer> finished = new ArrayList<>();
    /** What was billed; null when it does not say. */
    @Nullable
    public Usage usage;

    private final boolean rename;
    private final EnumSet<Finding> findings = EnumSet.noneOf(Finding.class);

    /** What such an object may hold. */
    public enum Finding {
        /** An error that says something. */
        ERROR,
        /** What an answer consists of: choices, data, content, output, a text, or results. */
        ANSWER,
        /** Anything at all that does not belong to an error. */
        OTHER,
        /** A choice that carries text, reasoning, a tool call or a refusal. */
        CONTENT,
        /** A list of choices without any. */
        NO_CHOICES,
        /** A member for the usage that is not null. */
        USAGE
    }

    private ResponseJson(String nativeId, String clientModel) {
        this.nativeId = nativeId;
        this.clientName = RequestHead.bytes(ApiError.quoted(clientModel));
        this.rename = !nativeId.equals(clientModel);
    }

    /**
     * Reads {@code length} bytes from {@code from}.
     *
     * @param nativeId the model's name on the wire
     * @param clientModel what the client called it
     * @return null when they are not one JSON object
     */
    static @Nullable public ResponseJson read(byte[] bytes, int from, int length, String nativeId, String clientModel) {
        ResponseJson answer = new ResponseJson(nativeId, clientModel);
        try (JsonParser parser = JsonBytes.answer(bytes, from, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            answer.top(parser);
            return parser.nextToken() == null ? answer : null;
        } catch (IOException notJson) {
            return null;
        }
    }

    /** Whether it holds that. */
    public boolean holds(Finding finding) {
        return findings.contains(finding);
    }

    private void note(Finding finding, boolean there) {
        if (there) {
            findings.add(finding);
        }
    }

    /** Whether it is what asking for usage adds to a stream: usage, and no choice. */
    public boolean onlyUsage() {
        return holds(Finding.NO_CHOICES) && holds(Finding.USAGE);
    }

    /** Whether it is an event of Responses. */
    public boolean isOfResponses() {
        return type.startsWith("response.");
    }

    /** Whether it is Responses' way to say that the answer failed. */
    public boolean isResponseFailed() {
        return type.equals("response.failed");
    }

    /** Whether it says that something went wrong, and nothing else. */
    public boolean isError() {
        return holds(Finding.ERROR) || type.equals("error");
    }

    private void top(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            note(Finding.OTHER, !NO_ANSWER.contains(name) && value != JsonToken.VALUE_NULL);
            switch (name) {
                case "model" -> model(parser, value);
                case "error" -> error(parser, value);
                // vLLM's errors
                case "object" ->
                    note(
                            Finding.ERROR,
                            value == JsonToken.VALUE_STRING && parser.getText().equals("error"));
                case "code", "status_code" -> errorStatus = ErrorStatus.read(parser, value, errorStatus);
                case "type" -> type = value == JsonToken.VALUE_STRING ? parser.getText() : "";
                case "id" -> id = value == JsonToken.VALUE_STRING ? parser.getText() : id;
                case "sequence_number" -> sequence = value.isNumeric() ? JsonBytes.count(parser) : sequence;
                case "choices" -> choices(parser, value);
                case "usage" -> {
                    note(Finding.USAGE, value != JsonToken.VALUE_NULL);
                    usage(parser, value);
                }
                case "x_groq" -> groq(parser, value);
                case "response", "message" -> nested(parser, value);
                // of Messages and Responses, whole and in pieces
                case "content", "output" -> note(Finding.ANSWER, hasContent(parser, value));
                case "delta" -> characters += TextLength.of(parser);
                case "data", "results" -> note(Finding.ANSWER, JsonBytes.isFull(parser, value));
                // a transcript of silence is one
                case "text" -> note(Finding.ANSWER, value == JsonToken.VALUE_STRING);
                // Messages may say nothing before they stop
                case "stop_reason" -> note(Finding.ANSWER, value == JsonToken.VALUE_STRING);
                case "status" ->
                    note(Finding.ANSWER, value == JsonToken.VALUE_STRING && SILENT.contains(parser.getText()));
                default -> {}
            }
            JsonBytes.finish(parser, value);
        }
    }

    private void error(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            note(Finding.ERROR, parser.getTextLength() > 0);
        }
        while (value == JsonToken.START_OBJECT && parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken inner = parser.nextToken();
            note(Finding.ERROR, inner != JsonToken.VALUE_NULL);
            if (name.equals("code") || name.equals("status") || name.equals("type")) {
                errorStatus = ErrorStatus.read(parser, inner, errorStatus);
            }
            JsonBytes.finish(parser, inner);
        }
    }

    /** The inner object of Responses ({@code response}) and Messages ({@code message}) events. */
    private void nested(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken inner = parser.nextToken();
            if (name.equals("model")) {
                model(parser, inner);
            } else if (name.equals("usage")) {
                usage(parser, inner);
            } else if (name.equals("id") && inner == JsonToken.VALUE_STRING) {
                id = parser.getText();
            }
            JsonBytes.finish(parser, inner);
        }
    }

    /** Groq's own fields. The {@code id} among them is not the answer's. */
    private void groq(JsonParser parser, JsonToken value) throws IOException {
        while (value == JsonToken.START_OBJECT && parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean ours = parser.currentName().equals("usage");
            JsonToken inner = parser.nextToken();
            if (ours) {
                usage(parser, inner);
            }
            JsonBytes.finish(parser, inner);
        }
    }

    private void model(JsonParser parser, JsonToken value) throws IOException {
        if (rename && value == JsonToken.VALUE_STRING) {
            int from = JsonBytes.start(parser);
            if (parser.getText().equals(nativeId)) {
                edits.add(new ByteEdit(from, JsonBytes.end(parser), clientName));
            }
        }
    }

    private void choices(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            return;
        }
        int position = 0;
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (item == JsonToken.START_OBJECT) {
                choice(parser, position++);
            } else {
                JsonBytes.finish(parser, item);
            }
        }
        note(Finding.NO_CHOICES, position == 0);
        note(Finding.ANSWER, position > 0);
    }

    private void choice(JsonParser parser, int position) throws IOException {
        int index = position;
        boolean ended = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "index" ->
                    index = value.isNumeric() ? (int) Math.min(Integer.MAX_VALUE, JsonBytes.count(parser)) : index;
                // some write "" where nothing is finished yet
                case "finish_reason" -> ended = value == JsonToken.VALUE_STRING && parser.getTextLength() > 0;
                case "text" -> note(Finding.CONTENT, hasContent(parser, value));
                case "delta" -> delta(parser, value);
                case "message" -> characters += TextLength.of(parser);
                // Moonshot's place for it
                case "usage" -> usage(parser, value);
                default -> {}
            }
            JsonBytes.finish(parser, value);
        }
        choices.add(index);
        if (ended) {
            finished.add(index);
        }
    }

    private void delta(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken inner = parser.nextToken();
            if (WORDS.contains(name)) {
                note(Finding.CONTENT, hasContent(parser, inner));
            } else if (!name.equals("role")) {
                note(Finding.CONTENT, JsonBytes.isFull(parser, inner));
            }
            JsonBytes.finish(parser, inner);
        }
    }

    /** Whether a value is more than nothing; what it says is counted. */
    private boolean hasContent(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            characters += parser.getTextLength();
            return parser.getTextLength() > 0;
        }
        if (!value.isStructStart()) {
            return false;
        }
        int from = JsonBytes.start(parser);
        characters += TextLength.of(parser);
        return JsonBytes.end(parser) - from > "[]".length();
    }

    private void usage(JsonParser parser, JsonToken value) throws IOException {
        Usage told = value == JsonToken.START_OBJECT ? UsageReader.read(parser) : null;
        if (told != null) {
            usage = usage == null ? told : usage.atLeast(told);
        }
    }
}
