package sidecar.reports.edge;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sidecar.ledger.LedgerEntry;

/** What can be asked of the request log. Pure: makes queries and runs none. */
final class RequestLogQueries {

    private RequestLogQueries() {}

    /**
     * Which requests.
     *
     * @param from the first moment
     * @param to the moment after the last
     * @param provider an id, or a name
     */
    public record Filter(
            Optional<Instant> from,
            Optional<Instant> to,
            Optional<String> model,
            Optional<String> provider,
            Optional<String> client,
            Optional<String> outcome) {}

    /** Those with an id from {@code low} to below {@code high}, the newest first. */
    static QueryReport between(Filter filter, long low, long high, int max) {
        List<String> conditions = new ArrayList<>(List.of("id >= ?", "id < ?"));
        List<Object> parameters = new ArrayList<>(List.of(low, high));
        filter.from().ifPresent(from -> add(conditions, parameters, "at_ms >= ?", from.toEpochMilli()));
        filter.to().ifPresent(to -> add(conditions, parameters, "at_ms < ?", to.toEpochMilli()));
        filter.model().ifPresent(model -> add(conditions, parameters, "model = ?", model));
        filter.provider().ifPresent(provider -> add(conditions, parameters, providerColumn(provider), provider));
        filter.client().ifPresent(client -> add(conditions, parameters, "client = ?", client));
        filter.outcome().ifPresent(outcome -> add(conditions, parameters, "outcome = ?", outcome));
        return new QueryReport(
                COLUMNS,
                "select * from request_log where " + String.join(" and ", conditions) + " order by " + order(filter)
                        + "id desc fetch first " + max + " rows only",
                List.of(parameters));
    }

    /**
     * A column that has one value only, and an index: H2 reads an index backwards, and stops when it has enough rows,
     * only where the order names all of its columns. What is rare goes first.
     */
    private static String order(Filter filter) {
        if (filter.outcome().isPresent() && !filter.outcome().get().equals(LedgerEntry.OK)) {
            return "outcome desc, ";
        }
        if (filter.provider().isPresent() && isId(filter.provider().get())) {
            return "provider_id desc, ";
        }
        if (filter.model().isPresent()) {
            return "model desc, ";
        }
        return filter.client().isPresent() ? "client desc, " : "";
    }

    private static boolean isId(String provider) {
        return provider.matches("bkd_[0-9a-f]{12}");
    }

    private static String providerColumn(String provider) {
        return isId(provider) ? "provider_id = ?" : "provider_name = ?";
    }

    private static void add(List<String> conditions, List<Object> parameters, String condition, Object value) {
        conditions.add(condition);
        parameters.add(value);
    }

    static final List<QueryReport.Column> COLUMNS = List.of(
            number("id", "id"),
            new QueryReport.Column(
                    "at", row -> Instant.ofEpochMilli(row.getLong("at_ms")).toString()),
            text("request_id", "request_id"),
            text("client", "client"),
            text("path", "path"),
            new QueryReport.Column("stream", row -> row.getBoolean("stream")),
            text("model", "model"),
            text("provider_id", "provider_id"),
            text("provider", "provider_name"),
            text("pool", "pool"),
            number("attempts", "attempts"),
            text("outcome", "outcome"),
            number("status", "status"),
            new QueryReport.Column("latency_ms", row -> millis(row.getLong("took_us"))),
            new QueryReport.Column("queue_wait_ms", row -> millis(row.getLong("waited_us"))),
            new QueryReport.Column("ttft_ms", RequestLogQueries::first),
            new QueryReport.Column("usage", row -> row.getString("certainty")),
            number("prompt_tokens", "prompt"),
            number("completion_tokens", "completion"),
            number("cached_tokens", "cached"),
            number("cache_written_tokens", "cache_written"),
            number("reasoning_tokens", "reasoning"),
            new QueryReport.Column("cost", row -> row.getBigDecimal("cost")),
            new QueryReport.Column("tries", RequestLogQueries::tries));

    private static QueryReport.Column text(String name, String column) {
        return new QueryReport.Column(name, row -> row.getString(column));
    }

    private static QueryReport.Column number(String name, String column) {
        return new QueryReport.Column(name, row -> row.getLong(column));
    }

    private static Object tries(ResultSet row) throws SQLException {
        String tries = row.getString("tries");
        return tries == null ? null : new QueryReport.Written(tries);
    }

    private static Object first(ResultSet row) throws SQLException {
        long micros = row.getLong("first_us");
        return row.wasNull() ? null : millis(micros);
    }

    private static Long millis(long micros) {
        return Math.round(micros / 1_000.0);
    }
}
