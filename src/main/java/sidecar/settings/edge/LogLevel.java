package sidecar.settings.edge;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Lets {@code log_level} act on Sidecar's own loggers; the server's keep theirs. */
final class LogLevel {

    /** Held, because the log manager holds loggers weakly and a forgotten one forgets its level. */
    private static final Logger OURS = Logger.getLogger("sidecar");

    private LogLevel() {}

    static void apply(String name) {
        OURS.setLevel(
                switch (name) {
                    case "ERROR" -> Level.SEVERE;
                    case "WARNING", "WARN" -> Level.WARNING;
                    case "DEBUG" -> Level.FINE;
                    case "TRACE" -> Level.FINEST;
                    default -> Level.INFO;
                });
    }
}
