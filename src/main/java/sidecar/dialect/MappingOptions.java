package sidecar.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.json.Json;
import sidecar.provider.ModelMapping;

/**
 * What a translation must know of one provider's model: the keys of {@link ModelMapping#compat()} that act, read once. A key of the
 * wrong type counts as absent.
 *
 * @param model its name on the wire
 * @param maxTokens the longest answer, in LLM tokens
 * @param reasoning whether the model can think
 * @param inputModalities such as {@code text}, {@code image}, {@code pdf}
 * @param carryReasoning whether earlier reasoning must be sent back (DeepSeek, Kimi, GLM and MiMo refuse a history without it)
 * @param systemOnlyFirst whether it takes a system message at the front only
 * @param maxTokensField what it calls {@code max_tokens}
 * @param topK whether it takes {@code top_k}, which OpenAI does not know
 * @param thinkingSwitch the path of the member that turns thinking on, such as {@code chat_template_kwargs.thinking}
 * @param thinkTags whether it writes its reasoning into the text, between {@code <think>} and {@code </think>}
 * @param promptCaching whether long prompts are marked for Anthropic's cache
 */
public record MappingOptions(
        String model,
        int maxTokens,
        boolean reasoning,
        List<String> inputModalities,
        boolean carryReasoning,
        boolean systemOnlyFirst,
        String maxTokensField,
        boolean topK,
        Optional<String> thinkingSwitch,
        boolean thinkTags,
        boolean promptCaching) {

    private static final String EXTRA_BODY = "extraBody";

    public MappingOptions {
        inputModalities = List.copyOf(inputModalities);
    }

    /**
     * Those of one mapping.
     *
     * @param model as the client calls it, for a mapping of every model
     */
    public static MappingOptions of(ModelMapping mapping, String model) {
        Map<String, Object> compat = mapping.compat();
        return new MappingOptions(
                mapping.wireName(model),
                mapping.maxTokens(),
                mapping.reasoning(),
                mapping.inputModalities(),
                flag(compat, "carryReasoning"),
                flag(compat, "systemOnlyFirst"),
                text(compat, "maxTokensField").orElse("max_tokens"),
                flag(compat, "topK"),
                text(compat, "thinkingSwitch"),
                flag(compat, "thinkTags"),
                !Boolean.FALSE.equals(compat.get("promptCaching")));
    }

    /** {@code extraBody}: members that are put into every body for the mapping, translated or not; empty when there are none. */
    public static Optional<ObjectNode> extraBody(ModelMapping mapping) {
        return mapping.compat().get(EXTRA_BODY) instanceof Map<?, ?> members && !members.isEmpty()
                ? Optional.of((ObjectNode) Json.tree(members))
                : Optional.empty();
    }

    private static boolean flag(Map<String, Object> compat, String name) {
        return Boolean.TRUE.equals(compat.get(name));
    }

    private static Optional<String> text(Map<String, Object> compat, String name) {
        return compat.get(name) instanceof String text && !text.isBlank()
                ? Optional.of(text.strip())
                : Optional.empty();
    }
}
