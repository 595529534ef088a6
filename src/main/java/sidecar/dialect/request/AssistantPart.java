package sidecar.dialect.request;

/** A piece of what the model said. Immutable. */
public sealed interface AssistantPart {

    record AssistantText(String text) implements AssistantPart {}

    /** What it thought. Readers drop what only its issuer can read (signatures of others, encrypted reasoning). */
    record ReasoningPart(String text) implements AssistantPart {}

    /**
     * A tool that it called.
     *
     * @param id as the client knows it, as {@link ToolCallIds} turned it back
     * @param name as the provider knows the tool: {@link ToolNames} gave it
     * @param arguments JSON as text; an object, unless the client sent something else
     */
    record ToolCallPart(String id, String name, String arguments) implements AssistantPart {}
}
