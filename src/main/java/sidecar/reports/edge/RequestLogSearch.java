package sidecar.reports.edge;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import javax.sql.DataSource;
import sidecar.ledger.edge.Sql;

/** Looks through the request log, the newest first. Blocks its thread. */
final class RequestLogSearch {

    /** So many rows of the log are looked through at first; twice as many each time while that is quick. */
    private static final long FIRST_CHUNK = 1_000;

    private static final Duration QUICK = Duration.ofMillis(20);

    /** Entries are written in the order in which they ended, but for those that ended together, on whichever node. */
    private static final long DISORDER = 10_000;

    /** Of so many that ended about the same time, a node that was away may have written some much later. */
    private static final int LATE = 1_000;

    private final DataSource database;
    private final InstantSource clock;

    RequestLogSearch(DataSource database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Hands on at most {@code max} requests. Looks through the log piece by piece and gives up after {@code patience}, so that a filter that
     * hardly anything passes cannot hold a thread for long. The first piece is looked through in any case: on a busy machine patience
     * may be over before.
     *
     * @param before an id that was told as the next one; empty to begin with the newest
     * @return where to go on; empty when there are no more
     */
    OptionalLong search(
            RequestLogQueries.Filter filter, OptionalLong before, int max, Duration patience, QueryReport.Rows rows) {
        long until = clock.millis() + patience.toMillis();
        Optional<Long> first = filter.from().flatMap(this::firstSince);
        if (filter.from().isPresent() && first.isEmpty()) {
            return OptionalLong.empty();
        }
        long bottom = first.orElseGet(this::lowest) - DISORDER;
        long high = top(filter, before);
        long chunk = FIRST_CHUNK;
        long[] last = {high};
        int[] found = {0};
        boolean patient = true;
        while (patient && found[0] < max && high > bottom) {
            long begun = clock.millis();
            long low = Math.max(bottom, high - chunk);
            int wanted = max - found[0];
            int already = found[0];
            RequestLogQueries.between(filter, low, high, wanted).run(database, (columns, row) -> {
                rows.row(columns, row);
                last[0] = row.getLong("id");
                found[0]++;
            });
            high = found[0] - already == wanted ? last[0] : low;
            long now = clock.millis();
            chunk = next(chunk, Duration.ofMillis(now - begun));
            patient = now < until;
        }
        return high > bottom && high > lowest() ? OptionalLong.of(high) : OptionalLong.empty();
    }

    private static long next(long chunk, Duration took) {
        return took.compareTo(QUICK) <= 0 ? 2 * chunk : Math.max(FIRST_CHUNK, chunk / 2);
    }

    private long top(RequestLogQueries.Filter filter, OptionalLong before) {
        long top = filter.to().flatMap(this::lastUntil).map(id -> id + DISORDER).orElse(Long.MAX_VALUE);
        long newest = id("select max(id) from request_log", List.of()).orElse(0L) + 1;
        return Math.min(Math.min(top, newest), before.orElse(Long.MAX_VALUE));
    }

    private Optional<Long> firstSince(Instant moment) {
        return id(
                "select min(id) from (select id from request_log where at_ms >= ? order by at_ms fetch first " + LATE
                        + " rows only) as near",
                List.of(moment.toEpochMilli()));
    }

    private Optional<Long> lastUntil(Instant moment) {
        return id(
                "select max(id) from (select id from request_log where at_ms < ? order by at_ms desc fetch first "
                        + LATE + " rows only) as near",
                List.of(moment.toEpochMilli()));
    }

    private long lowest() {
        return id("select min(id) from request_log", List.of()).orElse(0L);
    }

    /** The one value of a query; empty where it is null, or there is none. */
    private Optional<Long> id(String query, List<?> parameters) {
        return Sql.query(database, query, parameters).all(row -> row.getObject(1, Long.class)).stream()
                .filter(Objects::nonNull)
                .findFirst();
    }
}
