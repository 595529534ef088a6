package sidecar.boot.edge;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import sidecar.settings.Settings;

/**
 * The database that the settings name, behind the server's pool. The pool makes it by its class name; handing it an
 * address through the configuration instead fell back to its default without a word when the order of start was another
 * (Payara Micro 6.2025.10): a gateway whose providers are gone after a restart.
 */
public class Database implements DataSource {

    private final JdbcDataSource h2 = new JdbcDataSource();

    /** @throws IllegalArgumentException if the environment is refused; the start then ends with that line */
    public Database() {
        DatabaseLocation location = DatabaseLocation.of(new Settings(Environment.read()));
        h2.setURL(location.url());
        h2.setUser(location.user());
        h2.setPassword(location.password());
    }

    @Override
    public Connection getConnection() throws SQLException {
        return h2.getConnection();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return h2.getConnection();
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return h2.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        h2.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        h2.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return h2.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() {
        return h2.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return h2.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return h2.isWrapperFor(type);
    }
}
