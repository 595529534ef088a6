package sidecar.reports.edge;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sidecar.ledger.edge.UsageTable;

/** What can be asked of the books. Pure: makes queries and runs none. */
final class UsageReports {

    private static final DateTimeFormatter SQLITE_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final int SECONDS_AN_HOUR = 3_600;
    private static final int HOURS_A_DAY = 24;

    private UsageReports() {}

    /** Every word that {@link #usage} takes. */
    static final List<String> WORDS = List.of("provider", "model", "client", "pool", "hour", "day");

    /** What {@code /stats/daily} tells. */
    private static final List<String> DAILY = List.of("requests", "attempts", "errors", "prompt", "completion", "cost");

    private static String sums(List<String> columns) {
        return columns.stream().map(sum -> "sum(" + sum + ") as " + sum).collect(Collectors.joining(", "));
    }

    // V2's

    /**
     * {@code /stats/hourly}: V2's rows, one a provider, model and hour. Asked for day by day, so that no answer of the
     * database is too large for its memory.
     *
     * @param fromHour the first
     * @param toHour the one after the last
     */
    static QueryReport hourly(long fromHour, long toHour, String providerId) {
        List<Object> only = providerId.isEmpty() ? List.of() : List.of(providerId);
        List<List<Object>> days = new ArrayList<>();
        for (long to = toHour; to > fromHour; to -= HOURS_A_DAY) {
            List<Object> day = new ArrayList<>(List.of(Math.max(fromHour, to - HOURS_A_DAY), to));
            day.addAll(only);
            days.add(day);
        }
        return new QueryReport(
                Stream.of(
                                List.of(
                                        new QueryReport.Column("id", UsageReports::hourId),
                                        new QueryReport.Column("backend_id", row -> row.getString("provider_id")),
                                        new QueryReport.Column("backend_name", row -> row.getString("provider_name")),
                                        new QueryReport.Column("model", row -> row.getString("model"))),
                                figures(),
                                List.of(
                                        new QueryReport.Column("hour_bucket", row -> hour(row.getLong("hour_utc"))),
                                        new QueryReport.Column("created_at", UsageReports::created)))
                        .flatMap(List::stream)
                        .toList(),
                "select hour_utc, provider_id, model, max(provider_name) as provider_name, min(created_ms) as created_ms, "
                        + sums(UsageTable.SUMS) + " from usage_hour where hour_utc >= ? and hour_utc < ?"
                        + (only.isEmpty() ? "" : " and provider_id = ?")
                        + " group by hour_utc, provider_id, model order by hour_utc desc, provider_id, model",
                days);
    }

    private static String hourId(ResultSet row) throws SQLException {
        return "use_"
                + hex(row.getLong("hour_utc") + " " + row.getString("provider_id") + " " + row.getString("model"));
    }

    /** {@code /stats/daily}: V2's rows, one a pool and day. */
    static QueryReport daily(long sinceDay) {
        return new QueryReport(
                List.of(
                        new QueryReport.Column(
                                "id", row -> "day_" + hex(day(row.getLong("day_utc"))) + "-" + row.getString("pool")),
                        new QueryReport.Column("date", row -> day(row.getLong("day_utc"))),
                        new QueryReport.Column("pool", row -> row.getString("pool")),
                        number("total_requests", "requests"),
                        number("total_errors", "errors"),
                        new QueryReport.Column("total_tokens", UsageReports::tokens),
                        new QueryReport.Column("total_cost", row -> row.getBigDecimal("cost")),
                        number("unique_backends", "providers"),
                        new QueryReport.Column("created_at", UsageReports::created),
                        number("total_attempts", "attempts"),
                        number("total_prompt_tokens", "prompt"),
                        number("total_completion_tokens", "completion")),
                // by provider first: counting distinct ones among all rows takes four times as long
                "select day_utc, pool, sum(case when requests > 0 then 1 else 0 end) as providers,"
                        + " min(created_ms) as created_ms, " + sums(DAILY)
                        + " from (select day_utc, pool, provider_id, min(created_ms) as created_ms, " + sums(DAILY)
                        + " from usage_day where day_utc >= ? group by day_utc, pool, provider_id) as provider"
                        + " group by day_utc, pool order by day_utc desc, pool",
                List.of(List.of(sinceDay)));
    }

    // ours

