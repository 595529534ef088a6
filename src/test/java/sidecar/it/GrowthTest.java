package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sidecar.kit.ClassHistogram;
import sidecar.kit.ClassHistogram.Row;

class GrowthTest {

    private static final String TIMER = "java.util.concurrent.ScheduledThreadPoolExecutor$ScheduledFutureTask";
    private static final Footprint BEFORE = footprint(80, 10, 300, 60_000_000, Map.of(TIMER, 12L, "sidecar.A", 900L));

    private static Footprint footprint(int threads, int connections, int files, long bytes, Map<String, Long> objects) {
        Map<String, Row> rows = new HashMap<>();
        objects.forEach((name, instances) -> rows.put(name, new Row(instances, instances * 16)));
        return new Footprint(
                threads, Map.of("sidecar-timer", (long) threads), connections, files, new ClassHistogram(rows, bytes));
    }

    @Test
    void whatIsWhereItWasPasses() {
        assertThat(new Growth(BEFORE, BEFORE, 1_000).failures()).isEmpty();
    }

    @Test
    void aLittleMorePasses() {
        Footprint after = footprint(85, 15, 305, 63_000_000, Map.of(TIMER, 17L, "sidecar.A", 1_000L));

        assertThat(new Growth(BEFORE, after, 1_000).failures()).isEmpty();
    }

    @Test
    void lessOfEverythingPasses() {
        assertThat(new Growth(BEFORE, footprint(40, 0, 200, 30_000_000, Map.of()), 1_000).failures())
                .isEmpty();
    }

    @Test
    void eachFigureFailsByItself() {
        Footprint after = footprint(86, 16, 306, 63_200_000, Map.of(TIMER, 18L, "sidecar.A", 1_001L));

        assertThat(new Growth(BEFORE, after, 1_000).failures())
                .containsExactly(
                        "threads",
                        "TCP connections",
                        "open files, connections included",
                        "timers that wait",
                        "objects of our own classes",
                        "live heap, MB");
    }

    @Test
    void noExchangeMayBeLeftEvenIfOneWasBefore() {
        Footprint one = footprint(80, 10, 300, 60_000_000, Map.of("sidecar.exchange.Attempt", 1L));

        assertThat(new Growth(one, one, 1_000).failures()).containsExactly("sidecar.exchange.Attempt");
    }

    @Test
    void theTableNamesVerdictFiguresThreadsAndClasses() {
        Footprint after = footprint(90, 10, 300, 60_000_000, Map.of(TIMER, 12L, "sidecar.A", 950L));

        assertThat(new Growth(BEFORE, after, 1_000).table())
                .anySatisfy(line -> assertThat(line).matches("FAIL +threads +80 +90 +\\+10 +\\+5"))
                .anySatisfy(line -> assertThat(line).matches("PASS +live heap, MB +60.0 +60.0 +\\+0.0 +\\+3.0"))
                .anySatisfy(line -> assertThat(line).matches("THREAD sidecar-timer +80 +90 +\\+10"))
                .anySatisfy(line -> assertThat(line).isEqualTo("HEAP   sidecar.A: 50 objects more, 800 bytes"));
    }
}
