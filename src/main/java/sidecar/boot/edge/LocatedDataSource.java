package sidecar.boot.edge;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import javax.sql.DataSource;
import sidecar.database.DatabaseLocation;
import sidecar.database.DatabaseStartCheck;
import sidecar.settings.Settings;

/**
 * What the server's pool draws connections from: the database that the settings name. The server makes it by its class
 * name, before anything of the application exists, and its own placeholders are resolved before our configuration
 * sources are known; so it reads the environment itself.
 */
public class LocatedDataSource implements DataSource {

    private static final String H2_DRIVER = "org.h2.Driver";
    private static final String POSTGRES_DRIVER = "org.postgresql.Driver";

    /** Whether any connection was ever made: the first one decides about the start. */
    private static final AtomicBoolean OPENED = new AtomicBoolean();

    /** Whether the application is at its end; the next deployment has a class of its own. */
    private static final AtomicBoolean CLOSED = new AtomicBoolean();

    /**
     * From now on there are the connections that the pool holds, and no others. While an application is undeployed its timers still
     * fire; after the pool is gone one of them would make another, whose connection keeps the file from the next deployment.
     */
    static void close() {
        CLOSED.set(true);
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (CLOSED.get()) {
            throw new SQLException("the application is being undeployed");
        }
        if (OPENED.get()) {
            return connect(DatabaseLocation.of(settings()));
        }
        // JPA connects while the application is being deployed, before Boot; a failure here would leave a server
        // running without an application.
        Settings settings = settings();
        DatabaseStartCheck check = new DatabaseStartCheck(settings);
        check.refusal().ifPresent(StartupFailure::stop);
        try {
            Connection connection = connect(DatabaseLocation.of(settings));
            OPENED.set(true);
            return connection;
        } catch (SQLException e) {
            throw StartupFailure.stop(check.unopened(e.getMessage()));
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
        Properties login = new Properties();
        login.setProperty("user", location.user());
        login.setProperty("password", location.password());
        Connection connection = driver(location).connect(location.url(), login);
        if (connection == null) {
            throw new SQLException("its URL is not one of its driver's");
        }
        return connection;
    }

    /** By name and class loader: the server has an H2 of its own, an older one, registered first. */
    private static Driver driver(DatabaseLocation location) throws SQLException {
        String name = location.url().startsWith("jdbc:h2:") ? H2_DRIVER : POSTGRES_DRIVER;
        try {
            return Class.forName(name)
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new SQLException("the driver " + name + " is not part of this build", e);
        }
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

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("nothing to unwrap");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
