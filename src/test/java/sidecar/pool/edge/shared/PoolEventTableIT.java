package sidecar.pool.edge.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import sidecar.cluster.NodeName;
import sidecar.failure.FailureClass;
import sidecar.kit.Postgres;
import sidecar.pool.Lease;
import sidecar.pool.PoolFixture;
import sidecar.pool.ProviderPool;
import sidecar.pool.SomeProvider;
import sidecar.pool.edge.shared.PoolEventTable.NewEvent;
import sidecar.pool.edge.shared.PoolEventTable.StoredEvent;
import sidecar.pool.event.UntoldPoolEvents;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.ProviderStatus;
import sidecar.time.FakeTime;

/** The table of what nodes tell each other, on a PostgreSQL, and two nodes that use it. */
class PoolEventTableIT {

    private static final NodeName ONE = new NodeName("one");
    private static final NodeName TWO = new NodeName("two");

    private static Postgres postgres;
    private static PGSimpleDataSource database;

    private final PoolEventTable table = new PoolEventTable(database);
    private final FakeTime time = new FakeTime();
    private final CatalogHolder catalog = new CatalogHolder();

    @BeforeAll
    static void begin() throws IOException, SQLException {
        postgres = Postgres.start();
        database = new PGSimpleDataSource();
        database.setUrl(postgres.url("sidecar"));
        database.setUser("sidecar");
        database.setPassword(Postgres.PASSWORD);
        execute(Files.readString(Path.of("src/main/resources/db/migration/V16__pool_events.sql")));
    }

    @AfterAll
    static void end() {
        postgres.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        execute("delete from pool_event");
        catalog.publish(new ProviderCatalog(
                List.of(SomeProvider.named("a").maps("m", "n").build())));
    }

    private static void execute(String text) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private void add(String... texts) throws SQLException {
        table.add(
                ONE,
                List.of(texts).stream()
                        .map(text -> new NewEvent(Duration.ZERO, text))
                        .toList());
    }

    private static List<String> next(PoolEventReader reader) throws SQLException {
        return reader.next().stream().map(StoredEvent::json).toList();
    }

    @Test
    void whatIsReadHasTheAgeItHadAndTheTimeSince() throws SQLException {
        table.add(ONE, List.of(new NewEvent(Duration.ofSeconds(90), "{}")));
        execute("select pg_sleep(0.2)");

        StoredEvent read = new PoolEventReader(table).next().get(0);

        assertThat(read.node()).isEqualTo("one");
        assertThat(read.age()).isBetween(Duration.ofMillis(90_200), Duration.ofSeconds(100));
    }

    @Test
    void eachIsReadOnceInItsOrder() throws SQLException {
        PoolEventReader reader = new PoolEventReader(table);
        add("1", "2");
        assertThat(next(reader)).containsExactly("1", "2");
        add("3");
        assertThat(next(reader)).containsExactly("3");
        assertThat(next(reader)).isEmpty();
    }

    @Test
    void oneThatIsCommittedLateIsReadThen() throws SQLException {
        PoolEventReader reader = new PoolEventReader(table);
        try (Connection slow = database.getConnection();
                Statement statement = slow.createStatement()) {
            slow.setAutoCommit(false);
            statement.execute("insert into pool_event (node, at_ms, event) values ('two', 0, 'late')");
            add("early");
            assertThat(next(reader)).containsExactly("early");
            slow.commit();
        }

        assertThat(next(reader)).containsExactly("late");
        assertThat(next(reader)).isEmpty();
    }

    @Test
    void whatIsOldIsDeleted() throws SQLException {
        table.add(ONE, List.of(new NewEvent(Duration.ofMinutes(6), "old"), new NewEvent(Duration.ZERO, "new")));

        table.prune(Duration.ofMinutes(5));

        assertThat(next(new PoolEventReader(table))).containsExactly("new");
    }

    /** A node with a pool of its own. */
    private final class Node {
        private final ProviderPool pool = PoolFixture.pool(time, catalog);
        private final AtomicInteger announced = new AtomicInteger();
        private final AtomicBoolean leads = new AtomicBoolean();
        private final PoolEventExchange exchange;

        Node(NodeName name) {
            UntoldPoolEvents untold = new UntoldPoolEvents(time, time, () -> {});
            pool.onEvent(untold);
            exchange = new PoolEventExchange(
                    name, pool, untold, table, announced::incrementAndGet, leads::get, time, time);
        }

        private void refuse() {
            Lease lease = pool.leaseFor(provider()).orElseThrow();
            lease.failed(new Lease.Failed(FailureClass.RATE_LIMITED, 429, Duration.ofSeconds(60), "HTTP 429"));
            lease.close();
        }

        private ProviderStatus status() {
            return pool.status(provider()).status();
        }
    }

    private Provider provider() {
        return catalog.get().byName("a").orElseThrow();
    }

    @Test
    void whatOneNodeLearnsTheOtherKnows() throws SQLException {
        Node one = new Node(ONE);
        Node two = new Node(TWO);
        two.exchange.run();
        one.refuse();
        one.exchange.run();
        two.exchange.run();

        assertThat(two.status()).isEqualTo(ProviderStatus.COOLING);
        assertThat(one.announced).hasValue(1);
        assertThat(two.announced).as("it has nothing to tell").hasValue(0);
    }

    @Test
    void aNodeThatStartsTakesUpWhatWasToldAlsoByItself() throws SQLException {
        Node one = new Node(ONE);
        one.refuse();
        one.exchange.run();

        Node again = new Node(ONE);
        again.exchange.run();

        assertThat(again.status()).isEqualTo(ProviderStatus.COOLING);
    }

    @Test
    void whatCouldNotBeToldIsToldWhenTheDatabaseIsBack() throws SQLException {
        Node one = new Node(ONE);
        Node two = new Node(TWO);
        two.exchange.run();
        one.refuse();
        postgres.stop();
        assertThatThrownBy(one.exchange::run).isInstanceOf(SQLException.class);
        assertThatThrownBy(two.exchange::run).isInstanceOf(SQLException.class);
        time.advance(Duration.ofSeconds(20));
        postgres.resume();

        one.exchange.run();
        two.exchange.run();

        assertThat(two.pool.status(provider()).cooldownUntil().orElseThrow())
                .isBetween(time.instant().plusSeconds(39), time.instant().plusSeconds(40));
    }

    @Test
    void theLeaderAloneDeletes() throws SQLException {
        Node one = new Node(ONE);
        table.add(TWO, List.of(new NewEvent(Duration.ofMinutes(6), "{}")));
        time.advance(Duration.ofMinutes(1));
        one.exchange.run();
        assertThat(table.after(0)).hasSize(1);

        one.leads.set(true);
        time.advance(Duration.ofMinutes(1));
        one.exchange.run();

        assertThat(table.after(0)).isEmpty();
    }
}
