package sidecar.dialect.request;

import java.util.List;

/** One message of a conversation. Immutable. */
public sealed interface ConversationTurn {

    /** Instructions, wherever they stand. */
    record SystemTurn(String text) implements ConversationTurn {}

    /** What the user said; never without a part. */
    record UserTurn(List<ContentPart> parts) implements ConversationTurn {
        public UserTurn {
            parts = List.copyOf(parts);
        }
    }

    /** What the model said before; may have no part. */
    record AssistantTurn(List<AssistantPart> parts) implements ConversationTurn {
        public AssistantTurn {
            parts = List.copyOf(parts);
        }
    }

    /**
     * What became of a call.
     *
     * @param callId of the {@link AssistantPart.ToolCallPart}, which may be missing
     * @param parts may be empty
     * @param error whether the tool failed
     */
    record ToolResultTurn(String callId, List<ContentPart> parts, boolean error) implements ConversationTurn {
        public ToolResultTurn {
            parts = List.copyOf(parts);
        }
    }
}
