package sidecar.ledger.edge;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import sidecar.cluster.NodeName;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.Outcome;
import sidecar.ledger.RecentActivity;
import sidecar.ledger.Usage;
import sidecar.ledger.UsageCounts;
import sidecar.ledger.edge.RecentPostings.DailySpending;
import sidecar.ledger.edge.RecentPostings.TimedSlice;

/** Reads {@link RecentPostings}. */
final class RecentPostingsQuery {

    /** As {@link RecentActivity} counts them: without what was refused by the client's own mistake. */
    private static final String COUNTED = "(attempts > 0 or status < 400 or status >= 500)";

    private static final String TRIED = "(case when attempts > 0 then 1 else 0 end)";
    private static final String OK = "(case when outcome = '" + LedgerEntry.OK + "' then 1 else 0 end)";

    private static final String ENDED = "select at_ms / 5000, sum(" + TRIED + "), sum(attempts), sum(" + OK
            + "), sum(prompt), sum(completion), sum(cached), sum(cache_written), sum(reasoning), sum(cost),"
            + " sum((took_us - waited_us) * " + OK + "), sum(waited_us * " + TRIED + "),"
            + " sum(case when first_us is not null then " + OK + " else 0 end),"
            + " sum(coalesce(first_us - waited_us, 0) * " + OK + "),"
            + " sum(case when attempts = 0 and status > 0 and outcome <> '" + Outcome.CLIENT_GONE.wire()
            + "' then 1 else 0 end),"
            + " sum(case when waited_us >= 1000000 then 1 else 0 end), max(waited_us)"
            + " from request_log where " + COUNTED + " and %s group by at_ms / 5000";

    private static final String BEGUN = "select (at_ms - took_us / 1000) / 5000, count(*) from request_log where "
            + COUNTED + " and %s group by (at_ms - took_us / 1000) / 5000";

    private final Connection connection;
    private final NodeName node;

    RecentPostingsQuery(Connection connection, NodeName node) {
        this.connection = connection;
        this.node = node;
    }

    /** What all nodes have done since a moment, and spent since a day. Needs the {@link LedgerTurn}. */
    RecentPostings since(Instant moment, LocalDate day) throws SQLException {
        return new RecentPostings(
                newest(0),
                slices("at_ms >= ?", List.of(moment.toEpochMilli())),
                spendings(
                        "select client, day_utc, sum(cost) from usage_day where day_utc >= ? group by client, day_utc",
                        List.of(day.toEpochDay())),
                NodeUsageTable.others(connection, node));
    }

    /** What other nodes have posted since that row of the request log. */
    RecentPostings since(long row) throws SQLException {
        long upTo = newest(row);
        List<Object> parameters = List.of(row, upTo, node.value());
        String rows = "id > ? and id <= ? and node <> ?";
        return new RecentPostings(
                upTo,
                slices(rows, parameters),
                spendings(
                        "select client, at_ms / 86400000, sum(cost) from request_log where cost > 0 and " + rows
                                + " group by client, at_ms / 86400000",
                        parameters),
                NodeUsageTable.others(connection, node));
    }

    private long newest(long least) throws SQLException {
        return Math.max(
                least,
                Sql.first(connection, "select max(id) from request_log", List.of(), row -> row.getLong(1))
                        .orElse(0L));
    }

    /**
     * Summed up by five seconds. The log has no start of the last attempt: latencies are from the end of the waiting on, and errors of attempts that were made again are missing.
     */
    private List<TimedSlice> slices(String rows, List<?> parameters) throws SQLException {
        List<TimedSlice> slices =
                new ArrayList<>(Sql.all(connection, ENDED.formatted(rows), parameters, row -> slice(row, ended(row))));
        slices.addAll(Sql.all(
                connection,
                BEGUN.formatted(rows),
                parameters,
                row -> slice(row, RecentActivity.Slice.arrived(row.getLong(2)))));
        return slices;
    }

    private static TimedSlice slice(ResultSet row, RecentActivity.Slice slice) throws SQLException {
        return new TimedSlice(Instant.ofEpochMilli(row.getLong(1) * 5_000), slice);
    }

    private static RecentActivity.Slice ended(ResultSet row) throws SQLException {
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

    private List<DailySpending> spendings(String query, List<?> parameters) throws SQLException {
        return Sql.all(
                connection,
                query,
                parameters,
                row -> new DailySpending(row.getString(1), LocalDate.ofEpochDay(row.getLong(2)), row.getBigDecimal(3)));
    }
}
