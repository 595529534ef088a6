package sidecar.database.edge;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import sidecar.database.DatabaseStartCheck;

/** Brings the database's schema up to this version. */
public final class Migrator {

    /** Warns of every H2 newer than the Flyway; held, because a forgotten logger forgets its level. */
    private static final Logger H2_VERSION = Logger.getLogger("org.flywaydb.core.internal.database.base.Database");

    private final Flyway flyway;

    public Migrator(DataSource dataSource) {
        H2_VERSION.setLevel(Level.SEVERE);
        flyway = Flyway.configure(Migrator.class.getClassLoader())
                .dataSource(dataSource)
                .locations("classpath:db/migration")
                .load();
    }

    /**
     * Migrates; answers why that is not possible, in one line, or empty when all is well.
     *
     * @param check of what there is to start with
     * @param beforeUpgrade called before the schema of a database in use changes; what it answers is a reason not to go on
     */
    public Optional<String> migrate(DatabaseStartCheck check, Supplier<Optional<String>> beforeUpgrade) {
        try {
            boolean empty = flyway.info().current() == null;
            boolean upgrade = !empty && flyway.info().pending().length > 0;
            Optional<String> refusal = newer().or(() -> empty ? check.emptiness() : Optional.empty())
                    .or(() -> upgrade ? beforeUpgrade.get() : Optional.empty());
            if (refusal.isEmpty()) {
                flyway.migrate();
            }
            return refusal;
        } catch (FlywayException e) {
            return Optional.of(unopened(check, e));
        }
    }

    /** Why a schema is none that this version knows; empty when it does. */
    public Optional<String> newer() {
        return Arrays.stream(flyway.info().all())
                .filter(m ->
                        m.getState() == MigrationState.FUTURE_SUCCESS || m.getState() == MigrationState.FUTURE_FAILED)
                .map(MigrationInfo::getVersion)
                .findFirst()
                .map(version -> "the database was made by a newer version of Sidecar (schema " + version
                        + "); start that version, or restore a backup made by this one");
    }

    /** What the trouble with the database is, and what to do, in one line. */
    public static String unopened(DatabaseStartCheck check, Throwable error) {
        String state = null;
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                state = sql.getSQLState();
            }
        }
        return check.unopened(state, rootMessage(error));
    }

    /** The first line of what is behind an error. */
    public static String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    }
}
