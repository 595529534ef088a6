package sidecar.cluster.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sidecar.cluster.LeaseTimes;
import sidecar.cluster.NodeName;
import sidecar.database.DatabaseLocation;
import sidecar.kit.Await;
import sidecar.kit.Postgres;
import sidecar.limit.GrantLog;
import sidecar.limit.GrantRequest;
import sidecar.limit.GrantResult;
import sidecar.limit.LimitSettings;
import sidecar.limit.QuotaLimits;
import sidecar.limit.RateLimiter;

/** Nodes that share limits by a real PostgreSQL, with short windows and leases. */
class ClusterNodeIT {

    private static final Duration WINDOW = Duration.ofSeconds(3);
    private static final LeaseTimes TIMES = new LeaseTimes(
            Duration.ofSeconds(2), Duration.ofSeconds(6), WINDOW, Duration.ofMillis(500), Duration.ofSeconds(1));
    private static final QuotaLimits FORTY = QuotaLimits.perMinute("forty", 40, "a");
    private static final QuotaLimits DAY = new QuotaLimits("day", List.of("b"), 0, 30, 0, 0, false);

    private static Postgres postgres;
    private final List<Node> nodes = new ArrayList<>();

    @BeforeAll
    static void database() throws IOException {
        postgres = Postgres.start();
        try (InputStream script = ClusterNodeIT.class.getResourceAsStream("/db/migration/V15__cluster.sql")) {
            postgres.psql("sidecar", new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @AfterAll
    static void end() {
        postgres.close();
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> {
            node.cluster.leave();
            node.cluster.close();
        });
        postgres.psql("sidecar", "delete from cluster_node; delete from cluster_share");
    }

    /** A gateway without anything but its limits. */
    private static final class Node {
        private final ClusterNode cluster;
        private final RateLimiter limiter;
        private final AtomicInteger room = new AtomicInteger();

        Node(String name, LeaseTimes times) {
            DatabaseLocation location =
                    new DatabaseLocation(postgres.url("sidecar"), "sidecar", Postgres.PASSWORD, Optional.empty());
            cluster = new ClusterNode(
                    new NodeName(name), "3.0.0", location, System::nanoTime, InstantSource.system(), () -> times);
            limiter = new RateLimiter(
                    System::nanoTime,
                    cluster.clock(),
                    () -> new LimitSettings(WINDOW, Duration.ZERO),
                    GrantLog.NONE,
                    cluster.share());
        }

        Optional<String> join() {
            try {
                return cluster.join(new ClusterNode.Gateway(
                        limiter, () -> List.of(FORTY, DAY), () -> 0, () -> 0, room::incrementAndGet));
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }

        boolean take(QuotaLimits limits) {
            GrantResult result =
                    limiter.take(limits, GrantRequest.of(limits.accounts().get(0)));
            if (result instanceof GrantResult.Granted granted) {
                granted.grant().stamp();
                granted.grant().close();
                return true;
            }
            return false;
        }
    }

    private Node node(String name) {
        Node node = new Node(name, TIMES);
        assertThat(node.join()).isEmpty();
        nodes.add(node);
        return node;
    }

    /** Everybody asks as much as he can while it holds; what is granted, in the order of time. */
    private static List<Long> ask(QuotaLimits limits, Duration time, Node... asking) {
        ConcurrentLinkedDeque<Long> granted = new ConcurrentLinkedDeque<>();
        long end = System.nanoTime() + time.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (Node node : asking) {
            threads.add(new Thread(() -> {
                while (System.nanoTime() < end) {
                    if (node.take(limits)) {
                        granted.add(System.nanoTime());
                    }
                    Thread.onSpinWait();
                    pause();
                }
            }));
        }
        threads.forEach(Thread::start);
        threads.forEach(thread -> {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        return granted.stream().sorted().toList();
    }

    private static void pause() {
        LockSupport.parkNanos(2_000_000);
    }

    private static long mostWithinAWindow(List<Long> granted) {
        long most = 0;
        for (int i = 0, from = 0; i < granted.size(); i++) {
            // a stamp is taken a moment before it is noted here
            while (granted.get(i) - granted.get(from) >= WINDOW.minusMillis(200).toNanos()) {
                from++;
            }
            most = Math.max(most, i - from + 1);
        }
        return most;
    }

    @Test
    void theSumOfAllKeepsToTheLimitAndUsesIt() {
        List<Long> granted = ask(FORTY, Duration.ofSeconds(13), node("one"), node("two"), node("three"));

        assertThat(mostWithinAWindow(granted)).isLessThanOrEqualTo(40);
        assertThat(granted).hasSizeGreaterThanOrEqualTo(3 * 40);
    }

    @Test
    void whoAsksAloneHasNearlyAllWithoutWaitingForTheNextRenewal() {
        Node busy = node("one");
        node("two");
        node("three");

        List<Long> granted = ask(FORTY, Duration.ofMillis(700), busy);

        assertThat(granted).hasSizeBetween(36, 40);
        assertThat(busy.room).hasPositiveValue();
    }

    @Test
    void whatWasSentOnADayStaysUsedWhenItsNodeIsGone() {
        Node first = node("one");
        Node second = node("two");
        assertThat(ask(DAY, Duration.ofSeconds(3), first)).hasSize(30);
        nodes.remove(first);
        first.cluster.close();

        assertThat(ask(DAY, Duration.ofSeconds(14), second)).isEmpty();
    }

    @Test
    void aDeadNodesPlacesAreTheOthersSoon() {
        Node dead = node("one");
        Node other = node("two");
        ask(FORTY, Duration.ofSeconds(2), dead);
        nodes.remove(dead);
        dead.cluster.close();

        ask(FORTY, Duration.ofSeconds(14), other);

        assertThat(ask(FORTY, WINDOW, other)).hasSizeGreaterThanOrEqualTo(38);
    }

    @Test
    void whoLeavesGivesBackAtOnceWhatIsNotInUse() {
        Node leaving = node("one");
        Node other = node("two");
        ask(FORTY, Duration.ofSeconds(2), leaving);
        Await.until(WINDOW.plusSeconds(3), () -> leaving.limiter.used(FORTY) == 0, "windows that are over");
        nodes.remove(leaving);
        leaving.cluster.leave();
        leaving.cluster.close();

        assertThat(postgres.psql(
                        "sidecar", "select count(*) from cluster_share where node = 'one' and kind = 'MINUTE'"))
                .containsExactly("0");
        assertThat(ask(FORTY, Duration.ofMillis(1_500), other)).hasSize(40);
        assertThat(postgres.psql("sidecar", "select state from cluster_node where node = 'one'"))
                .containsExactly("left");
    }

    @Test
    void aDatabaseThatComesBackFindsThemAgain() {
        Node one = node("one");
        Node two = node("two");
        ask(FORTY, Duration.ofSeconds(2), one, two);
        postgres.stop();
        Await.until(Duration.ofSeconds(10), gone(one), "a lease that ends without the database");
        assertThat(one.take(FORTY)).isFalse();
        assertThat(one.cluster.problem()).isPresent();
        postgres.resume();

        Await.until(Duration.ofSeconds(20), () -> one.cluster.isLeased() && two.cluster.isLeased(), "both leases");
        assertThat(ask(FORTY, Duration.ofSeconds(8), one, two)).hasSizeGreaterThanOrEqualTo(40);
        assertThat(one.cluster.problem()).isEmpty();
    }

    private static BooleanSupplier gone(Node node) {
        return () -> !node.cluster.isLeased();
    }

    @Test
    void nobodyTakesTheNameOfANodeThatLives() {
        node("one");
        Node copy = new Node("one", TIMES);

        assertThat(copy.join()).hasValueSatisfying(why -> assertThat(why).contains("node one", "delete the file"));
        copy.cluster.close();
    }

    @Test
    void whoCountsAnotherWindowIsRefused() {
        node("one");
        Node other = new Node(
                "two",
                new LeaseTimes(
                        TIMES.whole(), TIMES.standing(), Duration.ofSeconds(4), TIMES.sending(), TIMES.attempt()));

        assertThat(other.join())
                .hasValueSatisfying(why -> assertThat(why).contains("node one has window_seconds 3 ", "this one 4 "));
        other.cluster.close();
    }

    @Test
    void withoutADatabaseNobodyJoins() {
        DatabaseLocation nowhere =
                new DatabaseLocation("jdbc:postgresql://127.0.0.1:1/none", "sidecar", "", Optional.empty());
        ClusterNode node = new ClusterNode(
                new NodeName("one"), "3.0.0", nowhere, System::nanoTime, InstantSource.system(), () -> TIMES);

        assertThatThrownBy(() -> node.join(new ClusterNode.Gateway(
                        new RateLimiter(
                                System::nanoTime,
                                InstantSource.system(),
                                () -> new LimitSettings(WINDOW, Duration.ZERO),
                                GrantLog.NONE,
                                node.share()),
                        List::of,
                        () -> 0,
                        () -> 0,
                        () -> {})))
                .isInstanceOf(SQLException.class);
        node.close();
    }
}
