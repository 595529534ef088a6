package sidecar.cluster.edge;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import sidecar.cluster.LeaderElection;
import sidecar.database.DatabaseLocation;
import sidecar.database.edge.DatabaseConnector;
import sidecar.time.Ticker;

/**
 * The leader is who holds an advisory lock of the database, on a connection of its own: the database frees it when the leader's process ends, and within 17 s when its machine or network does, and another
 * one takes it {@link #INTERVAL} later at the most. Who cannot verify that it still holds it leads for {@link #TERM} at the most, which is shorter. Tries and verifies on one thread of its own.
 */
final class PostgresLeaderElection implements LeaderElection, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(PostgresLeaderElection.class.getName());

    /** "leader" in ASCII; beside the lock of a gateway that is alone, the only ones of this program in any database. */
    private static final String LOCK = "select pg_try_advisory_lock(119182681466226)";

    private static final String KEEPALIVE =
            "set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 4; set tcp_keepalives_count = 3; set tcp_user_timeout = 15000";

    private static final Duration INTERVAL = Duration.ofSeconds(3);

    /** How long an answer may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** For how long it leads after it last asked whether it does: an interval and an answer as slow as may be. */
    static final Duration TERM = Duration.ofSeconds(10);

    private final DatabaseLocation location;
    private final Ticker ticker;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(PostgresLeaderElection::thread);
    private @Nullable Connection connection; // of its thread, as the next one
    private boolean locked;
    private volatile boolean leads;
    private volatile long verifiedNanos; // set before leads is

    /** Leads nobody until {@link #begin}. */
    PostgresLeaderElection(DatabaseLocation location, Ticker ticker) {
        this.location = location;
        this.ticker = ticker;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "sidecar-leader");
        thread.setDaemon(true);
        return thread;
    }

    /** Stands for election from now on. Call once. */
    @SuppressWarnings("FutureReturnValueIgnored") // ended with its thread, in close
    void begin() {
        thread.scheduleWithFixedDelay(this::campaign, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean isLeader() {
        return leads && ticker.nanos() - verifiedNanos < TERM.toNanos();
    }

    /** Never throws: it would not be called again. */
    private void campaign() {
        long asked = ticker.nanos();
        try {
            locked = locked ? isValid() : lock();
        } catch (SQLException | RuntimeException | LinkageError unreachable) {
            LOG.log(System.Logger.Level.DEBUG, "the database was not asked who leads", unreachable);
            locked = false;
            disconnect();
        }
        verifiedNanos = asked;
        if (locked != leads && !thread.isShutdown()) {
            leads = locked;
            LOG.log(
                    System.Logger.Level.INFO,
                    locked
                            ? "this node leads: it probes providers and deletes what is old, for all nodes of its database"
                            : "this node leads no more");
        }
    }

    private boolean isValid() throws SQLException {
        boolean valid = connection != null && connection.isValid((int) PATIENCE.toSeconds());
        if (!valid) {
            disconnect();
        }
        return valid;
    }

    private boolean lock() throws SQLException {
        if (connection == null) {
            connection = connect();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(LOCK)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private Connection connect() throws SQLException {
        Connection made = DatabaseConnector.connect(location);
        boolean ready = false;
        try (Statement statement = made.createStatement()) {
            made.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
            statement.execute(KEEPALIVE);
            ready = true;
            return made;
        } finally {
            if (!ready) {
                made.close();
            }
        }
    }

    private void disconnect() {
        Connection gone = connection;
        connection = null;
        try {
            if (gone != null) {
                gone.close();
            }
        } catch (SQLException already) {
            LOG.log(System.Logger.Level.DEBUG, "the connection of the election was gone already", already);
        }
    }

    /** Leads no more, and lets another one. Does not wait for the database. Idempotent. */
    @Override
    public void close() {
        if (!thread.isShutdown()) {
            thread.execute(this::resign);
            thread.shutdown();
        }
        leads = false;
    }

    private void resign() {
        leads = false;
        disconnect();
    }
}
