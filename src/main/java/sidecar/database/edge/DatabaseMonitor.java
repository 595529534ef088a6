package sidecar.database.edge;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;
import sidecar.database.DatabaseLocation;
import sidecar.settings.Settings;

/**
 * Asks every two seconds whether the database can be used, for readiness, and says in the log when that changes. Asking is
 * also what opens a database again that H2 closed on a full disk: the pool finds its connections dead, and makes new ones.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class DatabaseMonitor {

    private static final System.Logger LOG = System.getLogger(DatabaseMonitor.class.getName());

    /** Less than this is a full disk: H2 writes its pages in pieces of some kilobytes, and cleans up behind itself. */
    private static final long MIN_FREE_BYTES = 4L << 20;

    @Resource(lookup = "java:app/jdbc/sidecar")
    private DataSource database;

    @Inject
    private Settings settings;

    private volatile boolean begun;
    private volatile String problem;

    /** The schema is there: from now on it is asked. */
    public void begin() {
        begun = true;
    }

    @PreDestroy
    void end() {
        begun = false;
    }

    /** Why the database cannot be used, as it was found last; empty when it can. Never blocks. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Must not throw: the container would not call it again. Blocks on the database. */
    @Schedule(hour = "*", minute = "*", second = "*/2", persistent = false)
    void check() {
        if (!begun) {
            return;
        }
        String before = problem;
        String now = full().or(this::failure).orElse(null);
        problem = now;
        if (now != null && before == null) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the database cannot be used: {0}; requests are served and counted meanwhile, and it is tried again"
                            + " every two seconds",
                    now);
        } else if (now == null && before != null) {
            LOG.log(System.Logger.Level.INFO, "the database can be used again");
        }
    }

    private Optional<String> full() {
        return DatabaseLocation.of(settings).data().flatMap(DatabaseMonitor::full);
    }

    private static Optional<String> full(Path file) {
        try {
            long free = Files.getFileStore(file.getParent()).getUsableSpace();
            return free < MIN_FREE_BYTES
                    ? Optional.of("the disk under " + file.getParent() + " is full (" + free / 1024 + " KiB free)")
                    : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.of(file.getParent() + " cannot be read: " + unreadable.getMessage());
        }
    }

    private Optional<String> failure() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from setting")) {
            row.next();
            return Optional.empty();
        } catch (SQLException | RuntimeException failed) {
            return Optional.of(Migrator.rootMessage(failed));
        }
    }
}
