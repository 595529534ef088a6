package sidecar.dialect.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.ToolDefinitions;
import sidecar.dialect.request.ToolDefinitions.Tool;
import sidecar.dialect.request.ToolDefinitions.ToolChoice;
import sidecar.dialect.request.ToolDefinitions.ToolChoiceMode;
import sidecar.json.Json;

/** Writes {@code tools}, {@code tool_choice} and {@code parallel_tool_calls} of a chat request. */
final class ChatToolsWriter {

    private static final String TOOL_CHOICE = "tool_choice";

    private ChatToolsWriter() {}

    /** Without tools nothing is written: providers refuse a choice among none. */
    static void write(ToolDefinitions use, ObjectNode body, Losses losses) {
        if (!use.tools().isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            use.tools().forEach(tool -> tools.add(function(tool)));
            writeChoice(use, body, losses);
            // true is what all providers do by themselves, and some refuse to be told
            use.parallel().filter(parallel -> !parallel).ifPresent(parallel -> body.put("parallel_tool_calls", false));
        } else if (use.choice().mode() == ToolChoiceMode.REQUIRED
                || use.choice().mode() == ToolChoiceMode.NAMED) {
            losses.changing(TOOL_CHOICE);
        }
    }

    private static ObjectNode function(Tool tool) {
        ObjectNode function = Json.object().put("name", tool.name());
        tool.description().ifPresent(text -> function.put("description", text));
        function.set("parameters", tool.parameters());
        tool.strict().ifPresent(strict -> function.put("strict", strict));
        return wrapped(function);
    }

    private static void writeChoice(ToolDefinitions use, ObjectNode body, Losses losses) {
        ToolChoice choice = use.choice();
        switch (choice.mode()) {
            case UNSAID -> {}
            case AUTO -> body.put(TOOL_CHOICE, "auto");
            case REQUIRED -> body.put(TOOL_CHOICE, "required");
            case NONE -> body.put(TOOL_CHOICE, "none");
            case NAMED -> {
                String name = choice.tool().orElseThrow();
                if (use.tools().stream().anyMatch(tool -> tool.name().equals(name))) {
                    body.set(TOOL_CHOICE, wrapped(Json.object().put("name", name)));
                } else {
                    losses.changing(TOOL_CHOICE);
                }
            }
        }
    }

    private static ObjectNode wrapped(ObjectNode function) {
        ObjectNode wrapped = Json.object().put("type", "function");
        wrapped.set("function", function);
        return wrapped;
    }
}
