package sidecar.exchange.format;

import sidecar.exchange.ClientRequest;
import sidecar.exchange.ExchangeSettings;
import sidecar.failure.FailureClassifier;
import sidecar.ledger.TranslationNote;
import sidecar.pool.Lease;
import sidecar.protocol.UsageMeter;
import sidecar.relay.Relay;
import sidecar.upstream.Upstream;

/**
 * Between the client's words and one provider's: how the request goes out there, and how its answer is read. Used in its exchange's
 * mailbox.
 */
public sealed interface WireFormat permits NativeFormat, TranslatedFormat {

    /** The client's request. */
    ClientRequest request();

    /** The provider that is asked, and as what. */
    Lease lease();

    /** Whether usage is asked for although the client did not. */
    boolean injectsUsage();

    /** The request as it leaves. */
    Upstream.Request upstreamRequest(ExchangeSettings settings);

    /** How the provider's own answer is read, before any translation. */
    RelayFactory answers();

    /** What reads the answer that begins with {@code head}, and gives the client its own. */
    default Relay relay(Upstream.Head head, FailureClassifier rules, UsageMeter meter) {
        return answers().relay(head, rules, meter);
    }

    /** Into what it is translated, and what that loses. */
    default TranslationNote note() {
        return TranslationNote.NATIVE;
    }

    /** How many bytes it holds besides the client's body. */
    default long heldBytes() {
        return 0;
    }

    /** The attempt needs what it holds no longer: it is answered, or over. Idempotent. */
    default void release() {}
}
