package sidecar.reports.edge;

import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.OptionalLong;

/** The request log page by page, for the API and for the console. */
@ApplicationScoped
class RequestLogPager {

    /** Rows of a page where nobody asks for another number. */
    static final int PAGE = 50;

    private static final Duration PATIENCE = Duration.ofMillis(60);

    @EJB
    private LedgerReader store;

    /**
     * Hands on the rows of a page, the newest first. It may be short, or empty, although there are more: looking for what
     * hardly any row matches ends after a while.
     *
     * @param before what an earlier page answered; empty for the newest
     * @return where to go on; empty when there are no more
     */
    OptionalLong page(RequestLogQueries.Filter filter, OptionalLong before, int max, QueryReport.Rows rows) {
        return store.requests(filter, before, max, PATIENCE, rows);
    }
}
