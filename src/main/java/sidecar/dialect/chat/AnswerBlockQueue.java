package sidecar.dialect.chat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import sidecar.dialect.answer.AnswerBlock;
import sidecar.dialect.answer.AnswerBlock.ReasoningBlock;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.InvalidAnswerException;
import sidecar.dialect.chat.QueuedBlock.BlockStage;

/**
 * Puts blocks that grow at the same time one after the other, in the order in which they began. The first one is given at once;
 * what comes for others is held back until it has ended. Prose ends when another block waits. A call ends when, besides, its
 * arguments are a whole object; until then more of it may come. Not thread-safe.
 */
final class AnswerBlockQueue {

    private final Deque<QueuedBlock> blocks = new ArrayDeque<>();
    private final List<AnswerEvent> events = new ArrayList<>();
    private long held;
    private boolean speaks;

    /** More of the block of that kind which came last, or of a new one. */
    void addProse(AnswerBlock kind, String text) throws InvalidAnswerException {
        if (!text.isEmpty()) {
            speaks |= !(kind instanceof ReasoningBlock) && !text.isBlank();
            boolean goesOn = blocks.peekLast() instanceof QueuedProse last && last.isOf(kind);
            add(goesOn ? blocks.getLast() : new QueuedProse(kind), text);
        }
    }

    /** More of a block, which gets its place as soon as it may have one. */
    void add(QueuedBlock block, String text) throws InvalidAnswerException {
        hold(block, text);
        if (block.stage() == BlockStage.UNPLACED && block.isPlaceable()) {
            block.enter(BlockStage.WAITING);
            blocks.add(block);
        }
        advance();
    }

    /** Ends all blocks. Of an answer that was cut short, calls that are incomplete and have not begun are left out. */
    void end(boolean truncated) throws InvalidAnswerException {
        while (!blocks.isEmpty()) {
            close(blocks.remove(), truncated);
        }
    }

    /** An event that is not of a block. */
    void add(AnswerEvent event) {
        events.add(event);
    }

    /** The events since the last time. */
    List<AnswerEvent> take() {
        List<AnswerEvent> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    /** Whether something was said that is no reasoning, and more than white space. */
    boolean speaks() {
        return speaks;
    }

    /** How many characters are held back. */
    long held() {
        return held;
    }

    private void hold(QueuedBlock block, String text) {
        block.hold(text);
        held += text.length();
    }

    private void advance() throws InvalidAnswerException {
        while (blocks.size() > 1 && blocks.getFirst().isComplete()) {
            close(blocks.remove(), false);
        }
        if (!blocks.isEmpty()) {
            give(blocks.getFirst());
        }
    }

    private void give(QueuedBlock block) {
        if (block.stage() == BlockStage.WAITING && block.isReady()) {
            block.enter(BlockStage.OPEN);
            events.add(new AnswerEvent.BlockBegan(block.begin()));
        }
        if (block.stage() == BlockStage.OPEN && !block.held().isEmpty()) {
            String text = block.release();
            held -= text.length();
            events.add(new AnswerEvent.BlockDelta(text));
        }
    }

    private void close(QueuedBlock block, boolean truncated) throws InvalidAnswerException {
        hold(block, block.end(truncated));
        if (!truncated || block.isComplete()) {
            give(block);
        }
        held -= block.release().length();
        if (block.stage() == BlockStage.OPEN) {
            events.add(new AnswerEvent.BlockEnded());
        }
        block.enter(BlockStage.CLOSED);
    }
}
