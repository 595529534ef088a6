package sidecar.dialect.request;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * How much a model should think before it answers; empty where the client did not say.
 *
 * @param mode whether it should at all
 * @param effort OpenAI's and Anthropic's words: {@code none}, {@code minimal}, {@code low}, {@code medium}, {@code high}, {@code xhigh}, {@code max}
 * @param budgetTokens the most LLM tokens for it
 */
public record ReasoningRequest(ReasoningMode mode, Optional<String> effort, OptionalLong budgetTokens) {

    public static final ReasoningRequest UNSAID =
            new ReasoningRequest(ReasoningMode.UNSAID, Optional.empty(), OptionalLong.empty());

    /** Whether it should. */
    public enum ReasoningMode {
        UNSAID,
        ON,
        OFF
    }
}
