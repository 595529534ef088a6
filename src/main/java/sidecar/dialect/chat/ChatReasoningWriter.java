package sidecar.dialect.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import sidecar.dialect.MappingOptions;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.ReasoningEffort;
import sidecar.dialect.request.ReasoningRequest;
import sidecar.dialect.request.ReasoningRequest.ReasoningMode;

/**
 * Writes into a chat request how much is to be thought: {@code reasoning_effort}, and the member that turns
 * thinking on.
 */
final class ChatReasoningWriter {

    private static final String LOSS = "thinking";

    private ChatReasoningWriter() {}

    static void write(ReasoningRequest reasoning, MappingOptions options, ObjectNode body, Losses losses) {
        Optional<String> effort = effort(reasoning);
        if (options.reasoning()) {
            effort.ifPresent(word -> body.put("reasoning_effort", word));
        }
        boolean switched = reasoning.mode() != ReasoningMode.UNSAID
                && options.thinkingSwitch().isPresent();
        if (switched) {
            flip(List.of(options.thinkingSwitch().get().split("\\.")), reasoning.mode() == ReasoningMode.ON, body);
        }
        if (!switched && !isSaid(reasoning, effort, options)) {
            losses.harmless(LOSS);
        }
    }

    /** Whether the model does as the client wants, without a switch. */
    private static boolean isSaid(ReasoningRequest reasoning, Optional<String> effort, MappingOptions options) {
        boolean wantsThought = reasoning.mode() == ReasoningMode.ON
                || effort.filter(word -> !word.equals(ReasoningEffort.NONE)).isPresent();
        return options.reasoning() ? reasoning.mode() != ReasoningMode.OFF || effort.isPresent() : !wantsThought;
    }

    /** As it is named; else by the budget. */
    private static Optional<String> effort(ReasoningRequest reasoning) {
        if (reasoning.mode() == ReasoningMode.OFF) {
            return reasoning.effort().filter(ReasoningEffort.NONE::equals);
        }
        if (reasoning.effort().isPresent() || reasoning.budgetTokens().isEmpty()) {
            return reasoning.effort();
        }
        return Optional.of(ReasoningEffort.of(reasoning.budgetTokens().getAsLong()));
    }

    /**
     * GLM's, Kimi's and DeepSeek's {@code thinking.type} is a word, as Anthropic's is; all others are true or
     * false.
     */
    private static void flip(List<String> path, boolean on, ObjectNode body) {
        ObjectNode holder = body;
        for (String name : path.subList(0, path.size() - 1)) {
            holder = holder.get(name) instanceof ObjectNode inner ? inner : holder.putObject(name);
        }
        String last = path.get(path.size() - 1);
        if (last.equals("type")) {
            holder.put(last, on ? "enabled" : "disabled");
        } else {
            holder.put(last, on);
        }
    }
}
