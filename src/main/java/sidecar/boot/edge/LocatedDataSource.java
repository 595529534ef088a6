package sidecar.boot.edge;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import javax.sql.DataSource;
import sidecar.database.DatabaseLocation;
import sidecar.database.DatabaseStartCheck;
import sidecar.database.edge.DatabaseConnector;
import sidecar.database.edge.PostgresServer;
import sidecar.settings.Settings;

/**
 * What the server's pool draws connections from: the database that the settings name. The server makes it by its class
 * name, before anything of the application exists, and its own placeholders are resolved before our configuration
 * sources are known; so it reads the environment itself.
 */
public class LocatedDataSource implements DataSource {

    private static final System.Logger LOG = System.getLogger(LocatedDataSource.class.getName());

    /** Whether any connection was ever made: the first one decides about the start. */
    private static final AtomicBoolean OPENED = new AtomicBoolean();

    /** Of this deployment; the next one has a class of its own. */
    private static final OpenConnections CONNECTIONS = new OpenConnections();

    /** Ends all connections, and gives no more. */
    static void close() {
        CONNECTIONS.close();
    }

    @Override
    public Connection getConnection() throws SQLException {
        CONNECTIONS.refuseIfOver();
        if (OPENED.get()) {
            return connect(DatabaseLocation.of(settings()));
        }
        // JPA connects while the application is being deployed, before Boot; a failure here would leave a server
        // running without an application.
        Settings settings = settings();
        DatabaseStartCheck check = new DatabaseStartCheck(settings);
        check.refusal().ifPresent(StartupFailure::stop);
        DatabaseLocation location = DatabaseLocation.of(settings);
        try {
            Connection connection = connect(location);
            if (location.isPostgres()) {
                PostgresServer.of(connection)
                        .refusal()
                        .map(why -> check.unopened(null, why))
                        .ifPresent(StartupFailure::stop);
            }
            OPENED.set(true);
            return connection;
        } catch (SQLException e) {
            throw StartupFailure.stop(check.unopened(e.getSQLState(), DatabaseConnector.reason(location, e)));
        }
    }

    private static Settings settings() {
        try {
            return new Settings(ServerEnvironment.read());
        } catch (IllegalArgumentException e) {
            throw StartupFailure.stop(e.getMessage());
        }
    }

    private static Connection connect(DatabaseLocation location) throws SQLException {
        return CONNECTIONS.keep(DatabaseConnector.connect(location));
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() {
        return DriverManager.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("no parent logger");
    }

    /**
     * What was opened and is not closed. The server takes the pool down while the application's timers still fire: a connection that one of
     * them has then, or has a new pool make, is nobody's afterwards, and an open H2 keeps its file from the next deployment. Thread-safe.
     */
    static final class OpenConnections {

        private final Set<Connection> open = new HashSet<>(); // guarded by this
        private boolean over; // guarded by this

        /** Before the file is opened at all: the next deployment may be about to. */
        synchronized void refuseIfOver() throws SQLException {
            if (over) {
                throw new SQLException("the application is being undeployed");
            }
        }

        /**
         * Takes a new connection.
         *
         * @return the same
         * @throws SQLException when all is over: it is closed
         */
        synchronized Connection keep(Connection connection) throws SQLException {
            if (over) {
                end(connection);
                refuseIfOver();
            }
            for (Iterator<Connection> each = open.iterator(); each.hasNext(); ) {
                if (each.next().isClosed()) {
                    each.remove();
                }
            }
            open.add(connection);
            return connection;
        }

        /** Closes all, and from then on each at once. */
        synchronized void close() {
            over = true;
            open.forEach(OpenConnections::end);
            open.clear();
        }

        private static void end(Connection connection) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.DEBUG, "a connection of an application that is over", e);
            }
        }
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("nothing to unwrap");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
