package sidecar.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
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
import sidecar.dialect.request.ToolDefinitions.ToolChoice;
import sidecar.dialect.request.ToolDefinitions.ToolChoiceMode;
import sidecar.dialect.request.ToolNames;
import sidecar.dialect.request.ToolNames.ClientTool;
import sidecar.json.Json;

/** Reads the tools of a chat request, also as they were called before: {@code functions}. Not thread-safe. */
final class ChatToolReader {

    private static final String FUNCTION = "function";
    private static final String ALLOWED = "allowed_tools";

    private final ToolNames names;
    private final Losses losses;
    private final Map<String, Tool> tools = new LinkedHashMap<>();

    ChatToolReader(ToolNames names, Losses losses) {
        this.names = names;
        this.losses = losses;
    }

    ToolDefinitions read(RequestObject body) throws InvalidRequestException {
        for (RequestObject tool : body.objects("tools")) {
            String type = tool.text("type").orElse(FUNCTION);
            if (type.equals(FUNCTION)) {
                add(member(tool), "tools.function.");
            } else {
                losses.changing(type);
            }
        }
        for (RequestObject function : body.objects("functions")) {
            add(function, "functions.");
        }
        ToolChoice choice = choice(body);
        return new ToolDefinitions(List.copyOf(tools.values()), choice, body.flag("parallel_tool_calls"));
    }

    /** One that is declared again is no second one; of two that differ nobody can tell which is meant. */
    private void add(RequestObject function, String path) throws InvalidRequestException {
        Tool tool = function(function, path);
        Tool other = tools.putIfAbsent(tool.name(), tool);
        if (other != null && !other.equals(tool)) {
            throw function.invalid("name", ToolNames.NAME_TAKEN);
        }
    }

    private Tool function(RequestObject function, String path) throws InvalidRequestException {
        Tool tool = new Tool(
                providerName(function),
                function.text("description"),
                function.object("parameters").map(RequestObject::node).orElseGet(ChatToolReader::noParameters),
                function.flag("strict"));
        function.ignore("cache_control");
        function.unknown().forEach(name -> losses.changing(path + name));
        return tool;
    }

    private static ObjectNode noParameters() {
        ObjectNode schema = Json.object().put("type", "object");
        schema.putObject("properties");
        return schema;
    }

    private ToolChoice choice(RequestObject body) throws InvalidRequestException {
        Optional<JsonNode> older = body.member("function_call");
        String name = body.member("tool_choice").isEmpty() && older.isPresent() ? "function_call" : "tool_choice";
        Optional<JsonNode> choice = body.member(name);
        if (choice.isEmpty()) {
            return ToolChoice.UNSAID;
        }
        if (choice.get().isTextual()) {
            return word(choice.get().textValue(), name);
        }
        if (!(choice.get() instanceof ObjectNode members)) {
            throw body.invalid(name, "must be a string or an object");
        }
        RequestObject object = new RequestObject(members, body.at(name));
        return name.equals("function_call") ? ToolChoice.named(providerName(object)) : chosen(object);
    }

    private ToolChoice word(String word, String name) {
        switch (word) {
            case "auto":
                return ToolChoice.of(ToolChoiceMode.AUTO);
            case "none":
                return ToolChoice.of(ToolChoiceMode.NONE);
            case "required":
                return ToolChoice.of(ToolChoiceMode.REQUIRED);
            default:
                losses.changing(name);
                return ToolChoice.UNSAID;
        }
    }

    private ToolChoice chosen(RequestObject choice) throws InvalidRequestException {
        String type = choice.requiredText("type");
        switch (type) {
            case FUNCTION:
                return ToolChoice.named(providerName(member(choice)));
            case ALLOWED:
                return allowed(choice.object(ALLOWED).orElseThrow(() -> choice.invalid(ALLOWED, "must be an object")));
            default:
                losses.changing(type);
                return ToolChoice.UNSAID;
        }
    }

    /** Some of the tools: the others are not given. */
    private ToolChoice allowed(RequestObject allowed) throws InvalidRequestException {
        Set<String> kept = new HashSet<>();
        for (RequestObject tool : allowed.objects("tools")) {
            if (tool.text("type").orElse(FUNCTION).equals(FUNCTION)) {
                kept.add(providerName(member(tool)));
            }
        }
        tools.keySet().retainAll(kept);
        return word(allowed.text("mode").orElse("auto"), ALLOWED);
    }

    private static RequestObject member(RequestObject tool) throws InvalidRequestException {
        return tool.object(FUNCTION).orElseThrow(() -> tool.invalid(FUNCTION, "must be an object"));
    }

    private String providerName(RequestObject function) throws InvalidRequestException {
        return names.providerName(ClientTool.function(function.requiredText("name")));
    }
}
