package sidecar.dialect.answer;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes one answer in a client's dialect: as a stream event by event, or whole. Not thread-safe; one for each answer. */
public interface AnswerWriter {

    /** The events of the client's stream that follow from one step, whole server-sent events with their empty lines; may be empty. */
    String write(AnswerEvent event);

    /** The {@code sequence_number} of the next event, where the dialect counts them; else 0. */
    default long nextSequence() {
        return 0;
    }

    /** The body of a whole answer. */
    ObjectNode write(Answer answer);
}
