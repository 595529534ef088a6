package sidecar.dialect.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.RequestObject;
import sidecar.dialect.request.ToolDefinitions;
import sidecar.dialect.request.ToolDefinitions.Tool;
import sidecar.dialect.request.ToolNames;
import sidecar.dialect.request.ToolNames.ClientTool;
import sidecar.dialect.request.ToolNames.ToolKind;
import sidecar.json.Json;

/**
 * Reads the tools of a request and how they are chosen. A custom tool, which takes free text, becomes a function of one
 * string; tools in a namespace stand beside the others; hosted ones are lost. Not thread-safe; one for each request.
 */
final class ResponsesToolsReader {

    /** The one argument of a custom tool. */
    static final String INPUT = "input";

    /** A kind of tool that holds others. */
    static final String NAMESPACE = "namespace";

    /** An item of the input that declares tools, as Codex sends it. */
    static final String ADDITIONAL_TOOLS = "additional_tools";

    /** Items of the input that declare tools. */
    static final Set<String> DECLARING_ITEMS = Set.of(ADDITIONAL_TOOLS, "tool_search_output");

    /** Members that are about when a tool is shown to the model, which is always. */
    static final Set<String> IGNORED = Set.of("type", "defer_loading");

    private final ToolNames names;
    private final Losses losses;
    private final Map<ClientTool, Tool> tools = new LinkedHashMap<>();

    ResponsesToolsReader(ToolNames names, Losses losses) {
        this.names = names;
        this.losses = losses;
    }

    ToolDefinitions read(RequestObject request, List<RequestObject> items) throws InvalidRequestException {
        for (RequestObject tool : request.objects("tools")) {
            add(tool);
        }
        for (RequestObject item : items) {
            if (DECLARING_ITEMS.contains(ResponsesInputReader.type(item))) {
                for (RequestObject tool : item.objects("tools")) {
                    add(tool);
                }
            }
        }
        return new ToolChoiceReader(names, losses, tools).read(request);
    }

    private void add(RequestObject tool) throws InvalidRequestException {
        if (tool.requiredText("type").equals(NAMESPACE)) {
            addNamespace(tool);
        } else {
            addTool(tool, Optional.empty(), Optional.empty());
        }
    }

    /** What is said of the namespace goes with its first tool: once, like there. */
    private void addNamespace(RequestObject namespace) throws InvalidRequestException {
        Optional<String> name = Optional.of(namespace.requiredText("name"));
        Optional<String> about = namespace
                .text("description")
                .filter(text -> !text.isBlank())
                .map(text -> "All tools of " + name.get() + ": " + text);
        for (RequestObject tool : namespace.objects("tools")) {
            if (addTool(tool, name, about)) {
                about = Optional.empty();
            }
        }
        ResponsesRequestReader.ignore(namespace, IGNORED);
        ResponsesRequestReader.nameUnknown(namespace, losses);
    }

    private boolean addTool(RequestObject tool, Optional<String> namespace, Optional<String> about)
            throws InvalidRequestException {
        String type = tool.requiredText("type");
        if (!type.equals("function") && !type.equals("custom")) {
            losses.changing(type);
            return false;
        }
        ToolKind kind = type.equals("custom") ? ToolKind.CUSTOM : ToolKind.FUNCTION;
        ClientTool client = new ClientTool(kind, tool.requiredText("name"), namespace);
        List<String> description = new ArrayList<>();
        about.ifPresent(description::add);
        tool.text("description").ifPresent(description::add);
        Tool read = kind == ToolKind.CUSTOM ? custom(client, tool, description) : function(client, tool, description);
        Tool other = tools.putIfAbsent(client, read);
        // Codex declares one again that it has declared before, which is no second one
        if (other != null && !other.equals(read)) {
            throw tool.invalid("name", ToolNames.NAME_TAKEN);
        }
        ResponsesRequestReader.ignore(tool, IGNORED);
        ResponsesRequestReader.nameUnknown(tool, losses);
        return true;
    }

    private Tool function(ClientTool client, RequestObject tool, List<String> description)
            throws InvalidRequestException {
        ObjectNode parameters =
                tool.object("parameters").map(RequestObject::node).orElseGet(ResponsesToolsReader::noParameters);
        return new Tool(names.providerName(client), joined(description), parameters, tool.flag("strict"));
    }

    private Tool custom(ClientTool client, RequestObject tool, List<String> description)
            throws InvalidRequestException {
        description.add("The text goes into the string argument `" + INPUT + "` just as it is.");
        Optional<RequestObject> format = tool.object("format");
        if (format.isPresent()) {
            description.add(told(format.get()));
        }
        ObjectNode parameters = noParameters();
        parameters.withObjectProperty("properties").putObject(INPUT).put("type", "string");
        parameters.putArray("required").add(INPUT);
        parameters.put("additionalProperties", false);
        return new Tool(names.providerName(client), joined(description), parameters, Optional.empty());
    }

    /** The format that a custom tool's text must have, for the model to read: nobody else can be made to force it. */
    private static String told(RequestObject format) throws InvalidRequestException {
        StringBuilder told = new StringBuilder("Format of `" + INPUT + "`: " + format.requiredText("type"));
        format.text("syntax").ifPresent(syntax -> told.append(", syntax ").append(syntax));
        format.text("definition").ifPresent(definition -> told.append("\n").append(definition));
        return told.toString();
    }

    private static ObjectNode noParameters() {
        ObjectNode parameters = Json.object().put("type", "object");
        parameters.putObject("properties");
        return parameters;
    }

    private static Optional<String> joined(List<String> description) {
        return description.isEmpty() ? Optional.empty() : Optional.of(String.join("\n\n", description));
    }
}
