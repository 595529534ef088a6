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
import sidecar.cluster.NodeName;

/** The nodes that use a database now, asked before its schema is changed under them. Blocks on the database. */
public final class UpgradeGuard {

    /** Each renews every second. */
    private static final Duration LATELY = Duration.ofSeconds(15);

    private static final String TABLE = "select to_regclass('cluster_node') is not null";

    private static final String QUERY = "select node, version from cluster_node where state = 'member' and node <> ?"
            + " and seen_ms > extract(epoch from clock_timestamp()) * 1000 - ? order by node";

    private UpgradeGuard() {}

    /** Why this node must not change the schema; empty when nobody else uses it. */
    public static Optional<String> refusal(DataSource database, NodeName self) throws SQLException {
        List<String> nodes = new ArrayList<>();
        try (Connection connection = database.getConnection()) {
            if (!hasTable(connection)) {
                return Optional.empty(); // of a version that knew no nodes
            }
            try (PreparedStatement query = connection.prepareStatement(QUERY)) {
                query.setString(1, self.value());
                query.setLong(2, LATELY.toMillis());
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        nodes.add(row.getString(1) + " (" + row.getString(2) + ")");
                    }
                }
            }
        }
        return nodes.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "this version changes the database's schema, which other nodes use now: "
                                + String.join(", ", nodes)
                                + "; stop them all, start this one, then the others with the same version (docs/scaling.md#upgrades)");
    }

    private static boolean hasTable(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(TABLE);
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
