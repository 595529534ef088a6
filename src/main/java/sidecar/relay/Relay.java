package sidecar.relay;

import java.util.List;
import java.util.Optional;
import sidecar.ledger.MeteredUsage;
import sidecar.protocol.ResponsesStreamPosition;

/**
 * Judges one answer while it comes, and shapes it for the client. Held back until it is known to be one; from then on
 * it passes. What follows from each call is returned and nowhere told; after a call that ended it, none does anything. Not
 * thread-safe: called from its exchange's mailbox.
 */
public interface Relay {

    /** Whether it is a stream of events. */
    boolean isStream();

    /** Some bytes of the answer, already without content coding; owned by the relay. */
    List<RelayStep> take(byte[] bytes);

    /** The upstream says that this was all. */
    List<RelayStep> end();

    /** The upstream broke off or fell silent. */
    List<RelayStep> broken(String reason);

    /** Whether something of it was relayed. */
    boolean isCommitted();

    /** Whether the answer's own last word has come: that nothing follows is then no fault. */
    boolean isComplete();

    /** Whether the protocol's own last word has come: only the end may follow. */
    boolean lastWord();

    /** Whether everything but the figures of usage has come: these are waited for, but not for long. */
    default boolean awaitsUsage() {
        return false;
    }

    /** What was used so far; empty while nothing was relayed, and where nothing can be known. */
    Optional<MeteredUsage> usage();

    /** How many bytes it holds back, or has begun and not passed on. */
    long heldBytes();

    /** Memory is short: what it holds back is passed on as the answer, unless it is none. What fails later is a cut then. */
    List<RelayStep> commitHeld();

    /** Where the stream stands, for one more event. */
    default ResponsesStreamPosition position() {
        return ResponsesStreamPosition.BEGINNING;
    }

    /** Whether an error stood in what was relayed, in place of the rest of the answer. */
    boolean endedWithError();
}
