package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.Await;
import sidecar.kit.Browser;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.Postgres;
import sidecar.kit.RawClient;

/** The nodes of a PostgreSQL as API and pages show them. The others are rows that nobody renews but this test. */
class NodesIT {

    @TempDir
    private static Path home;

    private static Postgres postgres;
    private static OwnSidecar sidecar;
    private static Browser browser;

    @BeforeAll
    static void serve() {
        postgres = Postgres.start();
        sidecar = new OwnSidecar(home, postgres.environment()).start();
        gateway()
                .create(Draft.of("one")
                        .at(sidecar.upstream())
                        .serves(OwnSidecar.MODEL, "n")
                        .with("rpm_limit", 100));
        browser = new Browser(gateway().root());
    }

    @AfterAll
    static void end() {
        if (browser != null) {
            browser.close();
        }
        sidecar.close();
        postgres.close();
    }

    @BeforeEach
    void beginAgain() {
        browser.begin();
        postgres.psql("sidecar", "delete from cluster_node where node like 'test-%'");
        postgres.psql("sidecar", "delete from cluster_share where node like 'test-%'");
    }

    private static Gateway gateway() {
        return sidecar.gateway();
    }

    /** As a node of that name writes it itself; this node may have done so already. */
    private static void row(String node, String state, int seenSecondsAgo, int inFlight, int waiting) {
        postgres.psql(
                "sidecar",
                "insert into cluster_node (node, state, epoch, renewal, version, window_ms, lease_ms, started_ms, seen_ms, in_flight, waiting)"
                        + " select '" + node + "', '" + state
                        + "', 1, 1, '3.9.9', 61000, 300000, now_ms - 7200000, now_ms - 1000 * "
                        + seenSecondsAgo + ", " + inFlight + ", " + waiting
                        + " from (select cast(extract(epoch from clock_timestamp()) * 1000 as bigint) now_ms) now"
                        + " on conflict (node) do update set seen_ms = excluded.seen_ms where cluster_node.node like 'test-%'");
    }

    private static void threeNodes() {
        // one that renews finds its own row; here it is as if it went on for ten minutes
        row(self(), "member", -600, 0, 0);
        row("test-silent", "member", 100, 4, 5);
        row("test-gone", "gone", 86_400, 6, 7);
        postgres.psql(
                "sidecar",
                "insert into cluster_share (quota_group, kind, limit_day, node, owned, standing, wanted, gained) values"
                        + " ('a', 'MINUTE', 0, 'test-silent', 12, 0, 0, 0), ('b', 'MINUTE', 0, 'test-silent', 5, 0, 0, 0),"
                        + " ('b', 'CONCURRENCY', 0, 'test-silent', 99, 0, 0, 0)");
    }

    private static JsonNode nodes() {
        return gateway().adminGet("/nodes").json();
    }

    private static String self() {
        JsonNode first = nodes().path("items").path(0);
        assertThat(first.path("this_node").asBoolean()).isTrue();
        return first.path("name").asText();
    }

    private static List<String> all(JsonNode nodes, String field) {
        List<String> values = new ArrayList<>();
        nodes.path("items").forEach(node -> values.add(node.path(field).asText()));
        return values;
    }

    @Test
    void eachNodeIsListedWithWhatIsKnownOfIt() {
        threeNodes();
        // what was read up to a second ago is told still
        Await.until(() -> all(nodes(), "state").equals(List.of("member", "silent", "gone")), "all three to be read");

        JsonNode nodes = nodes();

        assertThat(nodes.path("shared").asBoolean()).isTrue();
        assertThat(nodes.path("current").asBoolean()).isTrue();
        assertThat(nodes.path("places_limit").asInt()).isEqualTo(100);
        assertThat(all(nodes, "name")).containsExactly(self(), "test-silent", "test-gone");
        assertThat(all(nodes, "this_node")).containsExactly("true", "false", "false");
        JsonNode silent = nodes.path("items").path(1);
        assertThat(silent.path("version").asText()).isEqualTo("3.9.9");
        assertThat(silent.path("uptime_seconds").asInt()).isBetween(7_200, 7_500);
        assertThat(silent.path("seen_seconds_ago").asInt()).isBetween(100, 400);
        assertThat(silent.path("in_flight").asInt()).isEqualTo(4);
        assertThat(silent.path("waiting").asInt()).isEqualTo(5);
        assertThat(silent.path("places").asInt()).isEqualTo(17);
        JsonNode gone = nodes.path("items").path(2);
        assertThat(gone.path("uptime_seconds").isNull()).isTrue();
        assertThat(gone.path("in_flight").isNull()).isTrue();
        assertThat(gone.path("places").asInt()).isZero();
        assertThat(gone.path("seen_seconds_ago").asInt()).isBetween(86_400, 86_700);
    }

