package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.InvalidAnswerException;

/** One content block of a stream while it is open. Not thread-safe. */
interface MessagesStreamBlock {

    /** One that means nothing to the client: whatever comes of it is left out. */
    MessagesStreamBlock SKIPPED = new MessagesStreamBlock() {
        @Override
        public void start(JsonNode content, List<AnswerEvent> events) {}

        @Override
        public void delta(JsonNode delta, List<AnswerEvent> events) {}

        @Override
        public Optional<InvalidAnswerException> stop(List<AnswerEvent> events) {
            return Optional.empty();
        }
    };

    /** It begins, perhaps with a part of its content. */
    void start(JsonNode content, List<AnswerEvent> events);

    /** More of it; deltas of other kinds, such as signatures and citations, are left out. */
    void delta(JsonNode delta, List<AnswerEvent> events) throws InvalidAnswerException;

    /**
     * It ends.
     *
     * @return what is wrong unless the whole answer was cut here
     */
    Optional<InvalidAnswerException> stop(List<AnswerEvent> events);
}
