package sidecar.ledger;

import java.util.Optional;
import sidecar.failure.FailureClass;

/**
 * One wire request, as it ended.
 *
 * @param providerId stays known when the provider is renamed or deleted
 * @param pool the provider's, by its name in JSON, at that time
 * @param model the canonical model it was made for; empty for a path without one
 * @param failure how it failed; empty when it was answered, and when it was cancelled
 * @param answered whether its answer was relayed to the end. Neither answered nor failed: it was cancelled, because its
 *     client left or its time was up, or made again for a reason that is nobody's fault
 */
public record AttemptEntry(
        String providerId,
        String provider,
        String pool,
        String model,
        Optional<FailureClass> failure,
        boolean answered) {

    /** Whether it failed by another's fault than the client's. */
    public boolean error() {
        return failure.isPresent() && failure.get() != FailureClass.CLIENT;
    }
}
