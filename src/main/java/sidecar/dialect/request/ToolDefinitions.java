package sidecar.dialect.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * The tools that a model may call.
 *
 * @param parallel whether it may call several at once; empty where that was not said
 */
public record ToolDefinitions(List<Tool> tools, ToolChoice choice, Optional<Boolean> parallel) {

    public static final ToolDefinitions NONE = new ToolDefinitions(List.of(), ToolChoice.UNSAID, Optional.empty());

    public ToolDefinitions {
        tools = List.copyOf(tools);
    }

    /**
     * One of them.
     *
     * @param name as the provider will know it: {@link ToolNames} gave it
     * @param parameters its JSON schema; not to be changed
     * @param strict whether arguments must follow the schema; empty where that was not said
     */
    public record Tool(String name, Optional<String> description, ObjectNode parameters, Optional<Boolean> strict) {}

    /**
     * Whether it must call one.
     *
     * @param tool the one that it must call, by the provider's name; with {@link ToolChoiceMode#NAMED} only
     */
    public record ToolChoice(ToolChoiceMode mode, Optional<String> tool) {

        public static final ToolChoice UNSAID = new ToolChoice(ToolChoiceMode.UNSAID, Optional.empty());

        public static ToolChoice of(ToolChoiceMode mode) {
            return new ToolChoice(mode, Optional.empty());
        }

        public static ToolChoice named(String tool) {
            return new ToolChoice(ToolChoiceMode.NAMED, Optional.of(tool));
        }
    }

    /** Ways to choose. */
    public enum ToolChoiceMode {
        UNSAID,
        AUTO,
        REQUIRED,
        NONE,
        NAMED
    }
}
