package sidecar.database;

/** A backup could not be made, or a copy is none; the message is one sentence for operators: what happened, and what to do. */
public class BackupFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    public BackupFailedException(String message) {
        super(message);
    }

    public BackupFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
