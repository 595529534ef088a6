package sidecar.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.RequestObject;
import sidecar.dialect.request.ToolDefinitions;
import sidecar.dialect.request.ToolDefinitions.Tool;
import sidecar.dialect.request.ToolDefinitions.ToolChoice;
import sidecar.dialect.request.ToolDefinitions.ToolChoiceMode;
import sidecar.dialect.request.ToolNames;
import sidecar.dialect.request.ToolNames.ClientTool;
import sidecar.dialect.request.ToolNames.ToolKind;

/** Reads {@code tool_choice}: a choice of a tool that is lost is lost too. */
final class ToolChoiceReader {

    private static final String CHOICE = "tool_choice";

    private static final Map<String, ToolChoiceMode> MODES =
            Map.of("auto", ToolChoiceMode.AUTO, "required", ToolChoiceMode.REQUIRED, "none", ToolChoiceMode.NONE);

    private static final Map<String, ToolKind> KINDS = Map.of("function", ToolKind.FUNCTION, "custom", ToolKind.CUSTOM);

    private final ToolNames names;
    private final Losses losses;
    private final Map<ClientTool, Tool> tools;

    /** @param tools that are left of the request's */
    ToolChoiceReader(ToolNames names, Losses losses, Map<ClientTool, Tool> tools) {
        this.names = names;
        this.losses = losses;
        this.tools = tools;
    }

    ToolDefinitions read(RequestObject request) throws InvalidRequestException {
        Optional<Boolean> parallel = request.flag("parallel_tool_calls");
        Optional<JsonNode> choice = request.member(CHOICE);
        List<Tool> all = List.copyOf(tools.values());
        if (choice.isEmpty()) {
            return new ToolDefinitions(all, ToolChoice.UNSAID, parallel);
        }
        if (choice.get().isTextual()) {
            return new ToolDefinitions(
                    all, chosen(mode(request, CHOICE, choice.get().textValue()), all), parallel);
        }
        if (!choice.get().isObject()) {
            throw request.invalid(CHOICE, "must be a string or an object");
        }
        RequestObject object = request.object(CHOICE).orElseThrow();
        return object.requiredText("type").equals("allowed_tools")
                ? allowed(object, all, parallel)
                : new ToolDefinitions(all, named(object), parallel);
    }

    private static ToolChoiceMode mode(RequestObject object, String name, String word) throws InvalidRequestException {
        ToolChoiceMode mode = MODES.get(word);
        if (mode == null) {
            throw object.invalid(name, "must be auto, required or none");
        }
        return mode;
    }

    /** Nobody can be made to call one of no tools. */
    private ToolChoice chosen(ToolChoiceMode mode, List<Tool> left) {
        return mode == ToolChoiceMode.REQUIRED && left.isEmpty() ? lost() : ToolChoice.of(mode);
    }

    private ToolChoice named(RequestObject choice) throws InvalidRequestException {
        List<ClientTool> found = find(choice);
        return found.isEmpty() ? lost() : ToolChoice.named(names.providerName(found.get(0)));
    }

    private ToolChoice lost() {
        losses.changing(CHOICE);
        return ToolChoice.of(ToolChoiceMode.AUTO);
    }

    /** Only some of the tools may be called: the others are left out. */
    private ToolDefinitions allowed(RequestObject choice, List<Tool> all, Optional<Boolean> parallel)
            throws InvalidRequestException {
        ToolChoiceMode mode = mode(choice, "mode", choice.text("mode").orElse("auto"));
        Set<ClientTool> allowed = new HashSet<>();
        for (RequestObject entry : choice.objects("tools")) {
            allowed.addAll(find(entry));
        }
        List<Tool> left = tools.entrySet().stream()
                .filter(tool -> allowed.contains(tool.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        if (!left.isEmpty()) {
            return new ToolDefinitions(left, ToolChoice.of(mode), parallel);
        }
        if (mode == ToolChoiceMode.REQUIRED) {
            losses.changing(CHOICE);
        }
        return new ToolDefinitions(all, ToolChoice.of(ToolChoiceMode.NONE), parallel);
    }

    /** The tools that are meant; none where they are lost, or were never there. */
    private List<ClientTool> find(RequestObject named) throws InvalidRequestException {
        String type = named.requiredText("type");
        ToolKind kind = KINDS.get(type);
        if (kind == null && !type.equals(ResponsesToolsReader.NAMESPACE)) {
            return List.of();
        }
        String name = named.requiredText("name");
        if (kind == null) {
            return find(tool -> tool.namespace().filter(name::equals).isPresent());
        }
        Optional<String> namespace = named.text("namespace");
        return find(tool -> tool.kind() == kind
                && tool.name().equals(name)
                && (namespace.isEmpty() || namespace.equals(tool.namespace())));
    }

    private List<ClientTool> find(Predicate<ClientTool> meant) {
        return tools.keySet().stream().filter(meant).toList();
    }
}
