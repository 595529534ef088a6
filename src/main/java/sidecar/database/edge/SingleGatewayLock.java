package sidecar.database.edge;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sidecar.database.DatabaseLocation;

/**
 * Sees to it that one gateway alone uses a PostgreSQL: each keeps to the limits of its providers by itself, and two would exceed them together. Held by an
 * advisory lock of a connection of its own, so that the database frees it when the process ends, or within half a minute when its machine does. H2
 * locks its file itself. Thread-safe.
 */
final class SingleGatewayLock implements AutoCloseable {

    /** "sidecar" in ASCII; the number is this program's in any database. */
    private static final String LOCK = "select pg_try_advisory_lock(32485502240383346)";

    private static final String KEEPALIVE =
            "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 4; set tcp_user_timeout = 30000";

    private static final int SECONDS = 5;

    /** How a refusal begins. */
    static final String TAKEN = "another Sidecar uses the database ";

    private final DatabaseLocation location;
    private @Nullable Connection connection; // guarded by this
    private boolean over; // guarded by this

    SingleGatewayLock(DatabaseLocation location) {
        this.location = location;
    }

    /**
     * Takes it, or makes sure that it is still held: the database forgets it when it is started again. Blocks on the database.
     *
     * @return why this database must not be used; empty when it may
     * @throws SQLException when the database does not answer
     */
    synchronized Optional<String> hold() throws SQLException {
        if (over || !location.isPostgres() || (connection != null && connection.isValid(SECONDS))) {
            return Optional.empty();
        }
        release();
        Connection made = DatabaseConnector.connect(location);
        boolean locked = false;
        try {
            locked = lock(made);
        } finally {
            if (!locked) {
                made.close();
            }
        }
        if (locked) {
            connection = made;
            return Optional.empty();
        }
        return Optional.of(TAKEN + location
                + ", or it has not yet given up an earlier connection of this one: stop one of them, or give this one a"
                + " database of its own; two would exceed the limits of their providers together");
    }

    private static boolean lock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(KEEPALIVE);
            try (ResultSet row = statement.executeQuery(LOCK)) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** Gives it up for good. */
    @Override
    public synchronized void close() throws SQLException {
        over = true;
        release();
    }

    private void release() throws SQLException {
        Connection held = connection;
        connection = null;
        if (held != null) {
            held.close();
        }
    }
}
