package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import sidecar.dialect.MappingOptions;
import sidecar.dialect.request.ConversationTurn;
import sidecar.dialect.request.ConversationTurn.AssistantTurn;
import sidecar.dialect.request.ConversationTurn.ToolResultTurn;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.ReasoningEffort;
import sidecar.dialect.request.ReasoningRequest;
import sidecar.dialect.request.ReasoningRequest.ReasoningMode;
import sidecar.json.Json;

/**
 * Whether and how much one of Anthropic's models is to think. Models up to Claude 4.5 take a budget of LLM tokens, those since Claude
 * Opus 4.7 refuse it and take an effort, in adaptive thinking; a mapping says so by naming the effort's member as its switch.
 *
 * @param thinking the member of the same name; empty for no thinking
 * @param effort of adaptive thinking
 */
record ThinkingConfig(Optional<ObjectNode> thinking, Optional<String> effort) {

    /** The value of {@link MappingOptions#thinkingSwitch()} of models that think adaptively. */
    static final String ADAPTIVE_SWITCH = "output_config.effort";

    /** Anthropic's least, in LLM tokens. */
    private static final long MIN_BUDGET = 1024;

    private static final String LOSS = "reasoning_effort";
    private static final ThinkingConfig OFF = new ThinkingConfig(Optional.empty(), Optional.empty());

    boolean on() {
        return thinking.isPresent();
    }

    /**
     * What a request gets.
     *
     * @param maxTokens of the whole answer, of which the budget is a part
     * @param turns in the order in which they will be written
     */
    static ThinkingConfig of(
            ReasoningRequest wanted,
            MappingOptions options,
            long maxTokens,
            List<ConversationTurn> turns,
            Losses losses) {
        String effort = wanted.effort().orElse(wanted.budgetTokens().isPresent() ? "" : ReasoningEffort.DEFAULT);
        if (wanted.mode() != ReasoningMode.ON || effort.equals(ReasoningEffort.MINIMAL)) {
            return OFF;
        }
        if (options.reasoning()
                && options.thinkingSwitch().filter(ADAPTIVE_SWITCH::equals).isPresent()) {
            return adaptive(wanted);
        }
        long budget = wanted.budgetTokens().isPresent()
                ? Math.min(wanted.budgetTokens().getAsLong(), maxTokens - 1)
                : Math.min(ReasoningEffort.budget(effort), maxTokens - maxTokens / 4);
        if (!options.reasoning() || budget < MIN_BUDGET || endsWithToolResults(turns)) {
            losses.harmless(LOSS);
            return OFF;
        }
        ObjectNode enabled = Json.object().put("type", "enabled").put("budget_tokens", budget);
        return new ThinkingConfig(Optional.of(enabled), Optional.empty());
    }

    private static ThinkingConfig adaptive(ReasoningRequest wanted) {
        ObjectNode adaptive = Json.object().put("type", "adaptive").put("display", "summarized");
        OptionalLong budget = wanted.budgetTokens();
        Optional<String> effort = wanted.effort()
                .or(() -> budget.isPresent() ? Optional.of(ReasoningEffort.of(budget.getAsLong())) : Optional.empty());
        return new ThinkingConfig(Optional.of(adaptive), effort);
    }

    /**
     * Whether the model is to go on after its calls. Then Anthropic wants its turn to begin with what it thought, signed, if it is to
     * think on; and nobody but Anthropic has the signature.
     */
    private static boolean endsWithToolResults(List<ConversationTurn> turns) {
        for (int i = turns.size() - 1; i >= 0 && !(turns.get(i) instanceof AssistantTurn); i--) {
            if (turns.get(i) instanceof ToolResultTurn) {
                return true;
            }
        }
        return false;
    }
}
