package sidecar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes that share limits keep to them together, whatever happens to them, their clocks, their network and the store. {@code src/bench/cluster/run.sh} makes more
 * histories, or one of a known seed.
 */
class ClusterSimulationTest {

    private static final int HISTORIES = Integer.getInteger("cluster.histories", 300);
    private static final long SEED = Long.getLong("cluster.seed", System.nanoTime());

    /** Of twelve keys of 40 requests a minute. */
    private static final int A_MINUTE = 480;

    private static final double[] EVEN = {1, 1, 1};

    @Test
    void noLimitIsExceededWhateverHappens() {
        long started = 0;
        for (long seed = SEED; seed < SEED + HISTORIES; seed++) {
            Random random = new Random(seed);
            int nodes = 3 + random.nextInt(5);
            double[] demand = random.doubles(nodes, 0, 2).toArray();
            ClusterSimulation history = new ClusterSimulation(
                    seed,
                    new ClusterSimulation.Plan(
                            nodes, 1 + random.nextInt(4), 1 + random.nextInt(60), true, seed % 2 == 0, demand));

            history.run(Duration.ofMinutes(10));

            assertThat(history.violations())
                    .as("history of -Dcluster.seed=%d", seed)
                    .isEmpty();
            started += history.started();
        }
        assertThat(started).isGreaterThan(20L * HISTORIES);
    }

    private static ClusterSimulation settled(double... demand) {
        ClusterSimulation history =
                new ClusterSimulation(SEED, new ClusterSimulation.Plan(3, 12, 40, false, false, demand));
        history.run(Duration.ofMinutes(3));
        history.started();
        return history;
    }

    /** The attempts of so many minutes of the limiters' windows. */
    private static double aMinute(ClusterSimulation history, int minutes) {
        history.run(ClusterSimulation.WINDOW.multipliedBy(minutes));
        assertThat(history.violations()).isEmpty();
        return (double) history.started() / minutes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 1 1", "3 0 0", "2 0.2 0.2", "0.5 0.4 2"})
    void whatIsAllowedIsUsedHoweverUnevenlyItIsWanted(String wanted) {
        ClusterSimulation history = settled(Arrays.stream(wanted.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray());

        assertThat(aMinute(history, 10)).isGreaterThanOrEqualTo(0.95 * A_MINUTE);
    }

    @Test
    void whoComesLaterHasItsPartAfterTwoWindows() {
        ClusterSimulation history = settled(3, 0, 0);
        history.demand(1, 3);
        history.run(ClusterSimulation.WINDOW.multipliedBy(2));
        history.startedBy(0);
        history.startedBy(1);

        history.run(ClusterSimulation.WINDOW.multipliedBy(3));

        assertThat(history.violations()).isEmpty();
        assertThat(history.startedBy(1) / (double) history.startedBy(0)).isBetween(0.8, 1.25);
    }

    @Test
    void nobodyWhoWantsNothingKeepsTheOnlyPlace() {
        ClusterSimulation history =
                new ClusterSimulation(SEED, new ClusterSimulation.Plan(3, 1, 1, false, false, new double[] {0, 0, 3}));

        history.run(Duration.ofMinutes(20));

        assertThat(history.violations()).isEmpty();
        assertThat(history.startedBy(2)).isGreaterThanOrEqualTo(18);
    }

    @Test
    void withoutTheStoreNodesGoOnWithWhatTheyOwnThenWithTheirStandingPlacesThenNotAtAll() {
        ClusterSimulation history = settled(EVEN);
        history.storeStops(Duration.ofMinutes(9));

        history.run(Duration.ofSeconds(30));
        history.started();
        history.run(ClusterSimulation.WINDOW);
        history.started();
        assertThat(aMinute(history, 3)).isBetween(0.4 * A_MINUTE, 0.5 * A_MINUTE);
        history.run(Duration.ofSeconds(30));
        history.started();
        assertThat(aMinute(history, 2)).isZero();
        history.run(Duration.ofMinutes(2));
        history.started();
        assertThat(aMinute(history, 3)).isGreaterThanOrEqualTo(0.95 * A_MINUTE);
    }

    @Test
    void aShortPauseOfTheStoreIsNotNoticed() {
        ClusterSimulation history = settled(EVEN);
        history.storeStops(Duration.ofSeconds(25));

        assertThat(aMinute(history, 1)).isGreaterThanOrEqualTo(0.95 * A_MINUTE);
    }

    @Test
    void theOthersGetTheMostOfADeadNodesPlacesSoonAndTheRestLater() {
        ClusterSimulation history = settled(EVEN);
        history.crash(0, Duration.ofDays(1));

        history.run(Duration.ofSeconds(110));
        history.started();
        assertThat(aMinute(history, 3)).isGreaterThanOrEqualTo(0.8 * A_MINUTE);
        history.run(Duration.ofSeconds(100));
        history.started();
        assertThat(aMinute(history, 3)).isGreaterThanOrEqualTo(0.95 * A_MINUTE);
    }

    @Test
    void aNodeThatComesBackHasItsPlacesAtOnce() {
        ClusterSimulation history = settled(EVEN);
        history.crash(0, Duration.ofSeconds(10));

        history.run(Duration.ofSeconds(75));
        history.started();
        assertThat(aMinute(history, 2)).isGreaterThanOrEqualTo(0.95 * A_MINUTE);
    }
}
