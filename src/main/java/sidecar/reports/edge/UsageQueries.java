package sidecar.reports.edge;

import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/** Answers the Usage page with what {@code /stats/usage} answers to the same question. */
@ApplicationScoped
class UsageQueries {

    @EJB
    private LedgerReader store;

    @Inject
    private Settings settings;

    @Inject
    private InstantSource clock;

    /** The hours or days of a range at this moment. */
    PeriodFilter window(UsagePeriod period, boolean byPool) {
        return period.window(clock.instant(), byPool);
    }

    /**
     * Sums by any of {@link UsageReports#WORDS}, by the names that they have in JSON.
     *
     * @param only columns that must have a value
     */
    List<Map<String, Object>> sums(PeriodFilter filter, List<String> words, Map<String, String> only) {
        List<Map<String, Object>> rows = new ArrayList<>();
        store.each(UsageReports.usage(words, filter, only), QueryReport.maps(rows::add));
        return rows;
    }

    /** How many requests of that client, or of all for an empty name, were refused before any provider was asked. */
    long refused(PeriodFilter filter, String client) {
        List<Map<String, Object>> rows = new ArrayList<>();
        store.each(UsageReports.refused(filter, client), QueryReport.maps(rows::add));
        return ((Number) rows.get(0).get("refused")).longValue();
    }

    /** Between two looks of a page that is left open. */
    Duration interval() {
        return settings.get(SettingsCatalog.STATS_INTERVAL);
    }
}
