package sidecar.dialect.responses;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sidecar.dialect.request.AssistantPart;
import sidecar.dialect.request.AssistantPart.AssistantText;
import sidecar.dialect.request.AssistantPart.ReasoningPart;
import sidecar.dialect.request.AssistantPart.ToolCallPart;
import sidecar.dialect.request.ContentPart;
import sidecar.dialect.request.ContentPart.TextPart;
import sidecar.dialect.request.ConversationTurn;
import sidecar.dialect.request.ConversationTurn.AssistantTurn;
import sidecar.dialect.request.ConversationTurn.SystemTurn;
import sidecar.dialect.request.ConversationTurn.ToolResultTurn;
import sidecar.dialect.request.ConversationTurn.UserTurn;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.RequestObject;
import sidecar.dialect.request.ToolNames;
import sidecar.dialect.request.ToolNames.ClientTool;
import sidecar.dialect.request.ToolNames.ToolKind;
import sidecar.json.Json;

/**
 * Reads instructions and input: items become turns, and what the model said in one go becomes one of them. Not
 * thread-safe; one for each request.
 */
final class ResponsesInputReader {

    /** Members of every item that say nothing to the model; an output's name and namespace repeat its call's. */
    static final Set<String> IGNORED = Set.of(
            "id",
            "status",
            "phase",
            "name",
            "namespace",
            "caller",
            "async",
            "summary",
            "internal_chat_message_metadata_passthrough");

    private static final String MESSAGE = "message";
    private static final String REFERENCE = "item_reference";

    private final ToolNames names;
    private final Losses losses;
    private final ResponsesContentReader contents;
    private final List<ConversationTurn> turns = new ArrayList<>();
    private final List<AssistantPart> assistant = new ArrayList<>();

    ResponsesInputReader(ToolNames names, Losses losses) {
        this.names = names;
        this.losses = losses;
        this.contents = new ResponsesContentReader(losses);
    }

    /** @param items of the input; none where it is a string */
    List<ConversationTurn> read(RequestObject request, List<RequestObject> items) throws InvalidRequestException {
        request.text("instructions").ifPresent(this::addSystem);
        if (request.node().path("input").isTextual()) {
            turns.add(new UserTurn(List.of(new TextPart(request.requiredText("input")))));
        }
        for (RequestObject item : items) {
            add(item);
        }
        endAssistant();
        return turns;
    }

    private void add(RequestObject item) throws InvalidRequestException {
        String type = type(item);
        switch (type) {
            case MESSAGE -> addMessage(item);
            case "reasoning" -> addReasoning(item);
            case "function_call" -> addCall(item, ToolKind.FUNCTION);
            case "custom_tool_call" -> addCall(item, ToolKind.CUSTOM);
            case "function_call_output", "custom_tool_call_output" -> addResult(item);
            case ResponsesToolsReader.ADDITIONAL_TOOLS -> {
                return;
            }
            default -> {
                losses.changing(type);
                return;
            }
        }
        ResponsesRequestReader.ignore(item, IGNORED);
        ResponsesRequestReader.nameUnknown(item, losses);
    }

    /** The type may be missing where the item can only be one thing. */
    static String type(RequestObject item) throws InvalidRequestException {
        Optional<String> type = item.text("type");
        if (type.isPresent()) {
            return type.get();
        }
        if (item.node().has("role")) {
            return MESSAGE;
        }
        if (item.node().size() == 1 && item.node().has("id")) {
            return REFERENCE;
        }
        throw item.invalid("type", "must be a string");
    }

    private void addMessage(RequestObject item) throws InvalidRequestException {
        String role = item.requiredText("role");
        List<ContentPart> parts = contents.read(item, "content");
        switch (role) {
            case "user" -> addUser(parts);
            case "system", "developer" -> addSystem(String.join("\n\n", contents.onlyTexts(parts)));
            case "assistant" -> contents.onlyTexts(parts).forEach(text -> say(new AssistantText(text)));
            default -> throw item.invalid("role", "must be user, assistant, system or developer");
        }
    }

    private void addUser(List<ContentPart> parts) {
        endAssistant();
        if (!parts.isEmpty()) {
            turns.add(new UserTurn(parts));
        }
    }

    private void addSystem(String text) {
        endAssistant();
        if (!text.isEmpty()) {
            turns.add(new SystemTurn(text));
        }
    }

    /** What only its issuer can read is left out, its summary too: it was not what the model thought. */
    private void addReasoning(RequestObject item) throws InvalidRequestException {
        Optional<String> own = item.text("encrypted_content").flatMap(CarriedReasoning::read);
        List<String> readable = contents.reasoning(item, "content");
        own.map(List::of).orElse(readable).stream()
                .filter(text -> !text.isEmpty())
                .forEach(text -> say(new ReasoningPart(text)));
    }

    private void addCall(RequestObject item, ToolKind kind) throws InvalidRequestException {
        ClientTool tool = new ClientTool(kind, item.requiredText("name"), item.text("namespace"));
        String arguments = kind == ToolKind.CUSTOM
                ? Json.write(Json.object().put(ResponsesToolsReader.INPUT, item.requiredText("input")))
                : item.text("arguments").orElse("");
        assistant.add(new ToolCallPart(item.requiredText("call_id"), names.providerName(tool), arguments));
    }

    /** Codex reports what other threads did as outputs of calls that no model made: they have a name, but no call. */
    private void addResult(RequestObject item) throws InvalidRequestException {
        endAssistant();
        boolean named = item.text("call_id").isEmpty() && item.text("name").isPresent();
        String call = item.requiredText(named ? "name" : "call_id");
        turns.add(new ToolResultTurn(call, contents.read(item, "output"), false));
    }

    /** What is said after a call is another turn: the call's result may belong between them. */
    private void say(AssistantPart part) {
        if (!assistant.isEmpty() && assistant.get(assistant.size() - 1) instanceof ToolCallPart) {
            endAssistant();
        }
        assistant.add(part);
    }

    private void endAssistant() {
        if (!assistant.isEmpty()) {
            turns.add(new AssistantTurn(assistant));
            assistant.clear();
        }
    }
}
