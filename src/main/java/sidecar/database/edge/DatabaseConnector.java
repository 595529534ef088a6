package sidecar.database.edge;

import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import sidecar.database.DatabaseLocation;

/** Opens connections to the database that the settings name. */
public final class DatabaseConnector {

    private static final String H2_DRIVER = "org.h2.Driver";
    private static final String POSTGRES_DRIVER = "org.postgresql.Driver";

    /** Where the URL says nothing else: a server that is cut off must not hold a thread for ever. Seconds. */
    private static final Map<String, String> POSTGRES_DEFAULTS =
            Map.of("ApplicationName", "sidecar", "connectTimeout", "5", "socketTimeout", "30", "tcpKeepAlive", "true");

    /**
     * What a session holds, such as locked rows, is free half a minute after the machine of its process or the way there was lost, and minutes after the process was suspended: other
     * nodes wait for it.
     */
    private static final String POSTGRES_SESSION =
            "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 4;"
                    + " set tcp_user_timeout = 30000; set idle_in_transaction_session_timeout = 300000";

    private DatabaseConnector() {}

    /** Opens one; the caller's to close. */
    public static Connection connect(DatabaseLocation location) throws SQLException {
        Properties login = new Properties();
        if (location.isPostgres()) {
            login.putAll(POSTGRES_DEFAULTS);
        }
        login.setProperty("user", location.user());
        login.setProperty("password", location.password());
        Connection connection = driver(location).connect(location.url(), login);
        if (connection == null) {
            throw new SQLException("its URL is not one of its driver's");
        }
        if (location.isPostgres()) {
            prepare(connection);
        }
        return connection;
    }

    private static void prepare(Connection connection) throws SQLException {
        boolean ready = false;
        try (Statement statement = connection.createStatement()) {
            statement.execute(POSTGRES_SESSION);
            ready = true;
        } finally {
            if (!ready) {
                connection.close();
            }
        }
    }

    /** By name and class loader: the server has an H2 of its own, an older one, registered first. */
    private static Driver driver(DatabaseLocation location) throws SQLException {
        String name = location.isPostgres() ? POSTGRES_DRIVER : H2_DRIVER;
        try {
            return Class.forName(name)
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new SQLException("the driver " + name + " is not part of this build", e);
        }
    }

    /**
     * Why one could not be opened. Of a host that is not known, PostgreSQL's driver says only that it has no connection; of a URL that it cannot read, all of it, secrets
     * included.
     */
    public static String reason(DatabaseLocation location, SQLException failed) {
        return failed.getCause() instanceof UnknownHostException unknown
                ? "the host " + unknown.getMessage() + " cannot be resolved"
                : String.valueOf(failed.getMessage()).replace(location.url(), location.toString());
    }
}
