package sidecar.cluster.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sidecar.cluster.NodeStatus;
import sidecar.cluster.NodeStatus.NodeState;
import sidecar.ledger.edge.MemoryDatabase;

class NodeStatusQueryTest {

    private MemoryDatabase database;

    @BeforeEach
    void open() {
        database = new MemoryDatabase();
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void node(String name, String state, int seenMillisAgo) throws SQLException {
        execute("insert into cluster_node select '" + name + "', '" + state
                + "', 1, 1, '3.9.9', 61000, 300000, now_ms - 60000, now_ms - " + seenMillisAgo
                + ", 4, 5 from (select cast(extract(epoch from current_timestamp) * 1000 as bigint) now_ms)");
    }

    private void share(String group, String kind, String node, int owned) throws SQLException {
        execute("insert into cluster_share values ('" + group + "', '" + kind + "', 0, '" + node + "', " + owned
                + ", 0, 0, 0)");
    }

    private List<NodeStatus> read() throws SQLException {
        return new NodeStatusQuery(database.source()).read();
    }

    @Test
    void agesAreByTheClockOfTheDatabase() throws SQLException {
        node("ahead", "member", -20_000);
        node("silent", "member", 10_000);

        List<NodeStatus> nodes = read();

        assertThat(nodes).extracting(NodeStatus::state).containsExactly(NodeState.MEMBER, NodeState.SILENT);
        assertThat(nodes.get(0).silence()).isZero();
        assertThat(nodes.get(1).silence()).isBetween(Duration.ofSeconds(10), Duration.ofMinutes(2));
        assertThat(nodes.get(1).uptime().orElseThrow()).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(3));
    }

    @Test
    void placesAreThoseOfMinutesOfAllGroups() throws SQLException {
        node("one", "member", 0);
        node("two", "member", 0);
        share("a", "MINUTE", "one", 12);
        share("b", "MINUTE", "one", 5);
        share("b", "MINUTE", "two", 3);
        share("b", "CONCURRENCY", "two", 50);

        assertThat(read())
                .extracting(node -> node.name() + " " + node.places())
                .containsExactlyInAnyOrder("one 17", "two 3");
    }

    @Test
    void whoIsNoMemberHasNoUptimeAndNeverDisplacesOneThatIs() throws SQLException {
        node("member", "member", 300_000);
        for (int i = 0; i < 250; i++) {
            node("gone-" + i, i % 2 == 0 ? "gone" : "left", i);
        }

        List<NodeStatus> nodes = read();

        assertThat(nodes).hasSize(200);
        assertThat(nodes.get(0).name()).isEqualTo("member");
        assertThat(nodes.subList(1, 200)).allMatch(node -> node.uptime().equals(Optional.empty()));
    }
}
