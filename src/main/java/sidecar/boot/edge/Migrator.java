package sidecar.boot.edge;

import java.util.Arrays;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;

/** Brings the database's schema up to this version. */
final class Migrator {

    /** Warns of every H2 newer than the Flyway; held, because a forgotten logger forgets its level. */
    private static final Logger H2_VERSION = Logger.getLogger("org.flywaydb.core.internal.database.base.Database");

    private Migrator() {}

    /** Migrates; answers why that is not possible, in one line, or empty when all is well. */
    static Optional<String> migrate(DataSource dataSource) {
        H2_VERSION.setLevel(Level.SEVERE);
        try {
            Flyway flyway = Flyway.configure(Migrator.class.getClassLoader())
                    .dataSource(dataSource)
                    .locations("classpath:db/migration")
                    .load();
            Optional<MigrationInfo> newer = Arrays.stream(flyway.info().all())
                    .filter(m -> m.getState() == MigrationState.FUTURE_SUCCESS
                            || m.getState() == MigrationState.FUTURE_FAILED)
                    .findFirst();
            if (newer.isPresent()) {
                return Optional.of("the database was made by a newer version of Sidecar (schema "
                        + newer.get().getVersion() + "); start that version, or restore a backup");
            }
            flyway.migrate();
            return Optional.empty();
        } catch (FlywayException e) {
            return Optional.of("the database cannot be opened or migrated: " + rootMessage(e));
        }
    }

    private static String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    }
}
