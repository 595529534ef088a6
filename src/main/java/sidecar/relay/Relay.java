package sidecar.relay;

import java.util.Optional;
import sidecar.failure.FailureClass;
import sidecar.failure.Verdict;
import sidecar.ledger.MeteredUsage;
import sidecar.protocol.ResponsesStreamPosition;

/**
 * Judges one answer while it comes, and shapes it for the client. Held back until it is known to be one; from then on
 * it passes. Not thread-safe: called from its exchange's mailbox.
 */
public interface Relay {

    /** Whether it is a stream of events. */
    boolean isStream();

    /** Some bytes of the answer, already without content coding; owned by the relay. */
    void take(byte[] bytes);

    /** The upstream says that this was all. */
    void end();

    /** The upstream broke off or fell silent. */
    void broken(String how);

    /** Whether the answer's own last word has come: that nothing follows is then no fault. */
    boolean isComplete();

    /** Whether the protocol's own last word has come: only the end may follow. */
    boolean lastWord();

    /** What was used so far; empty while nothing was relayed, and where nothing can be known. */
    Optional<MeteredUsage> usage();

    /** How many bytes it holds back, or has begun and not passed on. */
    long heldBytes();

    /** Memory is short: what it holds back is passed on as the answer, unless it is none. What fails later is a cut then. */
    void commitHeld();

    /** Where the stream stands, for one more event. */
    default ResponsesStreamPosition position() {
        return ResponsesStreamPosition.BEGINNING;
    }

    /** Whether an error stood in what was relayed, in place of the rest of the answer. */
    boolean endedWithError();

    /** What a relay decides. */
    interface Sink {
        /**
         * This is no answer: nothing of it was relayed, and nothing will be.
         *
         * @param why for operators, in our own words
         * @param body the beginning of what came, which may ask for a delay; may be empty
         */
        void failed(Verdict verdict, String why, String body);

        /** The same, when no rule of the failure table said so. */
        default void failed(FailureClass kind, String why) {
            failed(Verdict.of(kind), why, "");
        }

        /** The upstream refused the request only because usage was asked for, which the client never did. */
        void usageRefused();

        /** This is an answer. Before the first {@link #pass}; {@code length} is −1 when it is not known. */
        void commit(long length);

        /** The same, of an error that is passed on in JSON of ours. */
        void commitJson(long length);

        /** The first content has been seen. */
        void content();

        /** Bytes for the client. */
        void pass(byte[] bytes);

        /** The answer was complete. */
        void complete();

        /** The answer was cut off after some of it was relayed. */
        void cut(String how);

        /** An id that the upstream will know again, such as {@code resp_…}. */
        void issued(String id);
    }
}
