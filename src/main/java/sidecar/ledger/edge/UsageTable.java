package sidecar.ledger.edge;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sidecar.ledger.Posting;
import sidecar.ledger.Usage;
import sidecar.ledger.UsageCounts;

/**
 * A table of sums: postings of one account are added to its row, which is made when there is none. Portable SQL; an
 * upsert of either database would not be.
 */
public final class UsageTable {

    /** Every column that is summed up. */
    public static final List<String> SUMS = List.of(
            "requests",
            "attempts",
            "errors",
            "successes",
            "guessed",
            "prompt",
            "completion",
            "cached",
            "cache_written",
            "reasoning",
            "cost",
            "took_us",
            "waited_us",
            "firsts",
            "first_us");

    /** {@link #SUMS} over many rows, for {@link #counts}. */
    public static final String ADDED_UP =
            SUMS.stream().map(sum -> "sum(" + sum + ")").collect(Collectors.joining(", "));

    public static final UsageTable HOURS = new UsageTable(
            "usage_hour",
            List.of("hour_utc", "provider_id", "model", "client"),
            account -> List.of(account.hour(), account.providerId(), account.model(), account.client()));

    public static final UsageTable DAYS = new UsageTable(
            "usage_day",
            List.of("day_utc", "pool", "provider_id", "model", "client"),
            account -> List.of(account.day(), account.pool(), account.providerId(), account.model(), account.client()));

    private final Function<Posting.Account, List<Object>> key;
    private final String update;
    private final String insert;

    private UsageTable(String table, List<String> keys, Function<Posting.Account, List<Object>> key) {
        this.key = key;
        String sums = SUMS.stream().map(sum -> sum + " = " + sum + " + ?").collect(Collectors.joining(", "));
        String where = keys.stream().map(name -> name + " = ?").collect(Collectors.joining(" and "));
        this.update = "update " + table + " set " + sums + ", provider_name = ? where " + where;
        List<String> columns = Stream.of(SUMS, List.of("provider_name"), keys, List.of("created_ms"))
                .flatMap(List::stream)
                .toList();
        String marks = columns.stream().map(column -> "?").collect(Collectors.joining(", "));
        this.insert = "insert into " + table + " (" + String.join(", ", columns) + ") values (" + marks + ")";
    }

    /** Adds them all. */
    public void add(Connection connection, List<Posting> postings, long nowMillis) throws SQLException {
        Map<List<Object>, Line> lines = new LinkedHashMap<>();
        for (Posting posting : postings) {
            lines.merge(key.apply(posting.account()), new Line(posting.provider(), posting.counts()), Line::plus);
        }
        List<List<Object>> unknown = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            for (Map.Entry<List<Object>, Line> line : lines.entrySet()) {
                bind(statement, line, List.of());
                statement.addBatch();
            }
            int[] changed = statement.executeBatch();
            List<List<Object>> keys = List.copyOf(lines.keySet());
            for (int i = 0; i < changed.length; i++) {
                if (changed[i] == 0) {
                    unknown.add(keys.get(i));
                }
            }
        }
        lines.keySet().retainAll(unknown);
        begin(connection, lines, nowMillis);
    }

    private void begin(Connection connection, Map<List<Object>, Line> lines, long nowMillis) throws SQLException {
        if (lines.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            for (Map.Entry<List<Object>, Line> line : lines.entrySet()) {
                bind(statement, line, List.of(nowMillis));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void bind(PreparedStatement statement, Map.Entry<List<Object>, Line> line, List<Object> more)
            throws SQLException {
        List<Object> values = new ArrayList<>(sums(line.getValue().counts()));
        values.add(line.getValue().provider());
        values.addAll(line.getKey());
        values.addAll(more);
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
    }

    /** In the order of {@link #SUMS}. */
    static List<Object> sums(UsageCounts counts) {
        Usage usage = counts.usage();
        UsageCounts.Spent spent = counts.spent();
        return List.of(
                counts.requests(),
                counts.attempts(),
                counts.errors(),
                counts.successes(),
                counts.guessed(),
                usage.prompt(),
                usage.completion(),
                usage.cached(),
                usage.cacheWritten(),
                usage.reasoning(),
                counts.cost(),
                spent.took(),
                spent.waited(),
                spent.firsts(),
                spent.first());
    }

    /** What a row of {@link #ADDED_UP} says; nothing where there was nothing to add up. */
    public static UsageCounts counts(ResultSet row) throws SQLException {
        if (row.getObject(1) == null) {
            return UsageCounts.NOTHING;
        }
        return new UsageCounts(
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                new Usage(row.getLong(6), row.getLong(7), row.getLong(8), row.getLong(9), row.getLong(10)),
                row.getBigDecimal(11),
                new UsageCounts.Spent(row.getLong(12), row.getLong(13), row.getLong(14), row.getLong(15)));
    }

    private record Line(String provider, UsageCounts counts) {
        Line plus(Line later) {
            return new Line(later.provider, counts.plus(later.counts));
        }
    }
}
