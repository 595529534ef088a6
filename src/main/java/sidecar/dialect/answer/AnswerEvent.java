package sidecar.dialect.answer;

import java.util.Optional;
import sidecar.ledger.Usage;

/**
 * One step of an answer. Readers give them in this order, whatever the provider's own order was: {@code Began}, then for each block
 * {@code BlockBegan}, {@code BlockDelta}*, {@code BlockEnded}, never two blocks at once; then {@code Finished}, once, when no more blocks
 * will come and usage is known or will not be. Nothing follows. An answer that is cut has no {@code Finished}.
 */
public sealed interface AnswerEvent {

    /** The answer has begun; once, first. */
    record Began() implements AnswerEvent {}

    record BlockBegan(AnswerBlock block) implements AnswerEvent {}

    /**
     * More of the open block.
     *
     * @param text a piece of the block's text, or of its arguments' JSON; never empty
     */
    record BlockDelta(String text) implements AnswerEvent {}

    record BlockEnded() implements AnswerEvent {}

    /**
     * The answer is complete.
     *
     * @param stopSequence that ended it; empty where it did not, or is not known
     * @param usage empty where the provider did not say
     */
    record Finished(StopReason reason, Optional<String> stopSequence, Optional<Usage> usage) implements AnswerEvent {}
}
