package sidecar.reports.edge;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.edge.RequestLogColumns;

/** What can be asked of the request log. Pure: makes queries and runs none. */
final class RequestLogQueries {

    static final List<QueryReport.Column> COLUMNS = Stream.of(
                    Stream.of(new QueryReport.Column("id", row -> row.getLong("id"))),
                    RequestLogColumns.TABLE.stream()
                            .map(column -> new QueryReport.Column(column.report(), column::reported)),
                    Stream.of(new QueryReport.Column("node", row -> row.getString("node"))))
            .flatMap(Function.identity())
            .toList();

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
                "select id, " + RequestLogColumns.NAMES + ", node from request_log where "
                        + String.join(" and ", conditions) + " order by " + order(filter) + "id desc fetch first " + max
                        + " rows only",
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
}