    /**
     * {@code /stats/usage}: sums by any of {@link #WORDS}.
     *
     * @param filter of hours, or of days; the books by the hour know no pool
     * @param only columns that must have a value
     */
    static QueryReport usage(List<String> words, PeriodFilter filter, Map<String, String> only) {
        boolean hours = filter.hours();
        List<String> groups = words.stream().map(word -> column(word, hours)).toList();
        List<String> conditions = new ArrayList<>(List.of((hours ? "hour_utc" : "day_utc") + " >= ?"));
        only.keySet().forEach(column -> conditions.add(column + " = ?"));
        List<Object> parameters = new ArrayList<>(List.of(filter.since()));
        parameters.addAll(only.values());
        List<QueryReport.Column> columns = new ArrayList<>();
        words.forEach(word -> columns.addAll(keys(word)));
        columns.addAll(figures());
        return new QueryReport(
                columns,
                "select " + selected(words, hours) + "max(provider_name) as provider_name, " + sums(UsageTable.SUMS)
                        + " from "
                        + (hours ? "usage_hour" : "usage_day") + " where " + String.join(" and ", conditions)
                        + by(words, groups),
                List.of(parameters));
    }

    /**
     * How many requests were refused before any provider was asked.
     *
     * @param client of which only; empty for all
     */
    static QueryReport refused(PeriodFilter filter, String client) {
        int hours = filter.hours() ? 1 : HOURS_A_DAY;
        List<Object> parameters = new ArrayList<>(List.of(filter.since() * hours, filter.end() * hours));
        if (!client.isEmpty()) {
            parameters.add(client);
        }
        return new QueryReport(
                List.of(number("refused", "refused")),
                "select coalesce(sum(refused), 0) as refused from refusal_hour where hour_utc >= ? and hour_utc < ?"
                        + (client.isEmpty() ? "" : " and client = ?"),
                List.of(parameters));
    }

    /** A day of the books by the hour is a number of hours. */
    private static String column(String word, boolean hours) {
        return switch (word) {
            case "provider" -> "provider_id";
            case "hour" -> "hour_utc";
            case "day" -> hours ? "hour_utc / 24" : "day_utc";
            default -> word;
        };
    }

    private static String selected(List<String> words, boolean hours) {
        return words.stream()
                .map(word -> column(word, hours) + (word.equals("day") ? " as day_utc, " : ", "))
                .collect(Collectors.joining());
    }

    /** What cost the most comes first; but time runs as clocks do. */
    private static String by(List<String> words, List<String> groups) {
        if (groups.isEmpty()) {
            return "";
        }
        boolean series = words.contains("hour") || words.contains("day");
        String by = String.join(", ", groups);
        return " group by " + by + " order by " + (series ? "" : "sum(cost) desc, sum(requests) desc, ") + by;
    }

    private static List<QueryReport.Column> keys(String word) {
        return switch (word) {
            case "hour" -> List.of(new QueryReport.Column("hour_bucket", row -> hour(row.getLong("hour_utc"))));
            case "day" -> List.of(new QueryReport.Column("date", row -> day(row.getLong("day_utc"))));
            case "provider" ->
                List.of(
                        new QueryReport.Column("backend_id", row -> row.getString("provider_id")),
                        new QueryReport.Column("backend_name", row -> row.getString("provider_name")));
            default -> List.of(new QueryReport.Column(word, row -> row.getString(word)));
        };
    }

    /** V2's figures first, under V2's names. */
    private static List<QueryReport.Column> figures() {
        return List.of(
                number("prompt_tokens", "prompt"),
                number("completion_tokens", "completion"),
                new QueryReport.Column("total_tokens", UsageReports::tokens),
                new QueryReport.Column("cost", row -> row.getBigDecimal("cost")),
                number("request_count", "requests"),
                number("error_count", "errors"),
                new QueryReport.Column("avg_latency_ms", row -> mean(row, "took_us", "successes")),
                new QueryReport.Column("ttft_ms", row -> mean(row, "first_us", "firsts")),
                number("attempt_count", "attempts"),
                number("success_count", "successes"),
                number("estimated_count", "guessed"),
                number("cached_tokens", "cached"),
                number("cache_written_tokens", "cache_written"),
                number("reasoning_tokens", "reasoning"),
                new QueryReport.Column("avg_queue_wait_ms", row -> mean(row, "waited_us", "requests")));
    }

    private static QueryReport.Column number(String name, String column) {
        return new QueryReport.Column(name, row -> row.getLong(column));
    }

    private static Object tokens(ResultSet row) throws SQLException {
        return row.getLong("prompt") + row.getLong("completion");
    }

    /** Rounded to whole milliseconds; 0 where there is nothing to average, as V2. */
    private static Object mean(ResultSet row, String micros, String count) throws SQLException {
        long over = row.getLong(count);
        return over == 0 ? 0L : Math.round(row.getLong(micros) / 1_000.0 / over);
    }

    private static String created(ResultSet row) throws SQLException {
        return SQLITE_TIME.format(Instant.ofEpochMilli(row.getLong("created_ms")));
    }

    static String hour(long hour) {
        return Instant.ofEpochSecond(hour * SECONDS_AN_HOUR).toString();
    }

    static String day(long day) {
        return LocalDate.ofEpochDay(day).toString();
    }

    /** Twelve hex digits that are always the same for the same row. */
    private static String hex(String key) {
        return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "")
                .substring(0, 12);
    }
}
