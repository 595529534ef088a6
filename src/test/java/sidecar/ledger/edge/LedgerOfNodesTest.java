package sidecar.ledger.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import sidecar.cluster.NodeName;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.LifetimeTotals;
import sidecar.ledger.RecentActivity;
import sidecar.ledger.SomeEntry;

/** The ledger's tables where several nodes write them. */
class LedgerOfNodesTest {

    private static final NodeName A = new NodeName("a");
    private static final NodeName B = new NodeName("b");
    private static final NodeName C = new NodeName("c");
    private static final Instant NOW = Instant.parse("2026-11-25T10:20:31Z");
    private static final Journal.Position FIRST = new Journal.Position(1, 100);
    private static final Journal.Position SECOND = new Journal.Position(1, 200);
    private static final JournalFiles NONE = new JournalFiles(new TreeMap<>());
    private static final JournalFiles SOME = new JournalFiles(new TreeMap<>(Map.of(1L, 150L)));

    @AutoClose
    private final MemoryDatabase memory = new MemoryDatabase();

    private final LedgerStore store = new LedgerStore(memory.source());

    private Journal.Position begin(NodeName node, JournalFiles files) {
        return store.begin(node, files, NOW);
    }

    private void post(NodeName node, Journal.Position from, Journal.Position to, String... ids) {
        List<LedgerEntry> entries = List.of(ids).stream()
                .map(id ->
                        SomeEntry.entry().id(id).tried("p").used(10, 5, "0.5").build())
                .toList();
        store.post(node, from, new Journal.Page(entries, to), NOW);
    }

    private long counted(NodeName node) {
        return store.counted(node).requests();
    }

    private List<String> texts(String query) {
        return Sql.query(memory.source(), query, List.of()).all(row -> row.getString(1));
    }

    @Test
    void whoWasAloneGoesOnUnderItsNewNameWithWhatItHasPosted() {
        begin(NodeName.LOCAL, NONE);
        post(NodeName.LOCAL, Journal.Position.START, FIRST, "1", "2");

        assertThat(begin(A, SOME)).isEqualTo(FIRST);
        assertThat(begin(A, SOME)).as("after another start").isEqualTo(FIRST);
        post(A, FIRST, SECOND, "3");

        assertThat(texts("select node from ledger_position")).containsExactly("a");
        assertThat(texts("select request_id from request_log order by id")).containsExactly("1", "2", "3");
        assertThat(counted(A)).isEqualTo(3);
    }

    @Test
    void aNewNodeLeavesItToTheOneThatWasAlone() {
        begin(NodeName.LOCAL, NONE);
        post(NodeName.LOCAL, Journal.Position.START, FIRST, "1", "2");

        assertThat(begin(B, NONE)).isEqualTo(Journal.Position.START);
        assertThat(counted(B)).isZero();
        assertThat(begin(A, SOME)).isEqualTo(FIRST);

        assertThat(counted(A)).isEqualTo(2);
        assertThat(counted(B)).isZero();
    }

    /** Its journal is another one's, or of another database. */
    @Test
    void aCopyOfADataDirectoryPostsNothingThatIsInIt() {
        begin(NodeName.LOCAL, NONE);
        post(NodeName.LOCAL, Journal.Position.START, FIRST, "1");
        begin(A, SOME);

        assertThat(begin(B, SOME)).isEqualTo(new Journal.Position(2, 0));
    }

    @Test
    void aJournalThatIsShorterIsNotTheOnesThatWasAlone() {
        begin(NodeName.LOCAL, NONE);
        post(NodeName.LOCAL, Journal.Position.START, SECOND, "1");

        assertThat(begin(B, SOME)).isEqualTo(new Journal.Position(2, 0));
        assertThat(texts("select node from ledger_position order by node")).containsExactly("b", "local");
    }

    /** It was killed before it had posted anything. */
    @Test
    void theFirstOfAllPostsWhatItsJournalHas() {
        assertThat(begin(A, SOME)).isEqualTo(Journal.Position.START);
    }

    @Test
    void whatThereWasBeforeIsCountedByTheFirstWhenNobodyElseCan() throws SQLException {
        post(NodeName.LOCAL, Journal.Position.START, FIRST, "1", "2");
        memory.execute("delete from ledger_position");

        begin(A, NONE);
        begin(B, NONE);

        assertThat(counted(A)).isEqualTo(2);
        assertThat(counted(B)).isZero();
    }

    @Test
    void theNodesSumsAreEverything() {
        begin(A, NONE);
        begin(B, NONE);
        post(A, Journal.Position.START, FIRST, "1", "2");
        post(B, Journal.Position.START, FIRST, "3");
        post(B, Journal.Position.START, FIRST, "3");

        assertThat(counted(A)).isEqualTo(2);
        assertThat(counted(B)).isEqualTo(1);
        assertThat(store.counted(NodeName.LOCAL)).isEqualTo(store.counted(A).plus(store.counted(B)));
    }

    @Test
    void aNewNodeReplacesThoseThatAreGone() throws SQLException {
        begin(A, NONE);
        begin(B, NONE);
        post(A, Journal.Position.START, FIRST, "1", "2");
        post(B, Journal.Position.START, FIRST, "3");
        memory.execute("insert into cluster_node values ('b', 'member', 1, 1, '3', 61000, 300000, 0, 0, 0, 0)");

        store.begin(new NodeName("soon"), NONE, NOW.plus(Duration.ofMinutes(59)));
        store.begin(C, NONE, NOW.plus(Duration.ofMinutes(61)));

        assertThat(counted(new NodeName("soon"))).isZero();
        assertThat(counted(C)).isEqualTo(2);
        assertThat(counted(B)).as("idle, but a member").isEqualTo(1);

        store.begin(A, NONE, NOW.plus(Duration.ofMinutes(62)));
        post(A, FIRST, SECOND, "4");
        assertThat(counted(A)).as("what it counts from then on").isEqualTo(1);
        assertThat(texts("select sum(requests) from node_usage"))
                .isEqualTo(texts("select sum(requests) from usage_day"));
    }

    @Test
    void whatOthersPostIsToldOnce() {
        LifetimeTotals totals = new LifetimeTotals();
        RecentActivity recent = new RecentActivity(() -> NOW);
        Map<String, BigDecimal> spent = new HashMap<>();
        OtherNodes others = new OtherNodes(
                store, A, totals, recent, (client, day, cost) -> spent.merge(client, cost, BigDecimal::add));
        begin(A, NONE);
        begin(B, NONE);
        post(A, Journal.Position.START, FIRST, "1");
        post(B, Journal.Position.START, FIRST, "2");

        others.begin(NOW);
        assertThat(recent.last(Duration.ofMinutes(1)).counts().requests()).isEqualTo(2);
        assertThat(spent.get("agent")).isEqualByComparingTo("1");
        assertThat(totals.ofAllNodes().requests()).isEqualTo(1);

        post(A, FIRST, SECOND, "3");
        post(B, FIRST, SECOND, "4", "5");
        others.follow();
        others.follow();

        assertThat(recent.last(Duration.ofMinutes(1)).counts().requests()).isEqualTo(4);
        assertThat(recent.last(Duration.ofMinutes(1)).arrived()).isEqualTo(4);
        assertThat(spent.get("agent")).isEqualByComparingTo("2");
        assertThat(totals.ofAllNodes().requests()).isEqualTo(3);
        assertThat(totals.now().requests()).isZero();
    }
}
