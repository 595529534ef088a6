package sidecar.database.edge;

import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import sidecar.console.TableVersions;
import sidecar.database.DatabaseLocation;

/**
 * Learns what other gateways have changed, on a thread and a connection of its own: it listens, and asks for the versions of all tables once a second whatever it hears. When the connection is lost
 * it makes another, and then reads all anew. Thread-safe.
 */
final class ChangeListener implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ChangeListener.class.getName());

    /** Tells all who listen, when the transaction is committed. */
    static final String NOTIFY = "select pg_notify('sidecar_changes', ?)";

    private static final String LISTEN =
            "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 4; listen sidecar_changes";

    private static final Duration POLL = Duration.ofSeconds(1);

    /** Between attempts to connect; each may take seconds itself. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** The answer is one of a few rows. */
    private static final Duration ANSWERS = Duration.ofSeconds(5);

    private static final Duration ENDS = Duration.ofSeconds(3);

    private final DatabaseLocation location;
    private final TableVersions versions;
    private final Runnable eachTime;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "sidecar-changes");
    private volatile @Nullable Connection open;

    /** @param eachTime called whenever it asks */
    ChangeListener(DatabaseLocation location, TableVersions versions, Runnable eachTime) {
        this.location = location;
        this.versions = versions;
        this.eachTime = eachTime;
        thread.setDaemon(true);
    }

    /** Begins; once. */
    void start() {
        thread.start();
    }

    private void run() {
        boolean lost = false;
        while (!isOver()) {
            try {
                listen();
            } catch (SQLException | RuntimeException failed) {
                tell(lost, failed);
                lost = true;
                pause();
            }
        }
    }

    private void listen() throws SQLException {
        try (Connection connection = DatabaseConnector.connect(location)) {
            open = connection;
            connection.setNetworkTimeout(Runnable::run, (int) ANSWERS.toMillis());
            try (Statement statement = connection.createStatement()) {
                statement.execute(LISTEN);
                versions.forgetAll();
                while (!isOver()) {
                    versions.catchUp(stored(statement));
                    eachTime.run();
                    await(connection);
                }
            }
        }
    }

    /** Until a notice, or the next time to ask. By reflection: javac complains of annotations of the driver's, whose classes nobody has. */
    private static void await(Connection connection) throws SQLException {
        try {
            connection.getClass().getMethod("getNotifications", int.class).invoke(connection, (int) POLL.toMillis());
        } catch (InvocationTargetException lost) {
            throw new SQLException("the connection that listens is lost", lost.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("not a connection of PostgreSQL's driver", e);
        }
    }

    private static Map<String, Long> stored(Statement statement) throws SQLException {
        Map<String, Long> stored = new HashMap<>();
        try (ResultSet rows = statement.executeQuery("select name, version from table_version")) {
            while (rows.next()) {
                stored.put(rows.getString(1), rows.getLong(2));
            }
        }
        return stored;
    }

    private void tell(boolean again, Exception failed) {
        LOG.log(
                again || isOver() ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                "what other gateways change is not learned until the database answers again: {0}",
                Migrator.rootMessage(failed));
    }

    private boolean isOver() {
        return over.getCount() == 0;
    }

    private void pause() {
        try {
            over.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException nobodyInterrupts) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends thread and connection. Idempotent. */
    @Override
    public void close() {
        over.countDown();
        try {
            Connection connection = open;
            if (connection != null) {
                connection.abort(Runnable::run);
            }
            thread.join(ENDS.toMillis());
        } catch (SQLException gone) {
            LOG.log(System.Logger.Level.DEBUG, "the connection that listens was gone already", gone);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
