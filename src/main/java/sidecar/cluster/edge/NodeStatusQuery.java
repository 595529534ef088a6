package sidecar.cluster.edge;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import sidecar.cluster.NodeStatus;
import sidecar.limit.GrantResult;

/** Reads the table of nodes. Times are by the database's clock alone: the nodes' may differ. */
final class NodeStatusQuery {

    /** Of a rolling deployment each start may leave a node behind, for some days. */
    private static final int MOST = 200;

    private static final String QUERY = """
            select n.node, n.state, n.version, n.started_ms, n.seen_ms, n.in_flight, n.waiting, coalesce(s.places, 0) places,
                   cast(extract(epoch from current_timestamp) * 1000 as bigint) now_ms
            from cluster_node n
            left join (select node, sum(owned) places from cluster_share where kind = ? group by node) s on s.node = n.node
            order by case when n.state = 'member' then 0 else 1 end, n.seen_ms desc
            fetch first %d rows only
            """.formatted(MOST);

    private final DataSource database;

    NodeStatusQuery(DataSource database) {
        this.database = database;
    }

    /** All members, and of the others those that were seen last. Blocks on the database. */
    List<NodeStatus> read() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(QUERY)) {
            statement.setString(1, GrantResult.Limit.MINUTE.name());
            List<NodeStatus> nodes = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    nodes.add(node(rows));
                }
            }
            return nodes;
        }
    }

    private static NodeStatus node(ResultSet row) throws SQLException {
        Duration silence = since(row, "seen_ms");
        NodeStatus.NodeState state = NodeStatus.NodeState.of(row.getString("state"), silence);
        return new NodeStatus(
                row.getString("node"),
                state,
                row.getString("version"),
                state.isMember() ? Optional.of(since(row, "started_ms")) : Optional.empty(),
                row.getInt("in_flight"),
                row.getInt("waiting"),
                row.getLong("places"),
                silence);
    }

    /** A transaction that began before another one committed may be a little behind it. */
    private static Duration since(ResultSet row, String moment) throws SQLException {
        return Duration.ofMillis(Math.max(0, row.getLong("now_ms") - row.getLong(moment)));
    }
}
