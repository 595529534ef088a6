package sidecar.ledger.edge;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import sidecar.cluster.NodeName;

/**
 * Of the nodes that share a database, one posts at a time: none waits for one that waits for it, no two add the same row, and rows of the request log become visible in the
 * order of their ids.
 */
public final class LedgerTurn {

    private LedgerTurn() {}

    /** Waits for the turn, and keeps it to the end of the transaction; a gateway that is alone always has it. Before anything else is written. */
    public static void take(Connection connection, NodeName node) throws SQLException {
        if (node.equals(NodeName.LOCAL)) {
            return;
        }
        String turn = "select id from ledger_turn where id = 1 for update";
        if (Sql.first(connection, turn, List.of(), row -> row.getInt(1)).isEmpty()) {
            throw new IllegalStateException("the table ledger_turn has lost its row");
        }
    }
}
