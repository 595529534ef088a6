package sidecar.dialect.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sidecar.ledger.Usage;

/**
 * A whole answer. Immutable.
 *
 * @param blocks in order
 */
public record Answer(List<WholeBlock> blocks, StopReason reason, Optional<String> stopSequence, Optional<Usage> usage) {

    public Answer {
        blocks = List.copyOf(blocks);
    }

    /** The events of which it is made. */
    public List<AnswerEvent> events() {
        List<AnswerEvent> events = new ArrayList<>();
        events.add(new AnswerEvent.Began());
        for (WholeBlock block : blocks) {
            events.add(new AnswerEvent.BlockBegan(block.block()));
            if (!block.text().isEmpty()) {
                events.add(new AnswerEvent.BlockDelta(block.text()));
            }
            events.add(new AnswerEvent.BlockEnded());
        }
        events.add(new AnswerEvent.Finished(reason, stopSequence, usage));
        return events;
    }

    /**
     * One block.
     *
     * @param text its text, or the JSON of its arguments
     */
    public record WholeBlock(AnswerBlock block, String text) {}

    /**
     * What those events say together.
     *
     * @throws IllegalArgumentException if they are not those of one complete answer
     */
    public static Answer of(List<AnswerEvent> events) {
        List<WholeBlock> blocks = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        AnswerBlock open = null;
        for (AnswerEvent event : events) {
            if (event instanceof AnswerEvent.BlockBegan began) {
                open = began.block();
                text.setLength(0);
            } else if (event instanceof AnswerEvent.BlockDelta delta) {
                text.append(delta.text());
            } else if (event instanceof AnswerEvent.BlockEnded && open != null) {
                blocks.add(new WholeBlock(open, text.toString()));
                open = null;
            } else if (event instanceof AnswerEvent.Finished end) {
                return new Answer(blocks, end.reason(), end.stopSequence(), end.usage());
            }
        }
        throw new IllegalArgumentException("an answer that has not ended, after " + events.size() + " events");
    }
}
