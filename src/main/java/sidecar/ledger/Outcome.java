package sidecar.ledger;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How an exchange ends where no failed attempt of its own is to blame; else it ends as the failure class of its last attempt. Known in the ledger, in
 * metrics, in JSON and in messages by {@link #wire()}. Entries hold texts, since a later version's words may stand in the tables too.
 */
public enum Outcome {
    /** It was answered. */
    OK(false),
    /** Its client left before the end. */
    CLIENT_GONE(true),
    /** The answer broke off after it had begun. */
    TRUNCATED(true),
    /** Too many waited already. */
    QUEUE_FULL(true),
    /** No place came within the time for waiting. */
    QUEUE_TIMEOUT(true),
    /** Every provider of the model was cooling. */
    ALL_COOLING(true),
    /** Every provider of the model was disabled. */
    NO_PROVIDER(true),
    /** Nobody serves the model. */
    MODEL_NOT_FOUND(true),
    /** The request's own time was up. */
    DEADLINE_EXCEEDED(true),
    /** The client's own limit was reached. */
    RATE_LIMIT_EXCEEDED(true),
    /** The client's own budget was used up. */
    INSUFFICIENT_QUOTA(true),
    /** Sidecar was stopping, and took no new requests. */
    DRAINING(true),
    /** Sidecar stopped while it was under way. */
    SHUTDOWN(true),
    /** A fault of Sidecar's own. */
    INTERNAL_ERROR(true),
    /** The token is no client's. */
    INVALID_API_KEY(false),
    /** There is no such path. */
    NOT_FOUND(false),
    /** No provider of the model speaks the protocol of the path. */
    UNSUPPORTED_DIALECT(false),
    /** The body is longer than it may be. */
    REQUEST_TOO_LARGE(false),
    /** The body did not arrive in time. */
    REQUEST_TIMEOUT(false);

    private final boolean suggested;

    /** @param suggested whether the request log offers to filter by it, beside {@link #OK} and the failure classes */
    Outcome(boolean suggested) {
        this.suggested = suggested;
    }

    /** Its name outside. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Those that the request log offers to filter by, beside {@link #OK} and the failure classes. */
    public static List<Outcome> suggested() {
        return Arrays.stream(values()).filter(outcome -> outcome.suggested).toList();
    }
}
