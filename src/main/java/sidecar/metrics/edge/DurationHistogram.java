package sidecar.metrics.edge;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.eclipse.microprofile.metrics.Tag;

/**
 * How many durations there have been up to each of some bounds. Counts every one, unlike the server's timers, and finer than a
 * millisecond (docs/adr/020-histograms-are-gauges.md). Callable from any thread; never blocks.
 */
final class DurationHistogram {

    private static final double NANOS_A_SECOND = 1e9;

    private final List<Duration> bounds;
    private final AtomicLongArray counts; // of those above the bound before; the last above every bound
    private final LongAdder sumNanos = new LongAdder();

    /** @param bounds in rising order; a duration that equals one is below it */
    DurationHistogram(List<Duration> bounds) {
        this.bounds = List.copyOf(bounds);
        this.counts = new AtomicLongArray(bounds.size() + 1);
    }

    void record(Duration duration) {
        int i = 0;
        while (i < bounds.size() && duration.compareTo(bounds.get(i)) > 0) {
            i++;
        }
        counts.incrementAndGet(i);
        sumNanos.add(duration.toNanos());
    }

    /** How many were not above bound number {@code bound}; all for the one after the last. */
    long upTo(int bound) {
        long sum = 0;
        for (int i = 0; i <= bound; i++) {
            sum += counts.get(i);
        }
        return sum;
    }

    /** How many there have been. */
    long count() {
        return upTo(bounds.size());
    }

    /** All of them together. */
    double sumSeconds() {
        return sumNanos.sum() / NANOS_A_SECOND;
    }

    /** Shows it as {@code name_bucket}, {@code name_count} and {@code name_sum}. */
    void show(GaugeRegistrar gauges, String name, String help, Tag... tags) {
        for (int i = 0; i <= bounds.size(); i++) {
            int bound = i;
            Tag le = new Tag("le", i < bounds.size() ? seconds(bounds.get(i)) : "+Inf");
            gauges.add(
                    name + "_bucket",
                    help,
                    () -> upTo(bound),
                    Stream.concat(Stream.of(le), Stream.of(tags)).toArray(Tag[]::new));
        }
        gauges.add(name + "_count", help, this::count, tags);
        gauges.add(name + "_sum", help, this::sumSeconds, tags);
    }

    private static String seconds(Duration bound) {
        return BigDecimal.valueOf(bound.toNanos(), 9).stripTrailingZeros().toPlainString();
    }
}
