package sidecar.boot.edge;

import java.io.IOException;

/** Which faults are only that a client has left. */
final class ConnectionFaults {

    private static final int MAX_CAUSES = 20;

    /** How far down the server's network layer is met at the most, below its wrappers. */
    private static final int MAX_FRAMES = 12;

    private ConnectionFaults() {}

    /** Whether reading from the client, or writing to it, failed. */
    static boolean isOne(Throwable fault) {
        Throwable cause = fault;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof IOException && isOfTheServer(cause.getStackTrace())) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean isOfTheServer(StackTraceElement[] trace) {
        for (int i = 0; i < Math.min(trace.length, MAX_FRAMES); i++) {
            String name = trace[i].getClassName();
            if (name.startsWith("org.glassfish.grizzly.") || name.startsWith("org.apache.catalina.connector.")) {
                return true;
            }
        }
        return false;
    }
}
