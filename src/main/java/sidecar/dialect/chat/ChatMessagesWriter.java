package sidecar.dialect.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import sidecar.dialect.MappingOptions;
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
import sidecar.dialect.request.Losses;
import sidecar.json.Json;

/** Writes the messages of one chat request. Not thread-safe; for one request. */
final class ChatMessagesWriter {

    private static final String BETWEEN = "\n\n";
    private static final String ERROR = "Error:";
    private static final String CONTENT = "content";

    /** The text of a result that is all pictures, which follow as the user's: providers take text only as a result. */
    static final String SEE_NEXT = "(see the next message)";

    /** Providers that want reasoning sent back refuse a call without any, and some of them an empty one. */
    private static final String NO_REASONING = " ";

    private final MappingOptions options;
    private final ChatPartWriter parts;
    private final ArrayNode messages = Json.array();

    /** What goes in front of the user's next words: pictures of results, then system texts. */
    private final List<ContentPart> heldMedia = new ArrayList<>();

    private final List<ContentPart> heldSystem = new ArrayList<>();

    ChatMessagesWriter(MappingOptions options, Losses losses) {
        this.options = options;
        this.parts = new ChatPartWriter(options, losses);
    }

    /** @param turns normalised */
    ArrayNode write(List<ConversationTurn> turns) {
        int front = writeFront(turns);
        for (ConversationTurn turn : turns.subList(front, turns.size())) {
            if (turn instanceof SystemTurn system) {
                writeLaterSystem(system);
            } else if (turn instanceof UserTurn user) {
                writeUser(user.parts());
            } else if (turn instanceof ToolResultTurn result) {
                writeResult(result);
            } else if (turn instanceof AssistantTurn assistant) {
                if (!heldMedia.isEmpty()) {
                    writeUser(List.of());
                }
                writeAssistant(assistant);
            }
        }
        if (!heldMedia.isEmpty() || !heldSystem.isEmpty()) {
            writeUser(List.of());
        }
        return messages;
    }

    /** The system texts at the front as one message; returns how many turns they were. */
    private int writeFront(List<ConversationTurn> turns) {
        List<String> texts = new ArrayList<>();
        int count = 0;
        while (count < turns.size() && turns.get(count) instanceof SystemTurn system) {
            texts.add(system.text());
            count++;
        }
        if (count > 0) {
            message("system").put(CONTENT, joined(texts));
        }
        return count;
    }

    private void writeLaterSystem(SystemTurn system) {
        if (options.systemOnlyFirst()) {
            heldSystem.add(new TextPart(system.text()));
        } else {
            message("system").put(CONTENT, system.text());
        }
    }

    private void writeUser(List<ContentPart> said) {
        List<ContentPart> all = new ArrayList<>(heldMedia);
        all.addAll(heldSystem);
        all.addAll(said);
        heldMedia.clear();
        heldSystem.clear();
        message("user").set(CONTENT, parts.content(all));
    }

    private void writeResult(ToolResultTurn result) {
        List<String> texts = new ArrayList<>();
        boolean media = false;
        for (ContentPart part : result.parts()) {
            if (part instanceof TextPart text) {
                texts.add(text.text());
            } else if (parts.canBeSent(part)) {
                heldMedia.add(part);
                media = true;
            }
        }
        String text = joined(texts);
        String said = text.isEmpty() && media ? SEE_NEXT : text;
        message("tool")
                .put("tool_call_id", result.callId())
                .put(CONTENT, result.error() && !said.startsWith(ERROR) ? ERROR + ' ' + said : said);
    }

    /** Nothing for a turn without text and calls: providers refuse it. */
    private void writeAssistant(AssistantTurn turn) {
        List<String> texts = new ArrayList<>();
        List<String> reasoning = new ArrayList<>();
        ArrayNode calls = Json.array();
        for (AssistantPart part : turn.parts()) {
            if (part instanceof AssistantText text) {
                texts.add(text.text());
            } else if (part instanceof ReasoningPart thought) {
                reasoning.add(thought.text());
            } else if (part instanceof ToolCallPart call) {
                calls.add(call(call));
            }
        }
        String text = joined(texts);
        if (text.isEmpty() && calls.isEmpty()) {
            return;
        }
        ObjectNode message = message("assistant").put(CONTENT, text.isEmpty() ? null : text);
        if (options.carryReasoning()) {
            writeReasoning(joined(reasoning), !calls.isEmpty(), message);
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
    }

    private static void writeReasoning(String reasoning, boolean calls, ObjectNode message) {
        if (!reasoning.isEmpty() || calls) {
            message.put("reasoning_content", reasoning.isEmpty() ? NO_REASONING : reasoning);
        }
    }

    private static ObjectNode call(ToolCallPart call) {
        ObjectNode written = Json.object().put("id", call.id()).put("type", "function");
        written.putObject("function").put("name", call.name()).put("arguments", call.arguments());
        return written;
    }

    private ObjectNode message(String role) {
        return messages.addObject().put("role", role);
    }

    private static String joined(List<String> texts) {
        return String.join(
                BETWEEN, texts.stream().filter(text -> !text.isEmpty()).toList());
    }
}
