package sidecar.boot.edge;

import java.lang.System.Logger.Level;

/**
 * Ends a start that must not succeed: one line, exit code 2. The server would log a page of stack traces and keep running
 * without the application; and {@code System.exit} inside a deployment waits for that deployment for ever, hence halt.
 */
public final class Refusal {
    /** Exit code of a start refused because of its configuration. */
    public static final int STATUS = 2;

    private static final System.Logger LOG = System.getLogger(Refusal.class.getName());

    private Refusal() {}

    /** Logs {@code line} and ends the process; does not return. Call it before anything was written. */
    public static void exit(String line) {
        LOG.log(Level.ERROR, "{0}", "Sidecar does not start: " + line);
        Runtime.getRuntime().halt(STATUS);
    }
}
