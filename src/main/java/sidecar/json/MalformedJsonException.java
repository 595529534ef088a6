package sidecar.json;

/** A text that is not the JSON it should be; the message says where and why, in one line. */
public final class MalformedJsonException extends Exception {

    private final String reason;

    public MalformedJsonException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /** Where and why, in one line. */
    public String reason() {
        return reason;
    }
}
