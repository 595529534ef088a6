package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import sidecar.dialect.answer.AnswerBlock.ToolCallBlock;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.ArgumentsCheck;
import sidecar.dialect.answer.InvalidAnswerException;
import sidecar.json.Json;

/** A call of a client's tool. Its input comes in deltas; from some servers it comes at once, with the block's start. */
final class StreamedCall implements MessagesStreamBlock {

    static final String NO_ARGUMENTS = "{}";

    private final ToolCallBlock call;
    private final JsonNode inputAtStart;
    private final ArgumentsCheck check = new ArgumentsCheck();
    private boolean inDeltas;

    StreamedCall(ToolCallBlock call, JsonNode inputAtStart) {
        this.call = call;
        this.inputAtStart = inputAtStart;
    }

    @Override
    public void start(JsonNode content, List<AnswerEvent> events) {
        events.add(new AnswerEvent.BlockBegan(call));
    }

    @Override
    public void delta(JsonNode delta, List<AnswerEvent> events) throws InvalidAnswerException {
        String piece = delta.path("partial_json").asText("");
        if (piece.isEmpty()) {
            return;
        }
        check.add(piece);
        inDeltas |= !piece.isBlank();
        events.add(new AnswerEvent.BlockDelta(piece));
    }

    @Override
    public Optional<InvalidAnswerException> stop(List<AnswerEvent> events) {
        Optional<InvalidAnswerException> cut = Optional.empty();
        if (!inDeltas) {
            events.add(new AnswerEvent.BlockDelta(inputAtStart.isObject() ? Json.write(inputAtStart) : NO_ARGUMENTS));
        } else {
            cut = cut();
        }
        events.add(new AnswerEvent.BlockEnded());
        return cut;
    }

    private Optional<InvalidAnswerException> cut() {
        try {
            check.end();
            return Optional.empty();
        } catch (InvalidAnswerException incomplete) {
            return Optional.of(incomplete);
        }
    }
}
