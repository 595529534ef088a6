package sidecar.ledger.edge;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import sidecar.cluster.NodeName;

/** How far each node's journal is in the database. */
final class PositionTable {

    private static final System.Logger LOG = System.getLogger(PositionTable.class.getName());

    private PositionTable() {}

    static Optional<Journal.Position> find(Connection connection, String node) throws SQLException {
        return Sql.first(
                connection,
                "select segment, byte_offset from ledger_position where node = ?",
                List.of(node),
                row -> new Journal.Position(row.getLong(1), row.getLong(2)));
    }

    /**
     * Where a node's journal goes on. A node that is new here, and has a journal all the same, was the only gateway of this database and posted under the name of those, or has another
     * one's files: what was posted must not be posted again. From now on it is known, before its journal has anything in it.
     */
    static Journal.Position begin(Connection connection, NodeName node, JournalFiles files) throws SQLException {
        Optional<Journal.Position> known = find(connection, node.value());
        if (known.isPresent()) {
            return known.get();
        }
        Optional<Journal.Position> alone =
                find(connection, NodeName.LOCAL.value()).filter(files::hold);
        if (alone.isPresent()) {
            Sql.execute(
                    connection,
                    "update ledger_position set node = ? where node = ?",
                    List.of(node.value(), NodeName.LOCAL.value()));
            return alone.get();
        }
        Journal.Position begin = isEmpty(connection) ? Journal.Position.START : behind(files, node);
        insert(connection, node.value(), begin);
        return begin;
    }

    private static Journal.Position behind(JournalFiles files, NodeName node) {
        if (files.isEmpty()) {
            return Journal.Position.START;
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "the journal in data/ledger is not of the node {0}, under whose name this database knows none: what it holds"
                        + " is left to the node whose data directory this is a copy of",
                node);
        return files.end();
    }

    private static boolean isEmpty(Connection connection) throws SQLException {
        return Sql.first(connection, "select count(*) from ledger_position", List.of(), row -> row.getLong(1))
                .filter(rows -> rows == 0)
                .isPresent();
    }

    static void insert(Connection connection, String node, Journal.Position position) throws SQLException {
        Sql.execute(
                connection,
                "insert into ledger_position (segment, byte_offset, node) values (?, ?, ?)",
                List.of(position.segment(), position.offset(), node));
    }

    /** Moves it on. @return whether it was at {@code from} */
    static boolean move(Connection connection, String node, Journal.Position from, Journal.Position to)
            throws SQLException {
        return Sql.execute(
                        connection,
                        "update ledger_position set segment = ?, byte_offset = ? where node = ? and segment = ? and byte_offset = ?",
                        List.of(to.segment(), to.offset(), node, from.segment(), from.offset()))
                == 1;
    }
}
