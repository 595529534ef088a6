package sidecar.pool;

import java.time.Duration;

/** The pool's answer to a {@link Wish}. */
public sealed interface Decision {

    /** A provider was found and its place taken: close the lease when the attempt ends. */
    record Leased(Lease lease) implements Decision {}

    /**
     * Nobody can be had now.
     *
     * @param freeIn the earliest recovery that can be told; zero when waiting does not help
     */
    record Refused(Why why, Duration freeIn) implements Decision {}

    /** Why nobody can be had. */
    enum Why {
        /** No provider maps the model. */
        UNKNOWN_MODEL,
        /** Those that map it have said that they do not have it. */
        MISSING,
        /** Those that map it are disabled, in error, or speak another protocol. */
        NO_PROVIDER,
        /** All that could serve have been tried. */
        TRIED,
        /** All that could serve are cooling. */
        COOLING,
        /** All that could serve have their window full. */
        FULL
    }
}
