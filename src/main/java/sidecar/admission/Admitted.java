package sidecar.admission;

import java.time.Duration;
import java.util.Optional;
import sidecar.pool.Decision;
import sidecar.pool.Lease;

/** What came of a {@link Call}. */
public sealed interface Admitted {

    /** A place was found and taken: close the lease when the attempt ends. */
    record Granted(Lease lease) implements Admitted {}

    /**
     * There is none, and waiting would not help, or has not.
     *
     * @param cause what the pool says
     * @param freeIn the earliest recovery that can be told
     */
    record Refused(Reason reason, Decision.Refused cause, Optional<Duration> freeIn) implements Admitted {}

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
