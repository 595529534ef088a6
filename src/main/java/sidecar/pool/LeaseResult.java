package sidecar.pool;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sidecar.limit.QuotaLimits;

/** The pool's answer to a {@link SelectionCriteria}. */
public sealed interface LeaseResult {

    /** A provider was found and its place taken: close the lease when the attempt ends. */
    record Leased(Lease lease) implements LeaseResult {}

    /**
     * Nobody can be had now.
     *
     * @param hopes what waiting may help with; empty when it cannot
     * @param pause until a provider that failed may be asked again; empty when none may
     */
    record Unavailable(UnavailableReason reason, List<RecoveryOption> hopes, Optional<Duration> pause)
            implements LeaseResult {

        public Unavailable {
            hopes = List.copyOf(hopes);
        }

        /** Waiting does not help. */
        public static Unavailable unrecoverable(UnavailableReason reason) {
            return new Unavailable(reason, List.of(), Optional.empty());
        }

        /** The same, seen that much later. */
        public Unavailable after(Duration passed) {
            return new Unavailable(
                    reason,
                    hopes.stream().map(recovery -> recovery.after(passed)).toList(),
                    pause.map(p -> less(p, passed)));
        }

        /** The earliest recovery that can be told; empty when none can. */
        public Optional<Duration> freeIn() {
            return hopes.stream()
                    .map(RecoveryOption::freeIn)
                    .flatMap(Optional::stream)
                    .min(Duration::compareTo);
        }
    }

    /**
     * A quota group that can serve later.
     *
     * @param notBefore until then it is out of the question for another reason than its requests a minute
     * @param freeIn until it can be had, as far as can be told; empty where only an event can tell
     */
    record RecoveryOption(QuotaLimits limits, Duration notBefore, Optional<Duration> freeIn) {

        private RecoveryOption after(Duration passed) {
            return new RecoveryOption(limits, less(notBefore, passed), freeIn.map(in -> less(in, passed)));
        }
    }

    private static Duration less(Duration left, Duration passed) {
        return left.compareTo(passed) > 0 ? left.minus(passed) : Duration.ZERO;
    }

    /** Why nobody can be had. */
    enum UnavailableReason {
        /** No provider maps the model. */
        UNKNOWN_MODEL,
        /** Those that map it have said that they do not have it. */
        MISSING,
        /** Those that map it are disabled. */
        NO_PROVIDER,
        /** Those that map it speak another protocol. */
        OTHER_PROTOCOL,
        /** Those that map it, and speak the protocol, have keys that are not accepted. */
        IN_ERROR,
        /** All that could serve have been tried. */
        TRIED,
        /** All that could serve are cooling. */
        COOLING,
        /** All that could serve have no place free. */
        FULL
    }
}
