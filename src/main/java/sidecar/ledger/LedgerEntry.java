package sidecar.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One finished exchange.
 *
 * @param endedAt by the wall clock: the hour and the day it is counted in
 * @param client the client token's name; {@code open} for open access
 * @param stream whether the client asked for a stream
 * @param model the canonical model; empty for a path without one
 * @param attempts in their order; empty for a refusal without any
 * @param outcome how it ended: an {@link Outcome} or a failure class, by its name, or a refusal's code
 * @param status what the client was answered; 0 when it left before
 * @param bill empty when nothing was used, or nothing of it is known
 * @param translation of the last attempt
 */
public record LedgerEntry(
        Instant endedAt,
        String requestId,
        String client,
        String path,
        boolean stream,
        String model,
        List<AttemptEntry> attempts,
        String outcome,
        int status,
        Times times,
        Optional<Bill> bill,
        TranslationNote translation) {

    public static final String OK = Outcome.OK.wire();

    public LedgerEntry {
        attempts = List.copyOf(attempts);
    }

    /**
     * Where the time went.
     *
     * @param took from the request's head to the end
     * @param waited for a place, over all attempts
     * @param own from the request's head to the first attempt, without waiting: what Sidecar adds by itself
     * @param served from the beginning of the last attempt to the end; zero without one
     * @param firstContent until the first content was relayed; empty when none was
     */
    public record Times(
            Duration took, Duration waited, Duration own, Duration served, Optional<Duration> firstContent) {

        /** From the beginning of the last attempt to the first content; empty when there was none. */
        public Optional<Duration> servedFirst() {
            return firstContent.map(first -> first.minus(took.minus(served)));
        }
    }

    /** The one on whose provider it is counted. */
    public Optional<AttemptEntry> last() {
        return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.get(attempts.size() - 1));
    }

    /**
     * Whether Sidecar refused it before any provider was asked: there was no place in time, or nobody to ask. Not where the client's own
     * mistake was the reason, such as an unknown model: no key would have helped; nor where the client left, which may have been told 200
     * by a heartbeat before.
     */
    public boolean refused() {
        return attempts.isEmpty() && status != 0 && !clientsMistake() && !outcome.equals(Outcome.CLIENT_GONE.wire());
    }

    /** Whether it was answered with a 4xx. */
    boolean clientsMistake() {
        return status >= 400 && status < 500;
    }

    public boolean ok() {
        return outcome.equals(OK);
    }
}
