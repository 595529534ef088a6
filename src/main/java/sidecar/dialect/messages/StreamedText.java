package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import sidecar.dialect.answer.AnswerBlock;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.InvalidAnswerException;

/** A block of text or thinking. One that stays empty is none. */
final class StreamedText implements MessagesStreamBlock {

    private final AnswerBlock block;
    private final String member;
    private boolean begun;

    /** @param member of the block and of its deltas that has the text */
    StreamedText(AnswerBlock block, String member) {
        this.block = block;
        this.member = member;
    }

    @Override
    public void start(JsonNode content, List<AnswerEvent> events) {
        delta(content, events);
    }

    @Override
    public void delta(JsonNode delta, List<AnswerEvent> events) {
        String text = delta.path(member).asText("");
        if (text.isEmpty()) {
            return;
        }
        if (!begun) {
            begun = true;
            events.add(new AnswerEvent.BlockBegan(block));
        }
        events.add(new AnswerEvent.BlockDelta(text));
    }

    @Override
    public Optional<InvalidAnswerException> stop(List<AnswerEvent> events) {
        if (begun) {
            events.add(new AnswerEvent.BlockEnded());
        }
        return Optional.empty();
    }
}
