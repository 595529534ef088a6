package sidecar.v2.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import sidecar.cluster.NodeName;
import sidecar.json.ImportSummary;
import sidecar.json.Json;
import sidecar.ledger.UsageCounts;
import sidecar.ledger.edge.MemoryDatabase;
import sidecar.ledger.edge.Sql;
import sidecar.v2.V2Day;

/** Sidecar V2's history in the books. */
class V2BooksTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    @AutoClose
    private final MemoryDatabase memory = new MemoryDatabase();

    private final DataSource database = memory.source();
    private final V2Books books = new V2Books(database, NodeName.LOCAL);

    private static ObjectNode hour(String provider, String hour, String pool, int requests, int errors, String cost) {
        return Json.object()
                .put("backend_id", provider)
                .put("backend_name", "name of " + provider)
                .put("pool", pool)
                .put("model", "m")
                .put("prompt_tokens", 10 * requests)
                .put("completion_tokens", requests)
                .put("cost", new java.math.BigDecimal(cost))
                .put("request_count", requests)
                .put("error_count", errors)
                .put("avg_latency_ms", 40)
                .put("hour_bucket", hour);
    }

    private static ObjectNode day(String date, String pool, int requests, int tokens, String cost) {
        return Json.object()
                .put("date", date)
                .put("pool", pool)
                .put("total_requests", requests)
                .put("total_errors", 0)
                .put("total_tokens", tokens)
                .put("total_cost", new java.math.BigDecimal(cost));
    }

    private UsageCounts take(List<ObjectNode> hours, List<ObjectNode> days) {
        return take(hours, days, 0, false);
    }

    private UsageCounts take(List<ObjectNode> hours, List<ObjectNode> days, long keptHour, boolean preview) {
        ImportSummary summary = new ImportSummary();
        return V2Day.read(hours, days, summary).stream()
                .map(day -> books.take(day, keptHour, NOW, preview, summary))
                .reduce(UsageCounts.NOTHING, UsageCounts::plus);
    }

    private String row(String query) {
        return Sql.query(database, query, List.of())
                .all(row -> row.getString(1))
                .toString();
    }

    @Test
    void aDayThatComesAgainAddsNothing() {
        List<ObjectNode> hours = List.of(
                hour("a", "2026-11-23T05:00:00Z", "primary", 3, 1, "0.10000000000000000555"),
                hour("a", "2026-11-23T06:00:00Z", "primary", 2, 0, "0.2"),
                hour("b", "2026-11-23T06:00:00Z", "fallback", 1, 0, "1e-21"));
        List<ObjectNode> days = List.of(day("2026-11-23", "primary", 5, 55, "0.30000000000000004"));

        UsageCounts first = take(hours, days);
        UsageCounts second = take(hours, days);

        assertThat(first.requests()).isEqualTo(6);
        assertThat(first.errors()).isEqualTo(1);
        assertThat(first.successes()).isEqualTo(5);
        assertThat(first.usage().total()).isEqualTo(66);
        assertThat(first.cost()).isEqualByComparingTo("0.3");
        assertThat(second.isNothing()).isTrue();
        assertThat(row("select requests || ' ' || took_us from usage_hour order by hour_utc, provider_id"))
                .isEqualTo("[3 80000, 2 80000, 1 40000]");
        assertThat(row("select pool || ' ' || provider_name || ' ' || requests from usage_day order by provider_id"))
                .isEqualTo("[primary name of a 5, fallback name of b 1]");
    }

    @Test
    void aDayThatHasGrownAddsWhatIsNew() {
        take(List.of(hour("a", "2026-11-23T05:00:00Z", "primary", 3, 0, "0.1")), List.of());

        UsageCounts gained = take(List.of(hour("a", "2026-11-23T05:00:00Z", "primary", 4, 0, "0.15")), List.of());

        assertThat(gained.requests()).isEqualTo(1);
        assertThat(gained.cost()).isEqualByComparingTo("0.05");
        assertThat(row("select requests from usage_day")).isEqualTo("[4]");
    }

    @Test
    void aProviderThatWasMovedOrDeletedInBetweenIsNotCountedTwice() {
        List<ObjectNode> days = List.of(day("2026-11-23", "primary", 5, 55, "0.2"));
        take(
                List.of(
                        hour("a", "2026-11-23T05:00:00Z", "primary", 3, 0, "0.1"),
                        hour("b", "2026-11-23T05:00:00Z", "primary", 2, 0, "0.1")),
                days);

        UsageCounts gained = take(List.of(hour("a", "2026-11-23T05:00:00Z", "fallback", 3, 0, "0.1")), days);

        assertThat(gained.isNothing()).isTrue();
        assertThat(row("select provider_id || requests from usage_day order by provider_id"))
                .isEqualTo("[a3, b2]");
    }

    @Test
    void whatOnlyThePoolsRememberBelongsToDeletedProviders() {
        List<ObjectNode> hours = List.of(hour("a", "2026-11-23T05:00:00Z", "primary", 3, 0, "0.1"));
        List<ObjectNode> days = List.of(
                day("2026-11-23", "primary", 3, 33, "0.1"),
                day("2026-11-23", "fallback", 2, 20, "0.5"),
                day("2026-11-22", "primary", 7, 70, "0.7"));

        UsageCounts first = take(hours, days);

        assertThat(first.requests()).isEqualTo(12);
        assertThat(first.usage().total()).isEqualTo(123);
        assertThat(first.cost()).isEqualByComparingTo("1.3");
        assertThat(take(hours, days).isNothing()).isTrue();
        assertThat(row("select pool || requests from usage_day where provider_id = 'deleted-in-v2' order by day_utc"))
                .isEqualTo("[primary7, fallback2]");
    }

    @Test
    void aProviderThatChangedPoolsIsNotTakenForADeletedOne() {
        // its requests were primary's that day, and count as fallback's now
        List<ObjectNode> hours = List.of(hour("a", "2026-11-23T05:00:00Z", "fallback", 3, 0, "0.1"));

        UsageCounts gained = take(hours, List.of(day("2026-11-23", "primary", 3, 33, "0.1")));

        assertThat(gained.requests()).isEqualTo(3);
        assertThat(row("select provider_id from usage_day")).isEqualTo("[a]");
    }

    @Test
    void hoursThatAreNotKeptCountInTheirDayOnly() {
        long later = Instant.parse("2026-11-23T06:00:00Z").getEpochSecond() / 3600;

        take(List.of(hour("a", "2026-11-23T05:00:00Z", "primary", 3, 0, "0.1")), List.of(), later, false);

        assertThat(row("select requests from usage_hour")).isEqualTo("[]");
        assertThat(row("select requests from usage_day")).isEqualTo("[3]");
    }

    @Test
    void aPreviewStoresNothing() {
        UsageCounts gained =
                take(List.of(hour("a", "2026-11-23T05:00:00Z", "primary", 3, 0, "0.1")), List.of(), 0, true);

        assertThat(gained.requests()).isEqualTo(3);
        assertThat(row("select requests from usage_day")).isEqualTo("[]");
    }

    @Test
    void rowsThatCannotBeReadAreNamedAndTheOthersCount() {
        ImportSummary summary = new ImportSummary();
        ObjectNode noNumber = hour("a", "2026-11-23T05:00:00Z", "primary", 3, 0, "0.1");
        ObjectNode noHour = hour("a", "2026-11-23T05:00:00Z", "primary", 3, 0, "0.1");

        List<V2Day> read = V2Day.read(
                List.of(
                        noNumber.put("id", "use_1").put("prompt_tokens", "many"),
                        noHour.put("id", "use_2").put("hour_bucket", "noon"),
                        hour("a", "2026-11-23 06:00:00", "primary", 1, 0, "0")),
                List.of(day("yesterday", "primary", 1, 1, "0").put("id", "day_1")),
                summary);

        assertThat(read)
                .singleElement()
                .satisfies(day -> assertThat(day.hours()).hasSize(1));
        assertThat(summary.json(false).path("left_out").toString())
                .contains("use_1", "prompt_tokens is not a count")
                .contains("use_2", "hour_bucket is not a time")
                .contains("day_1", "it has no date");
    }
}
