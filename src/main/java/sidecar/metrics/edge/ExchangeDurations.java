package sidecar.metrics.edge;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.eclipse.microprofile.metrics.Tag;
import sidecar.ledger.LedgerEntry;

/** Where exchanges spend their time, as histograms. Callable from any thread; never blocks. */
final class ExchangeDurations {

    private static final List<Duration> UP_TO_MINUTES =
            seconds(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600);

    /** Finest around a millisecond, the most that Sidecar may add. */
    private static final List<Duration> UP_TO_A_SECOND = seconds(
            0.0001, 0.0002, 0.0004, 0.0006, 0.0008, 0.001, 0.0012, 0.0015, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1);

    private final GaugeRegistrar gauges;
    private final Map<Boolean, DurationHistogram> took;
    private final Map<Boolean, DurationHistogram> firstContent;
    private final DurationHistogram waited;
    private final DurationHistogram own;

    /** Shows them all, empty. */
    ExchangeDurations(GaugeRegistrar gauges) {
        this.gauges = gauges;
        this.took = byStream("sidecar_request_duration_seconds", "From a request's head to the end of its answer");
        this.firstContent =
                byStream("sidecar_first_content_seconds", "From a request's head to the first content of its answer");
        this.waited =
                shown("sidecar_queue_wait_seconds", "Waiting for a place, all of an exchange together", UP_TO_MINUTES);
        this.own = shown(
                "sidecar_added_seconds",
                "From a request's head to its first attempt, without waiting for a place: what Sidecar adds by itself",
                UP_TO_A_SECOND);
    }

    void record(LedgerEntry entry) {
        LedgerEntry.Times times = entry.times();
        took.get(entry.stream()).record(times.took());
        times.firstContent().ifPresent(firstContent.get(entry.stream())::record);
        waited.record(times.waited());
        if (!entry.attempts().isEmpty()) {
            own.record(times.own());
        }
    }

    private Map<Boolean, DurationHistogram> byStream(String name, String help) {
        return Map.of(
                false, shown(name, help, UP_TO_MINUTES, new Tag("stream", "false")),
                true, shown(name, help, UP_TO_MINUTES, new Tag("stream", "true")));
    }

    private DurationHistogram shown(String name, String help, List<Duration> bounds, Tag... tags) {
        DurationHistogram histogram = new DurationHistogram(bounds);
        histogram.show(gauges, name, help, tags);
        return histogram;
    }

    private static List<Duration> seconds(double... bounds) {
        return DoubleStream.of(bounds)
                .mapToObj(bound -> Duration.ofNanos(Math.round(bound * 1e9)))
                .toList();
    }
}
