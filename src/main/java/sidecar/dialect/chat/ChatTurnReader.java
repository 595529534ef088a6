package sidecar.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.dialect.request.AssistantPart;
import sidecar.dialect.request.AssistantPart.AssistantText;
import sidecar.dialect.request.AssistantPart.ReasoningPart;
import sidecar.dialect.request.AssistantPart.ToolCallPart;
import sidecar.dialect.request.ContentPart;
import sidecar.dialect.request.ContentPart.FilePart;
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

/** Reads the {@code messages} of a chat request. For one request; not thread-safe. */
final class ChatTurnReader {

    /** Members of a message that say nothing to the model, in any dialect. */
    static final List<String> IGNORED = List.of("annotations", "cache_control");

    private static final String PATH = "messages.";
    private static final String NO_ARGUMENTS = "{}";

    private final ToolNames names;
    private final Losses losses;
    private final ChatContentReader contents;
    private final List<ConversationTurn> turns = new ArrayList<>();
    private final Map<String, String> lastCallOfFunction = new HashMap<>();

    ChatTurnReader(ToolNames names, Losses losses) {
        this.names = names;
        this.losses = losses;
        this.contents = new ChatContentReader(losses);
    }

    List<ConversationTurn> read(RequestObject body) throws InvalidRequestException {
        if (body.member("messages")
                .filter(found -> found.isArray() && !found.isEmpty())
                .isEmpty()) {
            throw body.invalid("messages", "must be an array with at least one message");
        }
        for (RequestObject message : body.objects("messages")) {
            read(message, message.requiredText("role"));
            message.ignore(IGNORED.toArray(String[]::new));
            message.unknown().forEach(name -> losses.changing(PATH + name));
        }
        return turns;
    }

    private void read(RequestObject message, String role) throws InvalidRequestException {
        switch (role) {
            case "system", "developer" -> texts(message).forEach(text -> turns.add(new SystemTurn(text)));
            case "user" -> user(message);
            case "assistant" -> assistant(message);
            case "tool" -> {
                message.ignore("name");
                result(message, message.requiredText("tool_call_id"));
            }
            case "function" -> {
                String name = message.requiredText("name");
                result(message, lastCallOfFunction.getOrDefault(name, name));
            }
            default -> throw message.invalid("role", "must be system, developer, user, assistant, tool or function");
        }
    }

    private void user(RequestObject message) throws InvalidRequestException {
        if (message.member("content").isEmpty()) {
            throw message.invalid("content", "must be a string or an array");
        }
        List<ContentPart> parts = contents.parts(message);
        if (!parts.isEmpty()) {
            turns.add(new UserTurn(parts));
        }
    }

    private void result(RequestObject message, String callId) throws InvalidRequestException {
        turns.add(new ToolResultTurn(callId, contents.parts(message), false));
    }

    private void assistant(RequestObject message) throws InvalidRequestException {
        List<AssistantPart> parts = new ArrayList<>();
        reasoning(message).ifPresent(text -> parts.add(new ReasoningPart(text)));
        texts(message).forEach(text -> parts.add(new AssistantText(text)));
        message.text("refusal").ifPresent(text -> parts.add(new AssistantText(text)));
        for (RequestObject call : message.objects("tool_calls")) {
            toolCall(call).ifPresent(parts::add);
        }
        Optional<RequestObject> older = message.object("function_call");
        if (older.isPresent()) {
            parts.add(functionCall(older.get()));
        }
        turns.add(new AssistantTurn(parts));
    }

    /** Both names are in use, and some clients put both. What is no text under them is no reasoning of this form. */
    private static Optional<String> reasoning(RequestObject message) {
        Optional<JsonNode> newer = message.member("reasoning_content");
        Optional<JsonNode> other = message.member("reasoning");
        return newer.or(() -> other)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .filter(text -> !text.isEmpty());
    }

    private Optional<AssistantPart> toolCall(RequestObject call) throws InvalidRequestException {
        String type = call.text("type").orElse("function");
        if (!type.equals("function")) {
            losses.changing(type);
            return Optional.empty();
        }
        String id = call.requiredText("id");
        RequestObject function =
                call.object("function").orElseThrow(() -> call.invalid("function", "must be an object"));
        return Optional.of(call(id, function));
    }

    /** A call as it was before calls had ids: its result names the function. */
    private AssistantPart functionCall(RequestObject function) throws InvalidRequestException {
        String id = "call_" + turns.size();
        lastCallOfFunction.put(function.requiredText("name"), id);
        return call(id, function);
    }

    private AssistantPart call(String id, RequestObject function) throws InvalidRequestException {
        String name = names.providerName(ClientTool.function(function.requiredText("name")));
        return new ToolCallPart(id, name, function.text("arguments").orElse(NO_ARGUMENTS));
    }

    /** The texts of a message that can hold nothing else; none that is empty. */
    private List<String> texts(RequestObject message) throws InvalidRequestException {
        List<String> texts = new ArrayList<>();
        for (ContentPart part : contents.parts(message)) {
            if (!(part instanceof TextPart text)) {
                losses.changing(part instanceof FilePart ? ChatContentReader.FILE : ChatContentReader.IMAGE);
            } else if (!text.text().isEmpty()) {
                texts.add(text.text());
            }
        }
        return texts;
    }
}
