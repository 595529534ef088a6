package sidecar.ledger.edge;

import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.Outcome;
import sidecar.ledger.Posting;
import sidecar.ledger.RecentActivity;
import sidecar.ledger.SpendingListener;
import sidecar.ledger.Usage;
import sidecar.ledger.UsageCounts;

/**
 * The ledger's tables as they are written. Every method is one transaction, committed when it returns. By JDBC and not by
 * entities: rows come by the hundred and are only ever added to (docs/adr/021-ledger-by-way-of-a-journal.md).
 */
@Stateless
public class LedgerStore {

    private static final String LOG_ROW = "insert into request_log ("
            + RequestLogColumns.NAMES
            + ") values ("
            + RequestLogColumns.TABLE.stream().map(column -> "?").collect(Collectors.joining(", "))
            + ")";

    /** As {@link RecentActivity} counts them: without what was refused by the client's own mistake. */
    private static final String COUNTED = "(attempts > 0 or status < 400 or status >= 500)";

    @Resource(lookup = "java:app/jdbc/sidecar")
    private DataSource database;

    /** For the container. */
    public LedgerStore() {}

    LedgerStore(DataSource database) {
        this.database = database;
    }

    /** How far the journal has been taken up by earlier runs. */
    public Journal.Position position(String node) {
        return Sql.query(database, "select segment, byte_offset from ledger_position where node = ?", List.of(node))
                .first(row -> new Journal.Position(row.getLong(1), row.getLong(2)))
                .orElse(Journal.Position.START);
    }

    /** Everything there has ever been. */
    public UsageCounts sums() {
        return Sql.query(database, "select " + UsageTable.ADDED_UP + " from usage_day", List.of())
                .first(UsageTable::counts)
                .orElse(UsageCounts.NOTHING);
    }

    /** Tells what each client has spent on each day since one. */
    public void spending(LocalDate since, SpendingListener each) {
        Sql.query(
                        database,
                        "select client, day_utc, sum(cost) from usage_day where day_utc >= ? group by client, day_utc",
                        List.of(since.toEpochDay()))
                .each(row -> each.of(row.getString(1), LocalDate.ofEpochDay(row.getLong(2)), row.getBigDecimal(3)));
    }

    /**
     * Tells what the request log knows of the time since a moment, summed up by five seconds. The log has no start of the last attempt: latencies
     * are from the end of the waiting on, and errors of attempts that were made again are missing.
     */
    public void recentSlices(Instant since, BiConsumer<Instant, RecentActivity.Slice> each) {
        List<Object> from = List.of(since.toEpochMilli());
        String tried = "case when attempts > 0 then 1 else 0 end";
        String ok = "case when outcome = '" + LedgerEntry.OK + "' then 1 else 0 end";
        Sql.query(
                        database,
                        "select at_ms / 5000, sum(" + tried + "), sum(attempts), sum(" + ok
                                + "), sum(prompt), sum(completion),"
                                + " sum(cached), sum(cache_written), sum(reasoning), sum(cost),"
                                + " sum((took_us - waited_us) * (" + ok + ")), sum(waited_us * (" + tried + ")),"
                                + " sum(case when first_us is not null then (" + ok + ") else 0 end),"
                                + " sum(coalesce(first_us - waited_us, 0) * (" + ok + ")),"
                                + " sum(case when attempts = 0 and status > 0 and outcome <> '"
                                + Outcome.CLIENT_GONE.wire() + "' then 1 else 0 end),"
                                + " sum(case when waited_us >= 1000000 then 1 else 0 end), max(waited_us)"
                                + " from request_log where at_ms >= ? and " + COUNTED + " group by at_ms / 5000",
                        from)
                .each(row -> each.accept(Instant.ofEpochMilli(row.getLong(1) * 5_000), slice(row)));
        Sql.query(
                        database,
                        "select (at_ms - took_us / 1000) / 5000 as began, count(*) from request_log where at_ms >= ? and "
                                + COUNTED + " group by (at_ms - took_us / 1000) / 5000",
                        from)
                .each(row -> each.accept(
                        Instant.ofEpochMilli(row.getLong(1) * 5_000), RecentActivity.Slice.arrived(row.getLong(2))));
    }

    private static RecentActivity.Slice slice(ResultSet row) throws SQLException {
        UsageCounts counts = new UsageCounts(
                row.getLong(2),
                row.getLong(3),
                0,
                row.getLong(4),
                0,
                new Usage(row.getLong(5), row.getLong(6), row.getLong(7), row.getLong(8), row.getLong(9)),
                row.getBigDecimal(10),
                new UsageCounts.Spent(row.getLong(11), row.getLong(12), row.getLong(13), row.getLong(14)));
        return new RecentActivity.Slice(
                counts, row.getLong(15), 0, row.getLong(16), Duration.ofNanos(row.getLong(17) * 1_000));
    }

    /**
     * Takes up one page of the journal: books, request log, and how far it has come, together or not at all. A page that
     * has been taken up before, in a transaction whose end nobody heard of, changes nothing.
     *
     * @param from where the page begins
     */
    public void post(String node, Journal.Position from, Journal.Page page, Instant now) {
        Sql.atomically(database, connection -> {
            if (!reached(connection, node, from, page.next())) {
                return;
            }
            List<Posting> postings = Posting.of(page.entries());
            UsageTable.HOURS.add(connection, postings, now.toEpochMilli());
            UsageTable.DAYS.add(connection, postings, now.toEpochMilli());
            RefusalTable.add(connection, page.entries());
            log(connection, page.entries());
        });
    }

    /** Moves from the one place to the other; false when that has been done before. */
    private boolean reached(Connection connection, String node, Journal.Position from, Journal.Position next)
            throws SQLException {
        int moved = Sql.execute(
                connection,
                "update ledger_position set segment = ?, byte_offset = ? where node = ? and segment = ? and byte_offset = ?",
                List.of(next.segment(), next.offset(), node, from.segment(), from.offset()));
        if (moved == 1) {
            return true;
        }
        Journal.Position there = position(node);
        if (there.equals(next)) {
            return false;
        }
        if (!there.equals(from) || !from.equals(Journal.Position.START)) {
            throw new IllegalStateException("the database has taken up the journal to " + there + ", not to " + from);
        }
        Sql.execute(
                connection,
                "insert into ledger_position (segment, byte_offset, node) values (?, ?, ?)",
                List.of(next.segment(), next.offset(), node));
        return true;
    }

    private static void log(Connection connection, List<LedgerEntry> entries) throws SQLException {
        try (PreparedStatement row = connection.prepareStatement(LOG_ROW)) {
            for (LedgerEntry entry : entries) {
                int index = 1;
                for (RequestLogColumn column : RequestLogColumns.TABLE) {
                    column.bind(row, index++, entry);
                }
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
