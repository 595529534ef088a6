package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sidecar.dialect.answer.Answer;
import sidecar.dialect.answer.Answer.WholeBlock;
import sidecar.dialect.answer.AnswerBlock;
import sidecar.dialect.answer.AnswerBlock.ReasoningBlock;
import sidecar.dialect.answer.AnswerBlock.TextBlock;
import sidecar.dialect.answer.AnswerBlock.ToolCallBlock;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.AnswerReader;
import sidecar.dialect.answer.InvalidAnswerException;
import sidecar.dialect.answer.StopReason;
import sidecar.json.Json;
import sidecar.ledger.Usage;

/**
 * Reads Anthropic's message, or the events of its stream. Texts, thinking and calls of the client's tools are read; signatures,
 * redacted thinking, citations, and what Anthropic's own tools did are left out.
 */
public final class MessagesAnswerReader implements AnswerReader {

    private enum ReadingState {
        EMPTY,
        BEGUN,
        ENDED
    }

    private final String requestId;
    private ReadingState state = ReadingState.EMPTY;
    private @Nullable MessagesStreamBlock block;
    private int openIndex;
    private int calls;
    private @Nullable InvalidAnswerException cutCall;
    private MessagesEnd end = MessagesEnd.UNSAID;
    private Optional<Usage> usage = Optional.empty();

    /** @param requestId from which ids of calls without an id are made */
    public MessagesAnswerReader(String requestId) {
        this.requestId = requestId;
    }

    @Override
    public List<AnswerEvent> read(ObjectNode event) throws InvalidAnswerException {
        List<AnswerEvent> events = new ArrayList<>();
        String type = event.path("type").asText("");
        if (state == ReadingState.ENDED || type.equals("ping")) {
            return events;
        }
        switch (type) {
            case "message_start" -> {
                begin(events);
                addUsage(event.path("message").path("usage"));
            }
            case "content_block_start" -> start(event, events);
            case "content_block_delta" -> delta(event, events);
            case "content_block_stop" -> {
                if (isOpen(event)) {
                    closeBlock(events);
                }
            }
            case "message_delta" -> {
                begin(events);
                end = end.or(MessagesEnd.read(event.path("delta")));
                addUsage(event.path("usage"));
            }
            case "message_stop" -> finish(events);
            case "error" ->
                throw new InvalidAnswerException("an error in the stream: "
                        + event.path("error").path("message").asText("without a message"));
            default -> {}
        }
        return events;
    }

    private void begin(List<AnswerEvent> events) {
        if (state == ReadingState.EMPTY) {
            state = ReadingState.BEGUN;
            events.add(new AnswerEvent.Began());
        }
    }

    private void addUsage(JsonNode reported) {
        MessagesUsage.read(reported)
                .ifPresent(now -> usage =
                        Optional.of(usage.map(before -> before.atLeast(now)).orElse(now)));
    }

    private void start(ObjectNode event, List<AnswerEvent> events) throws InvalidAnswerException {
        begin(events);
        closeBlock(events);
        JsonNode content = event.path("content_block");
        openIndex = event.path("index").asInt(openIndex + 1);
        block = switch (content.path("type").asText("")) {
            case "text" -> new StreamedText(new TextBlock(), "text");
            case "thinking" -> new StreamedText(new ReasoningBlock(), "thinking");
            case "tool_use" -> new StreamedCall(call(content), content.path("input"));
            default -> MessagesStreamBlock.SKIPPED;
        };
        block.start(content, events);
    }

    private void delta(ObjectNode event, List<AnswerEvent> events) throws InvalidAnswerException {
        MessagesStreamBlock open = block;
        if (open == null || !isOpen(event)) {
            throw new InvalidAnswerException("a delta for a content block that is not open");
        }
        open.delta(event.path("delta"), events);
    }

    private boolean isOpen(ObjectNode event) {
        return event.path("index").asInt(openIndex) == openIndex;
    }

    private void closeBlock(List<AnswerEvent> events) throws InvalidAnswerException {
        MessagesStreamBlock open = block;
        block = null;
        if (open != null) {
            Optional<InvalidAnswerException> cut = open.stop(events);
            cutCall = cut.orElse(cutCall);
        }
    }

    /** A call may only be cut where the whole answer was: for want of room, or because it was refused. */
    private void finish(List<AnswerEvent> events) throws InvalidAnswerException {
        begin(events);
        closeBlock(events);
        StopReason reason = end.reason(calls > 0);
        InvalidAnswerException cut = cutCall;
        if (cut != null && reason != StopReason.MAX_TOKENS && reason != StopReason.CONTENT_FILTER) {
            throw cut;
        }
        state = ReadingState.ENDED;
        events.add(new AnswerEvent.Finished(reason, end.sequence(reason), usage.map(Usage::consistent)));
    }

    @Override
    public List<AnswerEvent> end() throws InvalidAnswerException {
        List<AnswerEvent> events = new ArrayList<>();
        if (state == ReadingState.BEGUN && end.isSaid()) {
            finish(events);
        }
        state = ReadingState.ENDED;
        return events;
    }

    @Override
    public Answer readWhole(ObjectNode body) throws InvalidAnswerException {
        JsonNode content = body.path("content");
        if (!content.isArray()) {
            throw new InvalidAnswerException("not a message: it has no content");
        }
        List<WholeBlock> blocks = new ArrayList<>();
        for (JsonNode item : content) {
            switch (item.path("type").asText("")) {
                case "text" -> add(blocks, new TextBlock(), item.path("text"));
                case "thinking" -> add(blocks, new ReasoningBlock(), item.path("thinking"));
                case "tool_use" -> blocks.add(new WholeBlock(call(item), input(item.path("input"))));
                default -> {}
            }
        }
        MessagesEnd whole = MessagesEnd.read(body);
        StopReason reason = whole.reason(calls > 0);
        Optional<Usage> reported = MessagesUsage.read(body.path("usage"));
        return new Answer(blocks, reason, whole.sequence(reason), reported.map(Usage::consistent));
    }

    private static void add(List<WholeBlock> blocks, AnswerBlock block, JsonNode text) {
        if (!text.asText("").isEmpty()) {
            blocks.add(new WholeBlock(block, text.asText()));
        }
    }

    private ToolCallBlock call(JsonNode content) throws InvalidAnswerException {
        String name = content.path("name").asText("");
        if (name.isEmpty()) {
            throw new InvalidAnswerException("a tool call without a name");
        }
        calls++;
        String id = content.path("id").asText("");
        return new ToolCallBlock(id.isEmpty() ? "toolu_" + requestId + '_' + calls : id, name);
    }

    private static String input(JsonNode input) throws InvalidAnswerException {
        if (input.isMissingNode() || input.isNull()) {
            return StreamedCall.NO_ARGUMENTS;
        }
        if (!input.isObject()) {
            throw new InvalidAnswerException("a tool call's input is not a JSON object");
        }
        return Json.write(input);
    }

    /** Anthropic tells usage before the end, or not at all. */
    @Override
    public boolean awaitsUsage() {
        return false;
    }

    /** Blocks come one after the other, so that nothing waits. */
    @Override
    public long heldCharacters() {
        return 0;
    }
}
