package sidecar.admission;

import java.time.Duration;
import java.util.Optional;
import sidecar.pool.Lease;
import sidecar.pool.LeaseResult;

/** What came of a {@link AdmissionRequest}. */
public sealed interface AdmissionResult {

    /** A place was found and taken: close the lease when the attempt ends. */
    record Admitted(Lease lease) implements AdmissionResult {}

    /**
     * There is none, and waiting would not help, or has not.
     *
     * @param cause what the pool says
     * @param freeIn the earliest recovery that can be told
     */
    record Refused(Reason reason, LeaseResult.Unavailable cause, Optional<Duration> freeIn)
            implements AdmissionResult {}

    /** Why. */
    enum Reason {
        /** Waiting does not help. */
        HOPELESS,
        /** Too many wait already. */
        QUEUE_FULL,
        /** The place would come, or has not come, within the time for waiting. */
        QUEUE_TIMEOUT,
        /** The place would come after the request's own deadline. */
        DEADLINE,
        /** Sidecar stops. */
        DRAINING;

        /** Whether asking for another model may help. */
        public boolean another() {
            return this != DEADLINE && this != DRAINING;
        }
    }
}
