package sidecar.dialect.chat;

import sidecar.dialect.answer.AnswerBlock;

/**
 * A block of text, reasoning or refusal. One of nothing but blanks never begins: models put line breaks between their reasoning and
 * their calls, and Anthropic refuses a history with such a block.
 */
final class QueuedProse extends QueuedBlock {

    private final AnswerBlock kind;

    QueuedProse(AnswerBlock kind) {
        this.kind = kind;
    }

    boolean isOf(AnswerBlock other) {
        return kind.equals(other);
    }

    @Override
    boolean isPlaceable() {
        return true;
    }

    @Override
    boolean isReady() {
        return !held().chars().allMatch(Character::isWhitespace);
    }

    @Override
    boolean isComplete() {
        return true;
    }

    @Override
    AnswerBlock begin() {
        return kind;
    }

    @Override
    String end(boolean truncated) {
        return "";
    }
}
