package sidecar.pool.edge.shared;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import sidecar.cluster.NodeName;

/** The table of what nodes tell each other. Its only clock is the database's. Thread-safe; every method blocks on the database. */
final class PoolEventTable {

    private static final String NOW = "cast(extract(epoch from current_timestamp) * 1000 as bigint)";
    private static final String ADD = "insert into pool_event (node, at_ms, event) values (?, " + NOW + " - ?, ?)";
    private static final String READ =
            "select id, node, " + NOW + " - at_ms, event from pool_event where id > ? order by id";
    private static final String PRUNE = "delete from pool_event where at_ms < " + NOW + " - ?";

    private final DataSource database;

    PoolEventTable(DataSource database) {
        this.database = database;
    }

    /**
     * One that is to be stored.
     *
     * @param age how long ago it was learned
     */
    record NewEvent(Duration age, String json) {}

    /**
     * One that is stored.
     *
     * @param age how long ago it was learned
     */
    record StoredEvent(long id, String node, Duration age, String json) {}

    /** Stores them in one transaction, in that order. */
    void add(NodeName node, List<NewEvent> events) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            boolean done = false;
            try (PreparedStatement statement = connection.prepareStatement(ADD)) {
                for (NewEvent event : events) {
                    statement.setString(1, node.value());
                    statement.setLong(2, event.age().toMillis());
                    statement.setString(3, event.json());
                    statement.addBatch();
                }
                statement.executeBatch();
                connection.commit();
                done = true;
            } finally {
                if (!done) {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
            }
        }
    }

    /** All that came after the one with that id, the oldest first. */
    List<StoredEvent> after(long id) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setLong(1, id);
            try (ResultSet row = statement.executeQuery()) {
                List<StoredEvent> events = new ArrayList<>();
                while (row.next()) {
                    events.add(new StoredEvent(
                            row.getLong(1), row.getString(2), Duration.ofMillis(row.getLong(3)), row.getString(4)));
                }
                return events;
            }
        }
    }

    /** Deletes what is older. */
    void prune(Duration kept) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(PRUNE)) {
            statement.setLong(1, kept.toMillis());
            statement.executeUpdate();
        }
    }
}
