package sidecar.v2.edge;

import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import sidecar.cluster.NodeName;
import sidecar.json.ImportSummary;
import sidecar.ledger.Posting;
import sidecar.ledger.UsageCounts;
import sidecar.ledger.edge.LedgerTurn;
import sidecar.ledger.edge.NodeUsageTable;
import sidecar.ledger.edge.Sql;
import sidecar.ledger.edge.UsageTable;
import sidecar.v2.V2Day;

/**
 * Brings Sidecar V2's history into the books. Its rows are those of client {@link V2Day#CLIENT}: what is there already is
 * taken off what comes, so that a day may come again, also with more in it, and nothing is counted twice. Every method is
 * one transaction, committed when it returns.
 */
@Stateless
public class V2Books {

    private static final int HOURS_A_DAY = 24;

    @Resource(lookup = "java:app/jdbc/sidecar")
    private DataSource database;

    @Inject
    private NodeName node;

    /** For the container. */
    public V2Books() {}

    @SuppressWarnings("UnnecessaryAssignment") // there is no container
    V2Books(DataSource database, NodeName node) {
        this.database = database;
        this.node = node;
    }

    /**
     * Takes over a day.
     *
     * @param keptHour hours before it are not kept any more, and counted in their day only
     * @param preview whether it is only asked what would be
     * @return what the totals of all times gain by it
     */
    public UsageCounts take(V2Day day, long keptHour, Instant now, boolean preview, ImportSummary summary) {
        Sql.atomically(database, connection -> LedgerTurn.take(connection, node));
        List<Posting> hours = news(kept(day, keptHour), hours(day), V2Books::hourOf);
        List<StoredCounts> stored = days(day);
        List<Posting> days = new ArrayList<>(news(day.wholeDay(), sums(stored, V2Books::dayOf), V2Books::dayOf));
        days.addAll(news(day.ofDeletedProviders(byPool(stored, days)), sums(stored, V2Books::poolOf), V2Books::poolOf));
        if (hours.isEmpty() && days.isEmpty()) {
            summary.known();
            return UsageCounts.NOTHING;
        }
        summary.imported();
        if (!preview) {
            Sql.atomically(database, connection -> {
                UsageTable.HOURS.add(connection, hours, now.toEpochMilli());
                UsageTable.DAYS.add(connection, days, now.toEpochMilli());
                NodeUsageTable.add(connection, node, Posting.sum(days), now);
            });
        }
        return Posting.sum(days);
    }

    private static List<Posting> kept(V2Day day, long keptHour) {
        return day.hours().stream()
                .filter(hour -> hour.account().hour() >= keptHour)
                .toList();
    }

    /** What is more in the postings than was stored before. */
    private static List<Posting> news(
            List<Posting> postings,
            Map<List<Object>, UsageCounts> stored,
            Function<Posting.Account, List<Object>> key) {
        return postings.stream()
                .map(posting -> posting.with(posting.counts()
                        .excessOver(stored.getOrDefault(key.apply(posting.account()), UsageCounts.NOTHING))))
                .filter(posting -> !posting.counts().isNothing())
                .toList();
    }

    private static List<Object> hourOf(Posting.Account account) {
        return List.of(account.hour(), account.providerId(), account.model());
    }

    /** Whatever its pool: a provider may have been moved since. */
    private static List<Object> dayOf(Posting.Account account) {
        return List.of(account.providerId(), account.model());
    }

    private static List<Object> poolOf(Posting.Account account) {
        return List.of(account.providerId(), account.pool());
    }

    /** A row that is there. */
    private record StoredCounts(Posting.Account account, UsageCounts counts) {}

    private Map<List<Object>, UsageCounts> hours(V2Day day) {
        String text = "select " + UsageTable.ADDED_UP + ", hour_utc, provider_id, model from usage_hour"
                + " where hour_utc >= ? and hour_utc < ? and client = ? group by hour_utc, provider_id, model";
        List<StoredCounts> rows = Sql.query(
                        database, text, List.of(day.firstHour(), day.firstHour() + HOURS_A_DAY, V2Day.CLIENT))
                .all(row -> new StoredCounts(
                        account(row.getLong("hour_utc"), row.getString("provider_id"), "", row.getString("model")),
                        UsageTable.counts(row)));
        return sums(rows, V2Books::hourOf);
    }

    private List<StoredCounts> days(V2Day day) {
        String text = "select " + UsageTable.ADDED_UP + ", pool, provider_id, model from usage_day"
                + " where day_utc = ? and client = ? group by pool, provider_id, model";
        return Sql.query(database, text, List.of(day.day(), V2Day.CLIENT))
                .all(row -> new StoredCounts(
                        account(
                                day.firstHour(),
                                row.getString("provider_id"),
                                row.getString("pool"),
                                row.getString("model")),
                        UsageTable.counts(row)));
    }

    private static Posting.Account account(long hour, String provider, String pool, String model) {
        return new Posting.Account(hour, provider, pool, model, V2Day.CLIENT);
    }

    private static Map<List<Object>, UsageCounts> sums(
            List<StoredCounts> rows, Function<Posting.Account, List<Object>> key) {
        Map<List<Object>, UsageCounts> sums = new HashMap<>();
        rows.forEach(row -> sums.merge(key.apply(row.account()), row.counts(), UsageCounts::plus));
        return sums;
    }

    /** What is known of each pool hour by hour, with what comes now. */
    private static Map<String, UsageCounts> byPool(List<StoredCounts> stored, List<Posting> news) {
        Map<String, UsageCounts> sums = new HashMap<>();
        stored.stream()
                .filter(row -> !row.account().providerId().equals(V2Day.DELETED))
                .forEach(row -> sums.merge(row.account().pool(), row.counts(), UsageCounts::plus));
        news.forEach(posting -> sums.merge(posting.account().pool(), posting.counts(), UsageCounts::plus));
        return sums;
    }
}
