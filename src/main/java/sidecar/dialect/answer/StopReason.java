package sidecar.dialect.answer;

/** Why an answer ended. */
public enum StopReason {
    /** The model had said all. */
    END,
    /** A text of the request's {@code stop} came. */
    STOP_SEQUENCE,
    /** The answer, or the context, had no room for more. */
    MAX_TOKENS,
    /** Tools are to be called. */
    TOOL_USE,
    /** It was not allowed to say more. */
    CONTENT_FILTER
}
