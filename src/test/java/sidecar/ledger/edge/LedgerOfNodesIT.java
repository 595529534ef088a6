package sidecar.ledger.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import sidecar.cluster.NodeName;
import sidecar.kit.Postgres;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.LifetimeTotals;
import sidecar.ledger.RecentActivity;
import sidecar.ledger.SomeEntry;

/** Several nodes post to one PostgreSQL at once. */
class LedgerOfNodesIT {

    private static final int NODES = 4;
    private static final int PAGES = 25;
    private static final int ENTRIES = 20;
    private static final int ALL = NODES * PAGES * ENTRIES;
    private static final Instant NOW = Instant.parse("2026-11-25T10:20:31Z");
    private static final JournalFiles NONE = new JournalFiles(new TreeMap<>());

    private static Postgres postgres;
    private static DataSource database;

    private final LedgerStore store = new LedgerStore(database);
    private final CyclicBarrier together = new CyclicBarrier(NODES);
    private ExecutorService threads;

    @BeforeAll
    static void make() {
        postgres = Postgres.start();
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(postgres.url("sidecar"));
        source.setUser("sidecar");
        source.setPassword(Postgres.PASSWORD);
        database = source;
        Flyway.configure().dataSource(database).load().migrate();
    }

    @AfterAll
    static void end() {
        postgres.close();
    }

    @BeforeEach
    void begin() {
        postgres.psql(
                "sidecar",
                "truncate request_log, usage_hour, usage_day, refusal_hour, ledger_position, node_usage restart identity");
        threads = Executors.newFixedThreadPool(NODES);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private <T> List<T> atOnce(List<? extends Callable<T>> works) throws Exception {
        List<Future<T>> running = new ArrayList<>();
        for (Callable<T> work : works) {
            running.add(threads.submit(() -> {
                together.await();
                return work.call();
            }));
        }
        List<T> done = new ArrayList<>();
        for (Future<T> each : running) {
            done.add(each.get());
        }
        return done;
    }

    private static NodeName node(int number) {
        return new NodeName("node-" + number);
    }

    private static long number(String query) {
        return Long.parseLong(postgres.psql("sidecar", query).get(0));
    }

    /** A node that posts its pages and looks after each what the others have posted. */
    private final class BusyNode implements Callable<Void> {
        private final int number;
        private final RecentActivity recent = new RecentActivity(() -> NOW);
        private final LifetimeTotals totals = new LifetimeTotals();
        private final OtherNodes others;
        private BigDecimal spent = BigDecimal.ZERO;

        BusyNode(int number) {
            this.number = number;
            others =
                    new OtherNodes(store, node(number), totals, recent, (client, day, cost) -> spent = spent.add(cost));
        }

        @Override
        public Void call() {
            store.begin(node(number), NONE, NOW);
            others.begin(NOW);
            Journal.Position at = Journal.Position.START;
            for (int page = 1; page <= PAGES; page++) {
                Journal.Position next = new Journal.Position(1, page);
                store.post(node(number), at, new Journal.Page(entries(page), next), NOW);
                others.follow();
                at = next;
            }
            return null;
        }

        /** Accounts that all of them have, each in another order, and new ones with every page. */
        private List<LedgerEntry> entries(int page) {
            return IntStream.range(0, ENTRIES)
                    .mapToObj(i -> {
                        int account = (i * 7 + number * 5) % ENTRIES;
                        SomeEntry entry = SomeEntry.entry()
                                .id(number + "-" + page + "-" + i)
                                .client("client-" + account % 3)
                                .model("model-" + page + "-" + account);
                        return i == 0
                                ? entry.outcome("refused").status(503).build()
                                : entry.tried("p")
                                        .used(10, 5, "0.000000000000000001")
                                        .build();
                    })
                    .toList();
        }
    }

    @Test
    void everyExchangeIsInTheSumsOnceAndToldToEveryOtherNodeOnce() throws Exception {
        List<BusyNode> nodes = IntStream.range(0, NODES).mapToObj(BusyNode::new).toList();

        atOnce(nodes);

        int tried = ALL - NODES * PAGES;
        assertThat(number("select count(distinct request_id) from request_log")).isEqualTo(ALL);
        assertThat(number("select count(*) from request_log")).isEqualTo(ALL);
        assertThat(number("select sum(requests) from usage_hour")).isEqualTo(tried);
        assertThat(number("select sum(requests) from usage_day")).isEqualTo(tried);
        assertThat(number("select sum(refused) from refusal_hour")).isEqualTo(NODES * PAGES);
        for (BusyNode node : nodes) {
            node.others.follow();
            assertThat(store.counted(node(node.number)).requests()).isEqualTo(tried / NODES);
            // its own exchanges it knows from memory, which here it has none in, but for what was posted when it began
            long own = number("select count(*) from request_log where node = 'node-" + node.number + "'");
            assertThat(node.recent.last(Duration.ofMinutes(1)).counts().requests())
                    .isEqualTo(tried - tried / NODES);
            assertThat(node.recent.last(Duration.ofMinutes(1)).arrived()).isEqualTo(ALL - own);
            assertThat(node.spent)
                    .isEqualByComparingTo(
                            new BigDecimal("0.000000000000000001").multiply(BigDecimal.valueOf(tried - tried / NODES)));
            assertThat(node.totals.ofAllNodes().requests()).isEqualTo(tried - tried / NODES);
        }
    }

    @Test
    void oneAloneTakesOverTheJournalOfTheGatewayThatWasAlone() throws Exception {
        Journal.Position posted = new Journal.Position(3, 70);
        store.begin(NodeName.LOCAL, NONE, NOW);
        store.post(NodeName.LOCAL, Journal.Position.START, new Journal.Page(new BusyNode(0).entries(1), posted), NOW);
        JournalFiles copy = new JournalFiles(new TreeMap<>(Map.of(3L, 70L)));

        List<Journal.Position> begun = atOnce(IntStream.range(0, NODES)
                .mapToObj(number -> (Callable<Journal.Position>) () -> store.begin(node(number), copy, NOW))
                .toList());

        assertThat(begun).containsOnlyOnce(posted);
        assertThat(begun.stream().filter(new Journal.Position(4, 0)::equals)).hasSize(NODES - 1);
        assertThat(number("select sum(requests) from node_usage")).isEqualTo(ENTRIES - 1);
        assertThat(number("select max(requests) from node_usage")).isEqualTo(ENTRIES - 1);
    }
}
