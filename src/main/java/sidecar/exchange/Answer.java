package sidecar.exchange;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sidecar.ledger.Usage;

/**
 * What one JSON object of an answer says: a whole plain answer, or the data of one event. Read in one pass, in place.
 * Not thread-safe.
 */
final class Answer {

    private static final Set<String> CONTENT =
            Set.of("content", "reasoning_content", "reasoning", "refusal", "tool_calls", "function_call", "audio");

    private final String nativeId;
    private final byte[] clientName;

    /** Where the native id stands as a model's name, and what the client called it. */
    final List<Edit> edits = new ArrayList<>();
    /** The value of {@code type}, which Responses and Messages events carry; empty without one. */
    String type = "";
    /** The value of {@code id} at the top, or inside {@code response}; empty without one. */
    String id = "";
    /** Whether there is an error in place of an answer. */
    boolean error;
    /** Whether a choice carries text, reasoning, a tool call or a refusal. */
    boolean content;
    /** How much it says, in characters. */
    long characters;
    /** Indices of the choices seen. */
    final List<Integer> choices = new ArrayList<>();
    /** Indices of the choices that have their finish reason. */
    final List<Integer> finished = new ArrayList<>();
    /** What was billed; null when it does not say. */
    @Nullable
    Usage usage;

    private final boolean rename;
    private boolean noChoices;
    private boolean usageStands;

    private Answer(String nativeId, String clientModel) {
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
    static @Nullable Answer read(byte[] bytes, int from, int length, String nativeId, String clientModel) {
        Answer answer = new Answer(nativeId, clientModel);
        try (JsonParser parser = JsonBytes.read(bytes, from, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            answer.top(parser);
            return parser.nextToken() == null ? answer : null;
        } catch (IOException notJson) {
            return null;
        }
    }

    /** Whether it is what asking for usage adds to a stream: usage, and no choice. */
    boolean onlyUsage() {
        return noChoices && usageStands;
    }

    private void top(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "model" -> model(parser, value);
                case "error" -> error |= value == JsonToken.START_OBJECT || value == JsonToken.VALUE_STRING;
                case "type" -> type = value == JsonToken.VALUE_STRING ? parser.getText() : "";
                case "id" -> id = value == JsonToken.VALUE_STRING ? parser.getText() : id;
                case "choices" -> choices(parser, value);
                case "usage" -> {
                    usageStands = value != JsonToken.VALUE_NULL;
                    usage(parser, value);
                }
                case "x_groq" -> groq(parser, value);
                case "response", "message" -> nested(parser, value);
                // of Messages and Responses, whole and in pieces
                case "content", "output", "delta" -> characters += Wording.of(parser);
                default -> {}
            }
            finish(parser, value);
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
            finish(parser, inner);
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
            finish(parser, inner);
        }
    }

    private void model(JsonParser parser, JsonToken value) throws IOException {
        if (rename && value == JsonToken.VALUE_STRING) {
            int from = JsonBytes.start(parser);
            if (parser.getText().equals(nativeId)) {
                edits.add(new Edit(from, JsonBytes.end(parser), clientName));
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
                finish(parser, item);
            }
        }
        noChoices = position == 0;
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
                case "finish_reason" -> ended = value != JsonToken.VALUE_NULL;
                case "text" -> {
                    content |= says(parser, value);
                    characters += Wording.of(parser);
                }
                case "delta" -> delta(parser, value);
                case "message" -> characters += Wording.of(parser);
                // Moonshot's place for it
                case "usage" -> usage(parser, value);
                default -> {}
            }
            finish(parser, value);
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
            boolean telling = CONTENT.contains(parser.currentName());
            JsonToken inner = parser.nextToken();
            if (telling) {
                content |= says(parser, inner);
                characters += Wording.of(parser);
            }
            finish(parser, inner);
        }
    }

    /** Whether a value is more than nothing. */
    private static boolean says(JsonParser parser, JsonToken value) throws IOException {
        return switch (value) {
            case VALUE_STRING -> parser.getTextLength() > 0;
            case START_OBJECT, START_ARRAY -> true;
            default -> false;
        };
    }

    private void usage(JsonParser parser, JsonToken value) throws IOException {
        Usage told = value == JsonToken.START_OBJECT ? UsageReader.read(parser) : null;
        if (told != null) {
            usage = usage == null ? told : usage.atLeast(told);
        }
    }

    /** Goes to the end of a value that was entered with {@code began} and may have been read already. */
    private static void finish(JsonParser parser, JsonToken began) throws IOException {
        boolean stillAtItsBegin = parser.currentToken() == began;
        if (stillAtItsBegin && began.isStructStart()) {
            parser.skipChildren();
        }
    }
}
