package sidecar.cluster.edge;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import sidecar.cluster.NodeName;
import sidecar.database.DatabaseLocation;
import sidecar.database.edge.DatabaseConnector;

/**
 * The connection by which a node asks for its places, and an advisory lock on it that says that no other process has this node's name: a copied data directory would make two processes own the
 * same places. The database frees it when the process ends, or within half a minute when its machine does. Blocks on the database. Not thread-safe.
 */
final class NodeConnection implements AutoCloseable {

    /** "node" in ASCII; the second number of the lock is the name's. */
    private static final int LOCK = 1_852_793_957;

    private static final String KEEPALIVE =
            "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 4; set tcp_user_timeout = 30000";

    /** Longer than any call takes; a node whose database does not answer asks again by another connection. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final DatabaseLocation location;
    private final NodeName node;
    private @Nullable Connection connection;

    NodeConnection(DatabaseLocation location, NodeName node) {
        this.location = location;
        this.node = node;
    }

    /** Another process has this node's name, or the database has not yet given up an earlier connection of this one. */
    static final class NameTakenException extends SQLException {
        private static final long serialVersionUID = 1L;

        NameTakenException(NodeName node) {
            super("another Sidecar is node " + node
                    + " of this database, or it has not yet given up an earlier connection of this one;"
                    + " when a data directory was copied for a second node, delete the file `node` in the copy");
        }
    }

    /** The store by this connection, which is made when there is none. */
    PostgresShareStore store() throws SQLException {
        Connection known = connection;
        if (known == null) {
            known = open();
            connection = known;
        }
        return new PostgresShareStore(known, node);
    }

    private Connection open() throws SQLException {
        Connection made = DatabaseConnector.connect(location);
        boolean locked = false;
        try {
            made.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
            locked = lock(made);
        } finally {
            if (!locked) {
                made.close();
            }
        }
        if (!locked) {
            throw new NameTakenException(node);
        }
        return made;
    }

    private boolean lock(Connection made) throws SQLException {
        try (Statement statement = made.createStatement();
                PreparedStatement lock = made.prepareStatement("select pg_try_advisory_lock(?, hashtext(?))")) {
            statement.execute(KEEPALIVE);
            lock.setInt(1, LOCK);
            lock.setString(2, node.value());
            try (ResultSet row = lock.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** Why a call failed, without secrets. */
    String reason(SQLException failed) {
        return DatabaseConnector.reason(location, failed);
    }

    /** Ends it; the next call makes another one. */
    @Override
    public void close() {
        Connection old = connection;
        connection = null;
        if (old != null) {
            try {
                old.close();
            } catch (SQLException gone) {
                // it is over either way
                System.getLogger(NodeConnection.class.getName())
                        .log(System.Logger.Level.DEBUG, "a connection was gone already", gone);
            }
        }
    }
}
