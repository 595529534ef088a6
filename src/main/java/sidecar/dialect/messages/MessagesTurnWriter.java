package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import sidecar.dialect.request.AssistantPart;
import sidecar.dialect.request.AssistantPart.AssistantText;
import sidecar.dialect.request.AssistantPart.ToolCallPart;
import sidecar.dialect.request.ContentPart;
import sidecar.dialect.request.ConversationTurn;
import sidecar.dialect.request.ConversationTurn.AssistantTurn;
import sidecar.dialect.request.ConversationTurn.SystemTurn;
import sidecar.dialect.request.ConversationTurn.ToolResultTurn;
import sidecar.dialect.request.ConversationTurn.UserTurn;
import sidecar.dialect.request.Losses;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/**
 * Writes {@code system} and {@code messages}. Anthropic refuses blank texts, a first message that is not the user's and, since Claude
 * 4.6, a last one that is not: what is blank is left out, and where the user's message is missing a text stands for it. For one
 * request; not thread-safe.
 */
final class MessagesTurnWriter {

    /** In front of a conversation that begins with the model. */
    static final String BEFORE_FIRST = "(continued)";

    /** Behind one that ends with the model, and instead of one in which nothing was said. */
    static final String AFTER_LAST = "(continue)";

    /** What a failed tool said that said nothing: Anthropic wants to be told. */
    static final String SILENT_ERROR = "(no message)";

    private static final String USER = "user";
    private static final String ASSISTANT = "assistant";

    private final Losses losses;
    private final MessagesMediaWriter media;
    private final ToolUseIds ids = new ToolUseIds();
    private final ArrayNode system = Json.array();
    private final ArrayNode messages = Json.array();

    MessagesTurnWriter(Losses losses) {
        this.losses = losses;
        this.media = new MessagesMediaWriter(losses);
    }

    /** @param turns as they were normalised */
    void write(List<ConversationTurn> turns, ObjectNode body) {
        int leading = leadingSystemTurns(turns);
        for (ConversationTurn turn : turns.subList(0, leading)) {
            addText(((SystemTurn) turn).text(), system);
        }
        turns.subList(leading, turns.size()).forEach(this::write);
        if (!lastRole().equals(USER)) {
            add(USER, text(AFTER_LAST));
        }
        if (!system.isEmpty()) {
            body.set("system", system);
        }
        body.set("messages", messages);
    }

    /** None where all are: one of them must be answered. */
    private static int leadingSystemTurns(List<ConversationTurn> turns) {
        int leading = 0;
        while (leading < turns.size() && turns.get(leading) instanceof SystemTurn) {
            leading++;
        }
        return leading < turns.size() ? leading : 0;
    }

    private void write(ConversationTurn turn) {
        if (turn instanceof SystemTurn instructions) {
            add(USER, text(instructions.text()));
        } else if (turn instanceof UserTurn user) {
            add(USER, content(user.parts()));
        } else if (turn instanceof ToolResultTurn result) {
            add(USER, Json.array().add(toolResult(result)));
        } else if (turn instanceof AssistantTurn assistant) {
            assistant(assistant.parts());
        }
    }

    /** Adds to the last message where it is the same one's: roles alternate. */
    private void add(String role, ArrayNode blocks) {
        if (blocks.isEmpty()) {
            return;
        }
        if (messages.isEmpty() && role.equals(ASSISTANT)) {
            add(USER, text(BEFORE_FIRST));
        }
        if (!lastRole().equals(role)) {
            messages.addObject().put("role", role).putArray("content");
        }
        ((ArrayNode) messages.get(messages.size() - 1).get("content")).addAll(blocks);
    }

    private String lastRole() {
        return messages.path(messages.size() - 1).path("role").asText("");
    }

    /** Calls stand last, whatever was said between them. */
    private void assistant(List<AssistantPart> parts) {
        ids.nextTurn();
        ArrayNode texts = Json.array();
        ArrayNode calls = Json.array();
        for (AssistantPart part : parts) {
            if (part instanceof AssistantText said) {
                addText(said.text(), texts);
            } else if (part instanceof ToolCallPart call) {
                calls.add(toolUse(call));
            }
        }
        add(ASSISTANT, texts.addAll(calls));
    }

    private ObjectNode toolUse(ToolCallPart call) {
        ObjectNode written = Json.object()
                .put("type", "tool_use")
                .put("id", ids.ofCall(call.id()))
                .put("name", call.name());
        return written.set("input", input(call.arguments()));
    }

    private ObjectNode input(String arguments) {
        Optional<ObjectNode> input = arguments.isBlank() ? Optional.of(Json.object()) : object(arguments);
        if (input.isEmpty()) {
            losses.changing("tool_calls.arguments");
        }
        return input.orElseGet(Json::object);
    }

    private static Optional<ObjectNode> object(String arguments) {
        try {
            JsonNode read = Json.read(arguments);
            return read instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (MalformedJsonException malformed) {
            return Optional.empty();
        }
    }

    private ObjectNode toolResult(ToolResultTurn result) {
        ObjectNode written = Json.object().put("type", "tool_result").put("tool_use_id", ids.ofResult(result.callId()));
        ArrayNode content = content(result.parts());
        if (result.error()) {
            written.put("is_error", true);
        }
        if (result.error() && content.isEmpty()) {
            addText(SILENT_ERROR, content);
        }
        if (!content.isEmpty()) {
            written.set("content", content);
        }
        return written;
    }

    private ArrayNode content(List<ContentPart> parts) {
        ArrayNode blocks = Json.array();
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.TextPart text) {
                addText(text.text(), blocks);
            } else {
                media.block(part).ifPresent(blocks::add);
            }
        }
        return blocks;
    }

    private static ArrayNode text(String text) {
        ArrayNode blocks = Json.array();
        addText(text, blocks);
        return blocks;
    }

    private static void addText(String text, ArrayNode blocks) {
        if (!text.isBlank()) {
            blocks.addObject().put("type", "text").put("text", text);
        }
    }
}
