package sidecar.logging.edge;

import java.io.IOException;

/** Which faults are only that a client has left. */
public final class ClientDisconnects {

    private static final int MAX_CAUSES = 20;

    private ClientDisconnects() {}

    /** Whether reading from the client, or writing to it, failed. */
    public static boolean isOne(Throwable fault) {
        Throwable cause = fault;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof IOException && isOfTheServer(cause.getStackTrace())) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** Whether it arose there: what of ours a listener calls, such as a write to a disk, has the server further down in its trace too. */
    private static boolean isOfTheServer(StackTraceElement[] trace) {
        for (StackTraceElement frame : trace) {
            String name = frame.getClassName();
            if (!name.startsWith("java.") && !name.startsWith("sun.") && !name.startsWith("jdk.")) {
                return name.startsWith("org.glassfish.grizzly.") || name.startsWith("org.apache.catalina.connector.");
            }
        }
        return false;
    }
}
