package sidecar.ledger.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import sidecar.cluster.NodeName;
import sidecar.failure.FailureClass;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.SomeEntry;
import sidecar.ledger.UsageCounts;

/** The ledger's tables. */
class LedgerStoreTest {

    private static final NodeName NODE = NodeName.LOCAL;
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Journal.Position FIRST = new Journal.Position(1, 100);
    private static final Journal.Position SECOND = new Journal.Position(1, 200);

    @AutoClose
    private final MemoryDatabase memory = new MemoryDatabase();

    private final DataSource database = memory.source();
    private final LedgerStore store = new LedgerStore(database);

    private void post(Journal.Position from, Journal.Position to, LedgerEntry... entries) {
        store.post(NODE, from, new Journal.Page(List.of(entries), to), NOW);
    }

    private long count(String query) {
        return Sql.query(database, query, List.of())
                .first(row -> row.getLong(1))
                .orElseThrow();
    }

    private static LedgerEntry entry(String id) {
        return SomeEntry.entry()
                .id(id)
                .tried("a")
                .used(10, 5, "0.000000000000000001")
                .build();
    }

    private static LedgerEntry refused(String id, String client, int status) {
        return SomeEntry.entry()
                .id(id)
                .client(client)
                .outcome("refused")
                .status(status)
                .build();
    }

    @Test
    void refusalsAreCountedByTheHourAndClientOnce() {
        post(
                Journal.Position.START,
                FIRST,
                refused("1", "a", 503),
                refused("2", "b", 503),
                entry("3"),
                refused("4", "a", 503));
        // heard of twice
        post(Journal.Position.START, FIRST, refused("1", "a", 503));
        post(FIRST, SECOND, refused("5", "a", 503));

        assertThat(count("select refused from refusal_hour where client = 'a'")).isEqualTo(3);
        assertThat(count("select refused from refusal_hour where client = 'b'")).isEqualTo(1);
        assertThat(count("select min(hour_utc) from refusal_hour"))
                .isEqualTo(count("select min(hour_utc) from usage_hour"));
        assertThat(count("select sum(requests) from usage_hour")).isEqualTo(1);
    }

    /** Nobody could have served them, or nobody was answered. */
    @Test
    void theClientsMistakesAndWhoLeavesAreNoRefusals() {
        post(Journal.Position.START, FIRST, refused("1", "a", 404), refused("2", "a", 429), refused("3", "a", 0));
        // by a heartbeat it had been told 200
        post(
                FIRST,
                SECOND,
                SomeEntry.entry()
                        .id("4")
                        .client("a")
                        .outcome("client_gone")
                        .status(200)
                        .build());

        assertThat(count("select count(*) from refusal_hour")).isZero();
    }

    @Test
    void refusalsAreForgottenByTheHour() {
        post(Journal.Position.START, FIRST, refused("1", "a", 503));
        long hour = count("select min(hour_utc) from refusal_hour");

        assertThat(store.forgetRefusals(hour)).isZero();
        assertThat(store.forgetRefusals(hour + 1)).isEqualTo(1);
        assertThat(count("select count(*) from refusal_hour")).isZero();
    }

    @Test
    void sumsLogAndPositionAreTheSameWhateverTheBatches() {
        post(Journal.Position.START, FIRST, entry("1"), entry("2"));
        post(FIRST, SECOND, entry("3"));

        assertThat(store.position(NODE)).isEqualTo(SECOND);
        assertThat(count("select count(*) from request_log")).isEqualTo(3);
        assertThat(count("select sum(requests) from usage_hour")).isEqualTo(3);
        assertThat(count("select count(*) from usage_hour")).isEqualTo(1);
        UsageCounts sums = store.counted(NODE);
        assertThat(sums.requests()).isEqualTo(3);
        assertThat(sums.attempts()).isEqualTo(3);
        assertThat(sums.usage().prompt()).isEqualTo(30);
        assertThat(sums.cost()).isEqualByComparingTo("0.000000000000000003");
    }

