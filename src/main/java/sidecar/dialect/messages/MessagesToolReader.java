package sidecar.dialect.messages;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.RequestObject;
import sidecar.dialect.request.ToolDefinitions;
import sidecar.dialect.request.ToolDefinitions.Tool;
import sidecar.dialect.request.ToolDefinitions.ToolChoice;
import sidecar.dialect.request.ToolDefinitions.ToolChoiceMode;
import sidecar.dialect.request.ToolNames;
import sidecar.dialect.request.ToolNames.ClientTool;

/** Reads {@code tools} and {@code tool_choice}. */
final class MessagesToolReader {

    private static final String CUSTOM = "custom";

    /** Members of a tool that say how it travels, not what it is. */
    static final Set<String> IGNORED = Set.of(MessagesRequestReader.CACHE_CONTROL, "eager_input_streaming");

    /** Members of a tool without which the model still sees all of it: nothing is loaded later. */
    static final Set<String> HARMLESS = Set.of("defer_loading");

    private final ToolNames names;
    private final Losses losses;

    MessagesToolReader(ToolNames names, Losses losses) {
        this.names = names;
        this.losses = losses;
    }

    ToolDefinitions read(RequestObject request) throws InvalidRequestException {
        List<Tool> tools = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (RequestObject tool : request.objects("tools")) {
            String kind = tool.text("type").orElse(CUSTOM);
            if (!kind.equals(CUSTOM)) {
                losses.changing(kind);
            } else {
                tools.add(custom(tool, seen));
            }
        }
        Optional<RequestObject> choice = request.object("tool_choice");
        return choice.isEmpty()
                ? new ToolDefinitions(tools, ToolChoice.UNSAID, Optional.empty())
                : new ToolDefinitions(tools, choice(choice.get()), parallel(choice.get()));
    }

    private Tool custom(RequestObject tool, Set<String> seen) throws InvalidRequestException {
        String name = tool.requiredText("name");
        if (!seen.add(name)) {
            throw tool.invalid("name", ToolNames.NAME_TAKEN);
        }
        Tool read = new Tool(
                names.providerName(ClientTool.function(name)),
                tool.text("description"),
                tool.object("input_schema")
                        .orElseThrow(() -> tool.invalid("input_schema", "must be an object"))
                        .node(),
                tool.flag("strict"));
        tool.ignore(IGNORED.toArray(String[]::new));
        for (String member : HARMLESS) {
            if (tool.flag(member).orElse(false)) {
                losses.harmless(MessagesMemberLosses.dottedPath(tool, member));
            }
        }
        MessagesMemberLosses.addUnknown(tool, losses);
        return read;
    }

    private ToolChoice choice(RequestObject choice) throws InvalidRequestException {
        return switch (choice.requiredText("type")) {
            case "auto" -> ToolChoice.of(ToolChoiceMode.AUTO);
            case "any" -> ToolChoice.of(ToolChoiceMode.REQUIRED);
            case "none" -> ToolChoice.of(ToolChoiceMode.NONE);
            case "tool" -> ToolChoice.named(names.providerName(ClientTool.function(choice.requiredText("name"))));
            default -> {
                losses.changing("tool_choice");
                yield ToolChoice.UNSAID;
            }
        };
    }

    private static Optional<Boolean> parallel(RequestObject choice) throws InvalidRequestException {
        return choice.flag("disable_parallel_tool_use").map(disabled -> !disabled);
    }
}
