package sidecar.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code finish_reason} says. Where an answer says several, the later of these constants counts: proxies put {@code stop} on
 * whatever comes last.
 */
enum FinishReason {
    STOP,
    TOOL_CALLS,
    CONTENT_FILTER,
    LENGTH,
    /** The provider gave up. */
    FAILED;

    private static final Map<String, FinishReason> WORDS = Map.ofEntries(
            Map.entry("stop", STOP),
            Map.entry("stop_sequence", STOP),
            Map.entry("end_turn", STOP),
            Map.entry("eos", STOP),
            Map.entry("eos_token", STOP),
            Map.entry("tool_calls", TOOL_CALLS),
            Map.entry("tool_use", TOOL_CALLS),
            Map.entry("function_call", TOOL_CALLS),
            Map.entry("content_filter", CONTENT_FILTER),
            Map.entry("safety", CONTENT_FILTER),
            Map.entry("recitation", CONTENT_FILTER),
            Map.entry("refusal", CONTENT_FILTER),
            // Z.ai
            Map.entry("sensitive", CONTENT_FILTER),
            Map.entry("length", LENGTH),
            Map.entry("max_tokens", LENGTH),
            // Mistral
            Map.entry("model_length", LENGTH),
            // Z.ai
            Map.entry("model_context_window_exceeded", LENGTH),
            // OpenRouter
            Map.entry("error", FAILED),
            // vLLM
            Map.entry("abort", FAILED),
            // Z.ai
            Map.entry("network_error", FAILED),
            // DeepSeek
            Map.entry("insufficient_system_resource", FAILED));

    /** Empty where nothing is finished yet, which some providers say by an empty string; {@link #STOP} for an unknown word. */
    static Optional<FinishReason> of(JsonNode node) {
        return node.isTextual() && !node.textValue().isBlank()
                ? Optional.of(WORDS.getOrDefault(word(node.textValue()), STOP))
                : Optional.empty();
    }

    /** Whether that is a reason, and not the text at which an answer stopped. */
    static boolean isReason(String text) {
        return WORDS.containsKey(word(text));
    }

    /** Whether what came may end in the middle. */
    boolean truncates() {
        return this == LENGTH || this == CONTENT_FILTER;
    }

    private static String word(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }
}