    @Test
    void aPageWhoseCommitWasNotHeardOfIsTakenUpOnce() {
        post(Journal.Position.START, FIRST, entry("1"));
        post(Journal.Position.START, FIRST, entry("1"));
        post(FIRST, SECOND, entry("2"));
        post(FIRST, SECOND, entry("2"));

        assertThat(store.counted(NODE).requests()).isEqualTo(2);
        assertThat(count("select count(*) from request_log")).isEqualTo(2);
    }

    @Test
    void aPageThatDoesNotFollowIsRefused() {
        post(Journal.Position.START, FIRST, entry("1"));

        assertThatThrownBy(() -> post(SECOND, new Journal.Position(2, 0), entry("2")))
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.counted(NODE).requests()).isEqualTo(1);
    }

    @Test
    void aProviderThatMovedHasOneRowADayAndPool() {
        post(Journal.Position.START, FIRST, entry("1"));
        LedgerEntry failed = SomeEntry.entry()
                .id("2")
                .outcome("overloaded")
                .tried("a", "fallback", FailureClass.OVERLOADED)
                .build();
        post(FIRST, SECOND, failed);

        assertThat(count("select count(*) from usage_day")).as("one row a pool").isEqualTo(2);
        assertThat(store.counted(NODE).errors()).isEqualTo(1);
    }

    @Test
    void theLogIsForgottenByAgeAndByRowsAPieceAtATime() {
        List<LedgerEntry> entries = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            entries.add(SomeEntry.at(i < 4 ? "2026-11-01T00:00:00Z" : "2026-11-25T00:00:00Z")
                    .id("r" + i)
                    .tried("a")
                    .build());
        }
        post(Journal.Position.START, FIRST, entries.toArray(LedgerEntry[]::new));
        Instant before = Instant.parse("2026-11-20T00:00:00Z");

        assertThat(store.forget(before, 0, 3)).isEqualTo(3);
        assertThat(store.forget(before, 0, 3)).isEqualTo(1);
        assertThat(store.forget(before, 0, 3)).isZero();
        assertThat(store.surplus(6)).isZero();
        assertThat(store.surplus(5)).isEqualTo(1);
        assertThat(store.forget(before, 1, 100)).isEqualTo(1);
        assertThat(count("select count(*) from request_log")).isEqualTo(5);
        assertThat(store.counted(NODE).requests()).as("the books keep them").isEqualTo(10);
    }

    @Test
    void hoursAreForgottenAndDaysAreNot() {
        post(Journal.Position.START, FIRST, entry("1"));

        assertThat(store.forgetHours(Long.MAX_VALUE)).isEqualTo(1);
        assertThat(store.counted(NODE).requests()).isEqualTo(1);
    }

    @Test
    void anEmptyLedgerIsNothing() {
        assertThat(store.position(NODE)).isEqualTo(Journal.Position.START);
        assertThat(store.counted(NODE)).isEqualTo(UsageCounts.NOTHING);
    }

    @Test
    void idsThatAreMissingAreNoReasonToForget() throws SQLException {
        post(Journal.Position.START, FIRST, entry("1"), entry("2"));
        memory.execute("alter table request_log alter column id restart with 5000000");
        post(FIRST, SECOND, entry("3"));

        assertThat(store.surplus(1_000)).isZero();
        assertThat(store.surplus(2)).isEqualTo(1);
    }

    @Test
    void aPageThatCannotBeTakenUpWholeLeavesNothingBehindWithoutTheContainersTransactionToo() {
        post(Journal.Position.START, FIRST, entry("1"));

        assertThatThrownBy(() -> post(FIRST, SECOND, entry("2"), entry("x".repeat(200))))
                .isInstanceOf(Sql.DatabaseException.class);

        assertThat(store.position(NODE)).isEqualTo(FIRST);
        assertThat(store.counted(NODE).requests()).isEqualTo(1);
        assertThat(count("select count(*) from request_log")).isEqualTo(1);
    }
}
