package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Marks in a request what Anthropic is to keep in its cache, of which reading costs a tenth: all up to the last system block, to
 * the last tool, and to the last block of the last message. Pure functions.
 */
final class PromptCacheMarks {

    /** Shorter prompts are not kept; in characters. */
    private static final int MIN_LENGTH = 4096;

    private PromptCacheMarks() {}

    /** Marks a prompt that is long enough. */
    static void mark(ObjectNode body) {
        JsonNode messages = body.path("messages");
        if (length(body.path("system")) + length(body.path("tools")) + length(messages) <= MIN_LENGTH) {
            return;
        }
        markLast(body.path("system"));
        markLast(body.path("tools"));
        markLast(messages.path(messages.size() - 1).path("content"));
    }

    private static void markLast(JsonNode items) {
        if (items.path(items.size() - 1) instanceof ObjectNode last) {
            last.putObject("cache_control").put("type", "ephemeral");
        }
    }

    /** Of all names and texts. */
    private static long length(JsonNode node) {
        long sum = node.isTextual() ? node.textValue().length() : 0;
        for (var member : node.properties()) {
            sum += member.getKey().length() + length(member.getValue());
        }
        if (node.isArray()) {
            for (JsonNode item : node) {
                sum += length(item);
            }
        }
        return sum;
    }
}
