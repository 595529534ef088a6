package sidecar.dialect.request;

import java.util.List;
import java.util.Optional;

/**
 * What a client asks of a model, whatever dialect it asked in. Immutable.
 *
 * @param turns in order; tool results may stand anywhere, the writers put them where their dialect wants them
 * @param tools that the model may call, and how
 * @param sampling bounds and knobs of the answer
 * @param reasoning how much is to be thought, and whether the client wants to see it
 * @param format that the text of the answer must have; empty for plain text
 * @param stream whether the answer is to come as events
 */
public record Conversation(
        List<ConversationTurn> turns,
        ToolDefinitions tools,
        Sampling sampling,
        ReasoningRequest reasoning,
        Optional<OutputFormat> format,
        boolean stream) {

    public Conversation {
        turns = List.copyOf(turns);
    }
}
