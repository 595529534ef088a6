package sidecar.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import sidecar.json.Json;

/**
 * A piece of a tool call, as one element of {@code tool_calls} has it. What was not said, or was null, is empty.
 *
 * @param index of the call in the answer; {@link #NO_INDEX} where that was not said
 * @param position of this element among those that came together
 */
record CallFragment(int index, int position, String id, String name, String arguments) {

    static final int NO_INDEX = -1;

    /** An element of a stream. */
    static CallFragment of(JsonNode element, int position) {
        JsonNode index = element.path("index");
        return of(element, index.isNumber() ? Math.max(NO_INDEX, index.intValue()) : NO_INDEX, position);
    }

    /** An element of a plain answer: a call by itself, whatever index it claims. */
    static CallFragment whole(JsonNode element, int position) {
        return of(element, position, position);
    }

    /** OpenAI's form before there were {@code tool_calls}: one call, without an id. */
    static CallFragment legacy(JsonNode functionCall) {
        return of(Json.object().set("function", functionCall), 0, 0);
    }

    private static CallFragment of(JsonNode element, int index, int position) {
        JsonNode function = element.path("function");
        return new CallFragment(
                index,
                position,
                text(element.path("id")),
                text(function.path("name")),
                arguments(function.path("arguments")));
    }

    private static String text(JsonNode node) {
        return node.isTextual() || node.isNumber() ? node.asText().strip() : "";
    }

    /** Some providers give the object itself instead of its text. */
    private static String arguments(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue();
        }
        return node.isMissingNode() || node.isNull() ? "" : Json.write(node);
    }

    /** Whether it came beside another one, and nothing but its place says which call it belongs to. */
    boolean isApart() {
        return index == NO_INDEX && position > 0 && !name.isEmpty();
    }

    /** Whether no call can begin like this: some providers count indexes up within one call. */
    boolean isRest() {
        String text = arguments.stripLeading();
        return id.isEmpty() && name.isEmpty() && !text.isEmpty() && text.charAt(0) != '{';
    }
}
