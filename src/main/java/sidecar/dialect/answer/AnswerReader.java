package sidecar.dialect.answer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Reads one answer of a provider's dialect: its stream event by event, or the whole of it. Not thread-safe; one for each answer. */
public interface AnswerReader {

    /**
     * The JSON of one event of a stream. An event that means nothing is ignored; one that comes after the end, too.
     *
     * @throws InvalidAnswerException if what came cannot be an answer; nothing may be asked of the reader after that
     */
    List<AnswerEvent> read(ObjectNode event) throws InvalidAnswerException;

    /**
     * Nothing more will come, and by the rules of its protocol the answer is complete; not called where it was cut. Gives the
     * {@link AnswerEvent.Finished} that is still missing, also where the provider never said why it stopped. Idempotent.
     *
     * @throws InvalidAnswerException if a call has come in parts only
     */
    List<AnswerEvent> end() throws InvalidAnswerException;

    /** A whole plain answer. Instead of {@link #read}, once. */
    Answer readWhole(ObjectNode body) throws InvalidAnswerException;

    /** Whether all blocks have come and only usage may still come: it is waited for, but not for long. */
    boolean awaitsUsage();

    /** How many characters are held back, such as calls that came while another one was open. */
    long heldCharacters();
}
