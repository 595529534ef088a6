package sidecar.exchange;

/** What an attempt waits for. */
enum AttemptPhase {
    /** Its turn in the quota group, or the response head. */
    HEAD,
    /** The end of a plain answer, or the first bytes that tell that it is a stream. */
    BODY,
    /** The first content of a stream. */
    CONTENT,
    /** More of what is relayed, or its end. */
    REST,
    /** The figures of usage, which nothing else may follow. */
    USAGE,
    /** The end of a stream whose last word has come. */
    CLOSE,
    /** It is over. */
    NOTHING
}
