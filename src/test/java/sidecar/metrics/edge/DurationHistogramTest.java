package sidecar.metrics.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.metrics.Tag;
import org.junit.jupiter.api.Test;

class DurationHistogramTest {

    private static final List<Duration> BOUNDS =
            List.of(Duration.ofNanos(100_000), Duration.ofMillis(2), Duration.ofMinutes(1));

    private final FakeRegistry registry = new FakeRegistry();
    private final DurationHistogram histogram = new DurationHistogram(BOUNDS);

    @Test
    void aDurationIsInItsBucketAndInAllAboveIt() {
        show();

        histogram.record(Duration.ofNanos(99_999));
        histogram.record(Duration.ofMillis(2));
        histogram.record(Duration.ofMillis(2).plusNanos(1));
        histogram.record(Duration.ofHours(1));

        assertThat(registry.values())
                .containsEntry("x_seconds_bucket{le=0.0001}", 1.0)
                .containsEntry("x_seconds_bucket{le=0.002}", 2.0)
                .containsEntry("x_seconds_bucket{le=60}", 3.0)
                .containsEntry("x_seconds_bucket{le=+Inf}", 4.0)
                .containsEntry("x_seconds_count", 4.0);
    }

    @Test
    void theSumIsInSeconds() {
        show();

        histogram.record(Duration.ofMillis(250));
        histogram.record(Duration.ofSeconds(2));

        assertThat(registry.values()).containsEntry("x_seconds_sum", 2.25);
    }

    /** The server's own timers stop counting in their buckets after 1,028. */
    @Test
    void everyDurationIsCountedHoweverManyThereWere() {
        show();

        for (int i = 0; i < 5_000; i++) {
            histogram.record(Duration.ofMillis(1));
        }

        assertThat(registry.values())
                .containsEntry("x_seconds_bucket{le=0.0001}", 0.0)
                .containsEntry("x_seconds_bucket{le=0.002}", 5_000.0);
    }

    @Test
    void itIsThereWithZeroBeforeTheFirst() {
        histogram.show(new GaugeRegistrar(registry.registry()), "x_seconds", "help", new Tag("stream", "true"));

        assertThat(registry.values())
                .hasSize(BOUNDS.size() + 3)
                .allSatisfy((name, value) -> assertThat(value).as(name).isZero())
                .containsKey("x_seconds_bucket{le=+Inf, stream=true}")
                .containsKey("x_seconds_sum{stream=true}");
    }

    private void show() {
        histogram.show(new GaugeRegistrar(registry.registry()), "x_seconds", "help");
    }
}
