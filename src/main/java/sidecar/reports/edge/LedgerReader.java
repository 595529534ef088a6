package sidecar.reports.edge;

import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalLong;
import javax.sql.DataSource;

/** The ledger's tables as they are read. Blocks its thread. */
@Stateless
public class LedgerReader {

    @Resource(lookup = "java:app/jdbc/sidecar")
    private DataSource database;

    @Inject
    private InstantSource clock;

    /** Hands on every row of a report. */
    public void each(QueryReport report, QueryReport.Rows rows) {
        report.run(database, rows);
    }

    /** Hands on requests, as {@link RequestLogSearch#search} does. */
    public OptionalLong requests(
            RequestLogQueries.Filter filter, OptionalLong before, int max, Duration patience, QueryReport.Rows rows) {
        return new RequestLogSearch(database, clock).search(filter, before, max, patience, rows);
    }
}
