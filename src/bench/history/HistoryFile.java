package sidecar.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * A year of made-up history, written past the gateway into its database, which nobody else may have open. H2 is on the
 * class path of this program.
 */
final class HistoryFile implements AutoCloseable {

    static final int MODELS = 20;
    static final int CLIENTS = 5;
    static final int HOURS = 8_760;

    private static final int HOURS_AT_ONCE = 24 * 30;
    private static final int ROWS_AT_ONCE = 100_000;
    private static final long HOUR_MILLIS = 3_600_000;

    /** Counts that look like those of a busy gateway, the same in every run. */
    private static final String INTO_HOURS = """
            insert into usage_hour (hour_utc, provider_id, model, client, provider_name, created_ms, requests, attempts,
              errors, successes, guessed, prompt, completion, cached, cache_written, reasoning, cost, took_us, waited_us,
              firsts, first_us)
            select h, id, 'model-' || m, 'agent-' || mod(m + n, 5), name, h * 3600000 + 1000, r, r + mod(r, 3),
              mod(r, 3), r - mod(r, 2), 0, r * 1234, r * 345, r * 617, 0, r * 45, r * 0.000777333, r * 3456789, r * 1234,
              r, r * 456789
            from (select h.x as h, p.n as n, p.id as id, p.name as name, m.x as m,
                    1 + mod(h.x * 31 + p.n * 17 + m.x * 7, 40) as r
                  from system_range(?, ?) h cross join made_provider p cross join system_range(10, 29) m)
            """;

    private static final String INTO_DAYS = """
            insert into usage_day (day_utc, pool, provider_id, model, client, provider_name, created_ms, requests, attempts,
              errors, successes, guessed, prompt, completion, cached, cache_written, reasoning, cost, took_us, waited_us,
              firsts, first_us)
            select hour_utc / 24, p.pool, u.provider_id, u.model, u.client, p.name, min(created_ms), sum(requests),
              sum(attempts), sum(errors), sum(successes), sum(guessed), sum(prompt), sum(completion), sum(cached),
              sum(cache_written), sum(reasoning), sum(cost), sum(took_us), sum(waited_us), sum(firsts), sum(first_us)
            from usage_hour u join made_provider p on p.id = u.provider_id
            where hour_utc between ? and ?
            group by hour_utc / 24, p.pool, u.provider_id, u.model, u.client, p.name
            """;

    /** 1 % time out; a few of the first tenth ended by a fault of the gateway's own; agent-4 never asks for model-29. */
    private static final String INTO_LOG = """
            insert into request_log (at_ms, request_id, client, path, stream, model, provider_id, provider_name, pool,
              attempts, outcome, status, took_us, waited_us, first_us, certainty, prompt, completion, cached,
              cache_written, reasoning, cost)
            select ? + x * ? / ?, 'req_' || lpad(x, 20, '0'),
              'agent-' || case when mod(r / 5, 20) = 19 and mod(r, 5) = 4 then 0 else mod(r, 5) end,
              '/v1/chat/completions', mod(r, 2) = 0, 'model-' || (10 + mod(r / 5, 20)), p.id, p.name, p.pool,
              case when mod(r, 50) = 0 then 2 else 1 end,
              case when x < ? and mod(x, 5000) = 0 then 'internal_error' when mod(r, 100) = 0 then 'timeout' else 'ok' end,
              200, 1000000 + r, mod(r, 1000), 200000 + r, 'reported', 1000 + mod(r, 9000), 100 + mod(r, 900), mod(r, 1000),
              0, mod(r, 100), r * 0.000000123456
            from (select x, mod(x * 2654435761, 1000003) as r from system_range(?, ?)) join made_provider p
              on p.n = mod(r / 100, 10)
            order by x
            """;

    private final Connection connection;

    private HistoryFile(Connection connection) {
        this.connection = connection;
    }

    /** A provider that exists. */
    record Known(String id, String name, String pool) {}

    /** Opens the database of a gateway that has once been started. */
    static HistoryFile open(Path database, List<Known> providers) {
        String url = "jdbc:h2:file:" + database.toAbsolutePath() + ";IFEXISTS=TRUE";
        try {
            HistoryFile file = new HistoryFile(DriverManager.getConnection(url, "sa", ""));
            file.connection.setAutoCommit(false);
            file.run("set retention_time 0"); // freed space is used again at once, as it is over a year
            file.know(providers);
            return file;
        } catch (SQLException e) {
            throw new IllegalStateException(database + ": " + e.getMessage(), e);
        }
    }

    private void know(List<Known> providers) throws SQLException {
        run("create local temporary table made_provider (n int, id varchar, name varchar, pool varchar)");
        for (int n = 0; n < providers.size(); n++) {
            Known known = providers.get(n);
            run("insert into made_provider values (?, ?, ?, ?)", n, known.id(), known.name(), known.pool());
        }
    }

    /** Fills the books of all hours before {@code endHour}, and of their days. */
    void books(long endHour) {
        for (long from = endHour - HOURS; from < endHour; from += HOURS_AT_ONCE) {
            long to = Math.min(endHour, from + HOURS_AT_ONCE) - 1;
            filled(INTO_HOURS, from, to);
        }
        // whole days, so that no day comes twice
        for (long from = Math.floorDiv(endHour - HOURS, 24) * 24; from < endHour; from += HOURS_AT_ONCE) {
            filled(INTO_DAYS, from, from + HOURS_AT_ONCE - 1);
        }
    }

    /** Writes so many lines into the request log, evenly over the hours before {@code endHour}. */
    void log(long endHour, long rows) {
        long start = (endHour - HOURS) * HOUR_MILLIS;
        for (long from = 1; from <= rows; from += ROWS_AT_ONCE) {
            long to = Math.min(rows, from + ROWS_AT_ONCE - 1);
            filled(INTO_LOG, start, HOURS * HOUR_MILLIS, rows, rows / 10, from, to);
        }
    }

    private void filled(String insert, Object... parameters) {
        try {
            run(insert, parameters);
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException("the history cannot be written: " + e.getMessage(), e);
        }
    }

    private void run(String statement, Object... parameters) throws SQLException {
        try (PreparedStatement prepared = connection.prepareStatement(statement)) {
            for (int i = 0; i < parameters.length; i++) {
                prepared.setObject(i + 1, parameters[i]);
            }
            prepared.execute();
        }
    }

    @Override
    public void close() {
        try {
            run("set retention_time 45000"); // H2's default: what is set is kept in the file
            connection.commit();
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("the history cannot be closed: " + e.getMessage(), e);
        }
    }
}
