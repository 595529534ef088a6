package sidecar.boot.edge;

import java.time.Clock;
import java.util.logging.Level;
import java.util.logging.Logger;
import sidecar.database.edge.BackupRestore;
import sidecar.lifecycle.edge.Environment;

/** {@code deploy/sidecar restore}: a restore outside of any server. */
public final class RestoreMain {

    /** Tells what it looks at; held, because a forgotten logger forgets its level. */
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

    private RestoreMain() {}

    public static void main(String[] words) {
        FLYWAY.setLevel(Level.WARNING);
        System.exit(BackupRestore.run(words, Environment.read(), Clock.systemUTC(), System.out, System.err));
    }
}
