package sidecar.exchange;

/** Why an attempt ended, where only the attempt itself knows. */
enum AttemptEnd {
    /** By what came, or it has not ended. */
    ANSWERED,
    TIMED_OUT,
    /** By our own bound on the length of an answer. */
    EXCEEDED_BOUND,
    /** Nobody waited for it any more. */
    ABANDONED
}
