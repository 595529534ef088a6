package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sidecar.dialect.request.AssistantPart.ToolCallPart;
import sidecar.dialect.request.ConversationTurn;
import sidecar.dialect.request.ConversationTurn.AssistantTurn;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.ToolDefinitions;
import sidecar.dialect.request.ToolDefinitions.Tool;
import sidecar.dialect.request.ToolDefinitions.ToolChoice;
import sidecar.dialect.request.ToolDefinitions.ToolChoiceMode;
import sidecar.json.Json;

/** Writes {@code tools} and {@code tool_choice} of a messages request. Pure functions. */
final class MessagesToolWriter {

    private MessagesToolWriter() {}

    /**
     * Writes both, or neither.
     *
     * @param turns whose calls need their tools declared even where no tool may be called any more
     * @param thinks whether the model is to think, which excludes that it must call a tool
     */
    static void write(
            ToolDefinitions use, List<ConversationTurn> turns, boolean thinks, ObjectNode body, Losses losses) {
        if (use.tools().isEmpty()) {
            writeCalledTools(turns, body);
            return;
        }
        ArrayNode tools = body.putArray("tools");
        use.tools().forEach(tool -> tools.add(tool(tool, losses)));
        choice(use, thinks, losses).ifPresent(choice -> body.set("tool_choice", choice));
    }

    private static ObjectNode tool(Tool tool, Losses losses) {
        if (tool.strict().orElse(false)) {
            losses.changing("tools.strict");
        }
        ObjectNode written = Json.object().put("name", tool.name());
        tool.description().ifPresent(text -> written.put("description", text));
        written.set("input_schema", schema(tool.parameters()));
        return written;
    }

    /** Anthropic wants the type said. */
    private static ObjectNode schema(ObjectNode parameters) {
        if (parameters.hasNonNull("type")) {
            return parameters;
        }
        ObjectNode typed = Json.object();
        typed.setAll(parameters);
        return typed.put("type", "object");
    }

    /** A history with calls is refused without tools; clients that sum it up send none. */
    private static void writeCalledTools(List<ConversationTurn> turns, ObjectNode body) {
        Set<String> called = new LinkedHashSet<>();
        for (ConversationTurn turn : turns) {
            if (turn instanceof AssistantTurn assistant) {
                assistant.parts().stream()
                        .filter(ToolCallPart.class::isInstance)
                        .forEach(part -> called.add(((ToolCallPart) part).name()));
            }
        }
        if (!called.isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            for (String name : called) {
                tools.addObject().put("name", name).putObject("input_schema").put("type", "object");
            }
            body.putObject("tool_choice").put("type", "none");
        }
    }

    private static Optional<ObjectNode> choice(ToolDefinitions use, boolean thinks, Losses losses) {
        ToolChoice choice = use.choice();
        boolean forced = choice.mode() == ToolChoiceMode.REQUIRED || choice.mode() == ToolChoiceMode.NAMED;
        if (forced && thinks) {
            losses.changing("tool_choice");
        }
        boolean single = !use.parallel().orElse(true) && choice.mode() != ToolChoiceMode.NONE;
        if (choice.mode() == ToolChoiceMode.UNSAID && !single) {
            return Optional.empty();
        }
        ObjectNode written = Json.object().put("type", forced && thinks ? "auto" : type(choice.mode()));
        if (!thinks) {
            choice.tool().ifPresent(name -> written.put("name", name));
        }
        if (single) {
            written.put("disable_parallel_tool_use", true);
        }
        return Optional.of(written);
    }

    private static String type(ToolChoiceMode mode) {
        return switch (mode) {
            case UNSAID, AUTO -> "auto";
            case REQUIRED -> "any";
            case NONE -> "none";
            case NAMED -> "tool";
        };
    }
}
