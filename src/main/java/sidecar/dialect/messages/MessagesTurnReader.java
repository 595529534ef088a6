package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
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
import sidecar.dialect.request.ToolCallIds;
import sidecar.dialect.request.ToolNames;
import sidecar.dialect.request.ToolNames.ClientTool;
import sidecar.json.Json;

/** Reads what was said: {@code system} and {@code messages}. */
final class MessagesTurnReader {

    /** A block of Claude Code that changes with every request: it would make every prompt a new one for a cache. */
    static final String BILLING_HEADER = "x-anthropic-billing-header";

    /** Blocks of the model's turns that only their issuer can read. */
    static final Set<String> OPAQUE_KINDS = Set.of("redacted_thinking");

    /** Members of such blocks that mean nothing to others: who may read the thoughts, and who made the call. */
    static final Set<String> IGNORED = Set.of(MessagesRequestReader.CACHE_CONTROL, "signature", "caller");

    private final ToolNames names;
    private final Losses losses;
    private final MessagesPartReader parts;

    MessagesTurnReader(ToolNames names, Losses losses) {
        this.names = names;
        this.losses = losses;
        this.parts = new MessagesPartReader(losses);
    }

    List<ConversationTurn> read(RequestObject request) throws InvalidRequestException {
        List<ConversationTurn> turns = new ArrayList<>();
        if (request.member("system").isPresent()) {
            turns.addAll(system(request, "system"));
        }
        if (request.member("messages")
                .filter(list -> list.isArray() && !list.isEmpty())
                .isEmpty()) {
            throw request.invalid("messages", "must be an array with at least one message");
        }
        for (RequestObject message : request.objects("messages")) {
            switch (message.requiredText("role")) {
                case "user" -> turns.addAll(user(message));
                case "assistant" -> turns.add(assistant(message));
                case "system" -> turns.addAll(system(message, "content"));
                default -> throw message.invalid("role", "must be user, assistant or system");
            }
            message.ignore(MessagesRequestReader.CACHE_CONTROL);
            MessagesMemberLosses.addUnknown(message, losses);
        }
        return turns;
    }

    /** None when nothing is said. */
    private List<ConversationTurn> system(RequestObject holder, String name) throws InvalidRequestException {
        List<String> texts = new ArrayList<>();
        for (RequestObject block : MessagesPartReader.blocks(holder, name)) {
            String kind = MessagesPartReader.kind(block);
            if (!kind.equals("text")) {
                losses.changing(kind);
            } else {
                texts.addAll(texts(parts.read(block).orElseThrow()));
            }
        }
        boolean blocks = holder.member(name).orElseThrow().isArray();
        texts.removeIf(text -> text.isEmpty() || (blocks && text.startsWith(BILLING_HEADER)));
        return texts.isEmpty() ? List.of() : List.of(new SystemTurn(String.join("\n\n", texts)));
    }

    private static List<String> texts(List<ContentPart> parts) {
        List<String> texts = new ArrayList<>();
        for (ContentPart part : parts) {
            if (part instanceof TextPart text) {
                texts.add(text.text());
            }
        }
        return texts;
    }

    /** Results first: they answer the calls before, whatever else the user says. */
    private List<ConversationTurn> user(RequestObject message) throws InvalidRequestException {
        List<ConversationTurn> turns = new ArrayList<>();
        List<ContentPart> said = new ArrayList<>();
        for (RequestObject block : MessagesPartReader.blocks(message, "content")) {
            String kind = MessagesPartReader.kind(block);
            if (kind.equals("tool_result")) {
                turns.add(toolResult(block));
            } else {
                parts.read(block).ifPresentOrElse(said::addAll, () -> losses.changing(kind));
            }
        }
        if (said.isEmpty() && turns.isEmpty()) {
            said.add(new TextPart(""));
        }
        if (!said.isEmpty()) {
            turns.add(new UserTurn(said));
        }
        return turns;
    }

    private ToolResultTurn toolResult(RequestObject block) throws InvalidRequestException {
        String id = ToolCallIds.fromMessages(block.requiredText("tool_use_id"));
        boolean error = block.flag("is_error").orElse(false);
        List<ContentPart> said = new ArrayList<>();
        if (block.member("content").isPresent()) {
            for (RequestObject inner : MessagesPartReader.blocks(block, "content")) {
                said.addAll(parts.read(inner).orElseGet(() -> List.of(new TextPart(Json.write(inner.node())))));
            }
        }
        block.ignore(MessagesRequestReader.CACHE_CONTROL);
        MessagesMemberLosses.addUnknown(block, losses);
        return new ToolResultTurn(id, said, error);
    }

    private AssistantTurn assistant(RequestObject message) throws InvalidRequestException {
        List<AssistantPart> said = new ArrayList<>();
        for (RequestObject block : MessagesPartReader.blocks(message, "content")) {
            String kind = MessagesPartReader.kind(block);
            switch (kind) {
                case "text" ->
                    texts(parts.read(block).orElseThrow()).forEach(text -> said.add(new AssistantText(text)));
                case "thinking" -> said.add(new ReasoningPart(block.requiredText("thinking")));
                case "tool_use" -> said.add(toolCall(block));
                default -> {
                    if (!OPAQUE_KINDS.contains(kind)) {
                        losses.changing(kind);
                    }
                    continue;
                }
            }
            block.ignore(IGNORED.toArray(String[]::new));
            MessagesMemberLosses.addUnknown(block, losses);
        }
        return new AssistantTurn(said);
    }

    private ToolCallPart toolCall(RequestObject block) throws InvalidRequestException {
        String id = ToolCallIds.fromMessages(block.requiredText("id"));
        String name = names.providerName(ClientTool.function(block.requiredText("name")));
        ObjectNode input = block.object("input").map(RequestObject::node).orElseGet(Json::object);
        return new ToolCallPart(id, name, Json.write(input));
    }
}
