package sidecar.pool;

/** Why a provider that maps the model cannot be had now. */
enum SkipReason {
    /** It does not speak the path's protocol. */
    PROTOCOL,
    /** Its key is not accepted, or cannot be read. */
    ERROR,
    /** It has said that it does not have the model. */
    MISSING,
    /** This exchange has tried it. */
    TRIED,
    /** It is in the fallback pool, which is not to be used yet. */
    OVERFLOW,
    /** It cools. */
    COOLING,
    /** Its cooldown is over, and an attempt is finding out whether that is true. */
    VERDICT,
    /** No place is free. */
    FULL,
    /** All requests of its day are used. */
    SPENT
}
