package sidecar.dialect.chat;

import sidecar.dialect.answer.AnswerBlock;
import sidecar.dialect.answer.InvalidAnswerException;

/** A block on its way into an {@link AnswerBlockQueue}, with what of it is held back. Not thread-safe. */
abstract class QueuedBlock {

    /** How far it is. */
    enum BlockStage {
        /** Not known well enough to have a place. */
        UNPLACED,
        /** In the queue, not begun. */
        WAITING,
        /** Begun: the client sees it grow. */
        OPEN,
        CLOSED
    }

    private final StringBuilder held = new StringBuilder();
    private BlockStage stage = BlockStage.UNPLACED;

    /** Whether it may take its place among the blocks. */
    abstract boolean isPlaceable();

    /** Whether enough of it is there for the client to see it begin. */
    abstract boolean isReady();

    /** Whether it may end as soon as another block waits. */
    abstract boolean isComplete();

    /** What the client is told at its begin; asked once. */
    abstract AnswerBlock begin();

    /**
     * Nothing more comes.
     *
     * @param truncated whether the answer was cut short, so that the block may be incomplete
     * @return the rest of its text that goes without saying; may be empty
     * @throws InvalidAnswerException if it cannot end like that
     */
    abstract String end(boolean truncated) throws InvalidAnswerException;

    final BlockStage stage() {
        return stage;
    }

    /** Goes on to a later stage. */
    final void enter(BlockStage next) {
        if (next.compareTo(stage) <= 0) {
            throw new IllegalStateException("a block that is " + stage + " cannot become " + next);
        }
        stage = next;
    }

    final void hold(String text) {
        held.append(text);
    }

    final CharSequence held() {
        return held;
    }

    /** What was held back, which is held no longer. */
    final String release() {
        String text = held.toString();
        held.setLength(0);
        return text;
    }
}
