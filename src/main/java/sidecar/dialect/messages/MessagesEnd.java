package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import sidecar.dialect.answer.StopReason;

/**
 * Why a message ended, as Anthropic says it.
 *
 * @param word {@code stop_reason}; empty while it is not said
 * @param stopSequence that ended it
 */
record MessagesEnd(String word, Optional<String> stopSequence) {

    static final MessagesEnd UNSAID = new MessagesEnd("", Optional.empty());

    /** From a whole message, or the {@code delta} of {@code message_delta}. */
    static MessagesEnd read(JsonNode members) {
        return new MessagesEnd(
                members.path("stop_reason").asText(""),
                Optional.ofNullable(members.path("stop_sequence").textValue()));
    }

    boolean isSaid() {
        return !word.isEmpty();
    }

    /** The later one, where it says something. */
    MessagesEnd or(MessagesEnd later) {
        return later.isSaid() ? later : this;
    }

    /**
     * The reason. Calls are to be made whatever the word is, unless the answer was cut: servers that speak Anthropic's dialect
     * and are not Anthropic's give {@code end_turn} too.
     *
     * @param called whether there are calls of the client's tools
     */
    StopReason reason(boolean called) {
        StopReason said = switch (word) {
            case "max_tokens", "model_context_window_exceeded" -> StopReason.MAX_TOKENS;
            case "refusal" -> StopReason.CONTENT_FILTER;
            case "stop_sequence" -> StopReason.STOP_SEQUENCE;
            default -> StopReason.END;
        };
        boolean natural = said == StopReason.END || said == StopReason.STOP_SEQUENCE;
        return called && natural ? StopReason.TOOL_USE : said;
    }

    /** The text that ended it, where one did. */
    Optional<String> sequence(StopReason reason) {
        return reason == StopReason.STOP_SEQUENCE ? stopSequence : Optional.empty();
    }
}
