package sidecar.ledger.edge;

import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import sidecar.cluster.NodeName;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.Posting;
import sidecar.ledger.UsageCounts;

/**
 * The ledger's tables as they are written. Every method is one transaction, committed when it returns. By JDBC and not by
 * entities: rows come by the hundred and are only ever added to (docs/adr/021-ledger-by-way-of-a-journal.md).
 */
@Stateless
public class LedgerStore {

    private static final String LOG_ROW = "insert into request_log ("
            + RequestLogColumns.NAMES
            + ", node) values ("
            + RequestLogColumns.TABLE.stream().map(column -> "?, ").collect(Collectors.joining())
            + "?)";

    @Resource(lookup = "java:app/jdbc/sidecar")
    private DataSource database;

    /** For the container. */
    public LedgerStore() {}

    LedgerStore(DataSource database) {
        this.database = database;
    }

    /** How far that node's journal has been taken up. */
    public Journal.Position position(NodeName node) {
        return ask(connection -> PositionTable.find(connection, node.value())).orElse(Journal.Position.START);
    }

    /**
     * The node begins, and is known from now on.
     *
     * @param files of its journal
     * @return how far that has been taken up by earlier runs
     */
    public Journal.Position begin(NodeName node, JournalFiles files, Instant now) {
        return ask(connection -> {
            LedgerTurn.take(connection, node);
            Journal.Position begin = PositionTable.begin(connection, node, files);
            NodeUsageTable.join(connection, node, now);
            return begin;
        });
    }

    /** What that node has counted in its life; a gateway that is alone: everything there has ever been. */
    public UsageCounts counted(NodeName node) {
        return ask(connection -> NodeUsageTable.of(connection, node));
    }

    /** What all nodes have done since a moment, and spent since a day. */
    public RecentPostings since(NodeName node, Instant moment, LocalDate day) {
        return ask(connection -> {
            LedgerTurn.take(connection, node);
            return new RecentPostingsQuery(connection, node).since(moment, day);
        });
    }

    /** What other nodes have posted since that row of the request log. */
    public RecentPostings since(NodeName node, long row) {
        return ask(connection -> new RecentPostingsQuery(connection, node).since(row));
    }

    private interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    private <T> T ask(Question<T> question) {
        List<T> answer = new ArrayList<>(1);
        Sql.atomically(database, connection -> answer.add(question.ask(connection)));
        return answer.get(0);
    }

    /**
     * Takes up one page of the journal: books, request log, and how far it has come, together or not at all. A page that
     * has been taken up before, in a transaction whose end nobody heard of, changes nothing.
     *
     * @param from where the page begins
     */
    public void post(NodeName node, Journal.Position from, Journal.Page page, Instant now) {
        Sql.atomically(database, connection -> {
            LedgerTurn.take(connection, node);
            if (!reached(connection, node, from, page.next())) {
                return;
            }
            List<Posting> postings = Posting.of(page.entries());
            UsageTable.HOURS.add(connection, postings, now.toEpochMilli());
            UsageTable.DAYS.add(connection, postings, now.toEpochMilli());
            NodeUsageTable.add(connection, node, Posting.sum(postings), now);
            RefusalTable.add(connection, page.entries());
            log(connection, node, page.entries());
        });
    }

    /** Moves from the one place to the other; false when that has been done before. */
    private static boolean reached(Connection connection, NodeName node, Journal.Position from, Journal.Position next)
            throws SQLException {
        if (PositionTable.move(connection, node.value(), from, next)) {
            return true;
        }
        Journal.Position there = PositionTable.find(connection, node.value()).orElse(Journal.Position.START);
        if (there.equals(next)) {
            return false;
        }
        if (!there.equals(from) || !from.equals(Journal.Position.START)) {
            throw new IllegalStateException("the database has taken up the journal to " + there + ", not to " + from);
        }
        PositionTable.insert(connection, node.value(), next);
        return true;
    }

    private static void log(Connection connection, NodeName node, List<LedgerEntry> entries) throws SQLException {
        try (PreparedStatement row = connection.prepareStatement(LOG_ROW)) {
            for (LedgerEntry entry : entries) {
                int index = 1;
                for (RequestLogColumn column : RequestLogColumns.TABLE) {
                    column.bind(row, index++, entry);
                }
                row.setString(index, node.value());
                row.addBatch();
            }
            row.executeBatch();
        }
    }

    // forgetting

    /**
     * How many rows the request log has beyond {@code mostRows}, or 0. Counting reads the whole table while somebody
     * writes, so it is left out where the ids alone say that there cannot be as many.
     */
    public long surplus(long mostRows) {
        long ids = number("select max(id) - min(id) + 1 from request_log");
        return ids <= mostRows ? 0 : Math.max(0, number("select count(*) from request_log") - mostRows);
    }

    private long number(String query) {
        return Sql.query(database, query, List.of())
                .first(row -> row.getLong(1))
                .orElse(0L);
    }

    /**
     * Deletes some of the oldest rows of the request log that are older than {@code before}, or among the
     * {@code surplus} oldest: at most {@code chunk}, so that the transaction is short.
     *
     * @return how many
     */
    public int forget(Instant before, long surplus, int chunk) {
        if (surplus <= 0 && oldest(1).stream().noneMatch(key -> key.before(before))) {
            return 0;
        }
        // the oldest come first in the order of ids too
        List<LogKey> keys = oldest(chunk);
        long last = 0;
        for (int i = 0; i < keys.size() && (i < surplus || keys.get(i).before(before)); i++) {
            last = keys.get(i).id();
        }
        return Sql.update(database, "delete from request_log where id <= ?", List.of(last));
    }

    private record LogKey(long id, long atMillis) {
        boolean before(Instant moment) {
            return atMillis < moment.toEpochMilli();
        }
    }

    private List<LogKey> oldest(int max) {
        String text = "select id, at_ms from request_log order by id fetch first " + max + " rows only";
        return Sql.query(database, text, List.of()).all(row -> new LogKey(row.getLong(1), row.getLong(2)));
    }

    /**
     * Deletes hourly rows of the hours before {@code hour}: those of the earliest day there is.
     *
     * @return how many
     */
    public int forgetHours(long hour) {
        return Sql.update(
                database,
                "delete from usage_hour where hour_utc < ?"
                        + " and hour_utc < (select min(hour_utc) from usage_hour) + 24",
                List.of(hour));
    }

    /**
     * Deletes the counts of refusals of the hours before {@code hour}.
     *
     * @return how many
     */
    public int forgetRefusals(long hour) {
        return Sql.update(database, "delete from refusal_hour where hour_utc < ?", List.of(hour));
    }
}
