package sidecar.relay;

import java.util.List;
import sidecar.failure.FailureClass;
import sidecar.failure.Verdict;

/**
 * One thing that follows from what came of an answer. A relay returns them in the order in which they take effect; of the last
 * four there is one at the most for each answer, and nothing after it.
 */
public sealed interface RelayStep {

    /**
     * This is an answer: its head goes to the client. Before the first {@link PassBytes}, once.
     *
     * @param length of the whole body in bytes; −1 when it is not known
     * @param json whether the body is JSON of ours, as opposed to what the upstream's head says
     */
    record Commit(long length, boolean json) implements RelayStep {}

    /** The first content has come. Once, after {@link Commit}. */
    record BeginContent() implements RelayStep {}

    /** Bytes for the client. */
    record PassBytes(byte[] bytes) implements RelayStep {}

    /** The place of the last {@link PassBytes} among steps; −1 when there is none. */
    static int lastPass(List<RelayStep> steps) {
        int place = steps.size() - 1;
        while (place >= 0 && !(steps.get(place) instanceof PassBytes)) {
            place--;
        }
        return place;
    }

    /** The upstream will know this id again, such as {@code resp_…}. */
    record RememberId(String id) implements RelayStep {}

    /** The answer was complete. */
    record Complete() implements RelayStep {}

    /**
     * The answer was cut off after some of it was relayed.
     *
     * @param reason for operators and the client, in our own words
     */
    record Truncate(String reason) implements RelayStep {}

    /**
     * This is no answer: nothing of it was relayed, and nothing will be.
     *
     * @param reason for operators, in our own words
     * @param body the beginning of what came, which may ask for a delay; may be empty
     */
    record Fail(Verdict verdict, String reason, String body) implements RelayStep {

        /** The same, when no failure rule said so. */
        static Fail of(FailureClass kind, String reason) {
            return new Fail(Verdict.of(kind), reason, "");
        }
    }

    /** The upstream refused the request only because usage was asked for, which the client never did. */
    record RetryWithoutUsage() implements RelayStep {}
}
