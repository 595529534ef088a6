package sidecar.ledger.edge;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import sidecar.cluster.NodeName;
import sidecar.ledger.UsageCounts;

/**
 * What each node has counted in its life, from which its metrics go on: their sum over all nodes is everything there has ever been. Not kept of a gateway that is alone.
 * Every method but {@link #others} needs the {@link LedgerTurn}.
 */
public final class NodeUsageTable {

    /** Who is a member no more, and has not posted for so long, is replaced by the next new node. */
    private static final Duration GONE = Duration.ofHours(1);

    /** What nobody is left to count: that of nodes that are gone, and of the times before there were nodes, unless its gateway may still come. */
    private static final String LEFT = "(updated_ms < ? and not exists"
            + " (select 1 from cluster_node where cluster_node.node = node_usage.node and state = 'member'))"
            + " or (node = '" + NodeName.LOCAL + "' and not exists"
            + " (select 1 from ledger_position where ledger_position.node = node_usage.node))";

    private static final String UPDATE = "update node_usage set "
            + UsageTable.SUMS.stream().map(sum -> sum + " = " + sum + " + ?").collect(Collectors.joining(", "))
            + ", updated_ms = ? where node = ?";

    private static final String INSERT = "insert into node_usage (" + String.join(", ", UsageTable.SUMS)
            + ", updated_ms, node) values ("
            + UsageTable.SUMS.stream().map(sum -> "?").collect(Collectors.joining(", ")) + ", ?, ?)";

    private NodeUsageTable() {}

    /** The node begins. One that is new goes on with what those have counted that are gone. After its position is known. */
    static void join(Connection connection, NodeName node, Instant now) throws SQLException {
        if (node.equals(NodeName.LOCAL)) {
            return;
        }
        if (number(connection, "select count(*) from node_usage") == 0) {
            insert(connection, NodeName.LOCAL, everything(connection), now);
        }
        if (execute(connection, UPDATE, node, UsageCounts.NOTHING, now) == 0) {
            List<Object> gone = List.of(now.minus(GONE).toEpochMilli());
            UsageCounts left = sum(connection, "node_usage where " + LEFT, gone);
            Sql.execute(connection, "delete from node_usage where " + LEFT, gone);
            insert(connection, node, left, now);
        }
    }

    /** The node has counted that. */
    public static void add(Connection connection, NodeName node, UsageCounts counts, Instant now) throws SQLException {
        if (!node.equals(NodeName.LOCAL) && execute(connection, UPDATE, node, counts, now) == 0) {
            insert(connection, node, counts, now);
        }
    }

    /** What it has counted. */
    static UsageCounts of(Connection connection, NodeName node) throws SQLException {
        return node.equals(NodeName.LOCAL)
                ? everything(connection)
                : sum(connection, "node_usage where node = ?", List.of(node.value()));
    }

    /** What all others have counted. */
    static UsageCounts others(Connection connection, NodeName node) throws SQLException {
        return sum(connection, "node_usage where node <> ?", List.of(node.value()));
    }

    private static UsageCounts everything(Connection connection) throws SQLException {
        return sum(connection, "usage_day", List.of());
    }

    private static UsageCounts sum(Connection connection, String rows, List<?> parameters) throws SQLException {
        return Sql.first(connection, "select " + UsageTable.ADDED_UP + " from " + rows, parameters, UsageTable::counts)
                .orElse(UsageCounts.NOTHING);
    }

    private static long number(Connection connection, String query) throws SQLException {
        return Sql.first(connection, query, List.of(), row -> row.getLong(1)).orElse(0L);
    }

    private static void insert(Connection connection, NodeName node, UsageCounts counts, Instant now)
            throws SQLException {
        execute(connection, INSERT, node, counts, now);
    }

    private static int execute(Connection connection, String text, NodeName node, UsageCounts counts, Instant now)
            throws SQLException {
        List<Object> values = new ArrayList<>(UsageTable.sums(counts));
        values.add(now.toEpochMilli());
        values.add(node.value());
        return Sql.execute(connection, text, values);
    }
}
