package sidecar.boot.edge;

import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import sidecar.database.edge.BackupRestore;
import sidecar.database.edge.HistoryCopy;
import sidecar.database.edge.PostgresCheck;
import sidecar.lifecycle.edge.Environment;

/** What {@code deploy/sidecar} does with the database outside of any server: {@code restore FILE}, {@code copy-history FILE} and {@code check-database}. */
public final class OfflineCommands {

    /** Tells what it looks at; held, because a forgotten logger forgets its level. */
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

    private OfflineCommands() {}

    public static void main(String[] words) {
        FLYWAY.setLevel(Level.WARNING);
        System.exit(run(words, Environment.read()));
    }

    private static int run(String[] words, Map<String, String> environment) {
        return switch (words[0]) {
            case "restore" ->
                BackupRestore.run(
                        Arrays.copyOfRange(words, 1, words.length),
                        environment,
                        Clock.systemUTC(),
                        System.out,
                        System.err);
            case "copy-history" ->
                HistoryCopy.run(Arrays.copyOfRange(words, 1, words.length), environment, System.out, System.err);
            case "check-database" -> PostgresCheck.run(environment, Clock.systemUTC(), System.out);
            default -> throw new IllegalArgumentException("unknown command " + words[0]);
        };
    }
}