    @Test
    void aViewerSeesThemOnThePageWhichFollowsThem() {
        threeNodes();
        browser.signIn(OwnSidecar.VIEWER);
        browser.click(".menu nav a", "Nodes");

        browser.awaitText("#list table", "answering");
        assertThat(browser.text("#list table"))
                .contains(self() + " this node", "goes on with its standing share until", "its places were taken back")
                .contains("17 of 100", "1 d ago", "3.9.9");
        assertThat(browser.accessibilityFaults()).isEmpty();
        row("test-other", "left", 1, 0, 0);
        browser.awaitText("#list table", "test-other");
        browser.resize(390, 844);
        assertThat(browser.geometryFaults()).isEmpty();
        assertThat(browser.accessibilityFaults()).isEmpty();
        browser.prefers("light", "zh-CN");
        browser.open("/nodes");
        assertThat(browser.text("h1")).isEqualTo("节点");
        assertThat(browser.text("#list table")).contains("其名额已被收回", "本节点");
        assertThat(browser.geometryFaults()).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theDashboardAddsUpThoseThatAnswer() {
        threeNodes();
        // as if it went on renewing for a minute
        row("test-busy", "member", -60, 30, 40);
        Await.until(() -> snapshot().path("nodes").asInt() == 2, "both to be read");
        JsonNode snapshot = snapshot();
        assertThat(snapshot.path("queue").path("depth").asInt()).isEqualTo(40);
        assertThat(snapshot.path("queue").path("max_depth").asInt()).isEqualTo(1_000);
        assertThat(snapshot.path("in_flight").asInt()).isEqualTo(30);
        assertThat(snapshot.path("nodes").asInt()).isEqualTo(2);
        browser.signIn(OwnSidecar.ADMIN).open("/dashboard");
        browser.awaitText("#nodes", "2 nodes answer");
        assertThat(browser.text("#stat-queue")).contains("40", "of 1,000");
        assertThat(browser.text("#stat-inflight .value")).isEqualTo("30");
        assertThat(browser.geometryFaults()).isEmpty();
        assertThat(browser.accessibilityFaults()).isEmpty();

        row("test-busy", "member", 10, 30, 40);

        browser.awaitGone("#nodes");
        assertThat(browser.text("#stat-inflight .value")).isEqualTo("0");
        assertThat(browser.complaints()).isEmpty();
    }

    /** The first one of a stream. */
    private static JsonNode snapshot() {
        try (RawClient client = RawClient.to(gateway().port())) {
            client.request("GET", "/dashboard/sse", new byte[0], "Authorization", "Bearer " + OwnSidecar.ADMIN);
            client.head();
            return Json.read(client.frame().orElseThrow().data());
        }
    }

    @Test
    void whatWasKnownIsToldWhileTheDatabaseIsAway() {
        threeNodes();
        Await.until(() -> nodes().path("items").size() == 3, "all of them");
        browser.signIn(OwnSidecar.ADMIN).open("/nodes");
        postgres.stop();
        try {
            browser.awaitText("#list .notice", "The database has not answered for");
            assertThat(browser.text("#list table")).contains("test-silent", "test-gone");
            long begun = System.nanoTime();
            JsonNode nodes = nodes();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
            assertThat(nodes.path("current").asBoolean()).isFalse();
            assertThat(nodes.path("read_seconds_ago").asInt()).isPositive();
            assertThat(nodes.path("items")).hasSize(3);
            assertThat(browser.complaints()).isEmpty();
        } finally {
            postgres.resume();
        }
        browser.awaitGone("#list .notice");
    }
}
