package sidecar.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;
import sidecar.body.JsonBytes;

/** How long it is what a piece of an answer says: texts, thoughts, refusals, and the arguments of tool calls. */
final class TextLength {

    private static final Set<String> SAYING = Set.of(
            "content",
            "text",
            "reasoning_content",
            "reasoning",
            "thinking",
            "summary",
            "refusal",
            "audio",
            "transcript",
            "tool_calls",
            "function_call",
            "function",
            "custom",
            "partial_json");

    /** JSON in a string, or as it is. */
    private static final Set<String> ARGUMENTS = Set.of("arguments", "input");

    private TextLength() {}

    /** Characters (of UTF-16) that the value at the current token says; reads it to its end. */
    static long of(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getTextLength();
            case START_ARRAY -> items(parser);
            case START_OBJECT -> fields(parser);
            default -> 0;
        };
    }

    private static long items(JsonParser parser) throws IOException {
        long characters = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            characters += of(parser);
        }
        return characters;
    }

    private static long fields(JsonParser parser) throws IOException {
        long characters = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (SAYING.contains(name)) {
                characters += of(parser);
            } else if (ARGUMENTS.contains(name)) {
                characters += arguments(parser);
            } else {
                parser.skipChildren();
            }
        }
        return characters;
    }

    private static long arguments(JsonParser parser) throws IOException {
        if (!parser.currentToken().isStructStart()) {
            return of(parser);
        }
        long from = JsonBytes.start(parser);
        parser.skipChildren();
        return JsonBytes.end(parser) - from;
    }
}
