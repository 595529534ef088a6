package sidecar.cluster.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sidecar.cluster.LeaderElection;
import sidecar.database.DatabaseLocation;
import sidecar.kit.Await;
import sidecar.kit.Postgres;
import sidecar.kit.Shell;
import sidecar.settings.Settings;

/** Of the nodes that share a PostgreSQL one leads, whatever happens to them and to it. */
class PostgresLeaderElectionIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static Postgres postgres;
    private static DatabaseLocation location;

    private final List<PostgresLeaderElection> nodes = new ArrayList<>();

    @BeforeAll
    static void make() {
        postgres = Postgres.start();
        Map<String, String> environment = new HashMap<>(postgres.environment());
        location = DatabaseLocation.of(new Settings(environment));
    }

    @AfterAll
    static void end() {
        postgres.close();
    }

    @AfterEach
    void close() {
        nodes.forEach(PostgresLeaderElection::close);
    }

    private PostgresLeaderElection node() {
        PostgresLeaderElection node = new PostgresLeaderElection(location, System::nanoTime);
        nodes.add(node);
        node.begin();
        return node;
    }

    private static void awaitLeader(LeaderElection node) {
        Await.until(SOON, node::isLeader, () -> "a leader");
    }

    private long leaders() {
        return nodes.stream().filter(LeaderElection::isLeader).count();
    }

    @Test
    void whoStopsGivesItUp() {
        PostgresLeaderElection first = node();
        awaitLeader(first);
        PostgresLeaderElection second = node();
        node();

        first.close();
        first.close();

        assertThat(first.isLeader()).isFalse();
        Await.until(SOON, () -> leaders() == 1, () -> "another leader");
        assertThat(second.isLeader()).isNotEqualTo(nodes.get(2).isLeader());
    }

    @Test
    void nobodyLeadsWithoutTheDatabaseAndOneDoesAfterwards() {
        awaitLeader(node());
        node();

        postgres.stop();
        try {
            Await.until(PostgresLeaderElection.TERM, () -> leaders() == 0, () -> "no leader");
        } finally {
            postgres.resume();
        }

        Await.until(SOON, () -> leaders() == 1, () -> "a leader again");
    }

    /** As one that is cut off: its session, and so the lock, is still there. */
    @Test
    void whoGetsNoAnswerLeadsNoMore() {
        PostgresLeaderElection first = node();
        awaitLeader(first);
        String session = postgres.psql("sidecar", "select pid from pg_locks where locktype = 'advisory'")
                .get(0);
        node();
        Shell.run("kill -STOP " + session);
        try {
            Await.until(PostgresLeaderElection.TERM, () -> !first.isLeader(), () -> "no leader");
            assertThat(leaders()).isZero();
        } finally {
            Shell.run("kill -CONT " + session);
        }

        Await.until(SOON, () -> leaders() == 1, () -> "a leader again");
    }
}
