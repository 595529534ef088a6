package sidecar.metrics.edge;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/**
 * The counters of one metric, by the values of its labels. The registry, which searches all of a metric's series, is asked
 * only when values are met for the first time. Callable from any thread.
 */
final class LabeledCounter {

    private final MetricRegistry registry;
    private final Metadata metadata;
    private final List<String> labels;
    private final Map<List<String>, Counter> byValues = new ConcurrentHashMap<>();

    /** @param name ends with {@code _total} */
    LabeledCounter(MetricRegistry registry, String name, String help, String... labels) {
        this.registry = registry;
        this.metadata = Metadata.builder().withName(name).withDescription(help).build();
        this.labels = List.of(labels);
    }

    /** Adds one. */
    void count(String... values) {
        add(1, values);
    }

    /** Adds {@code many} to the series with these values, which are in the order of the labels. */
    void add(long many, String... values) {
        byValues.computeIfAbsent(List.of(values), this::register).inc(many);
    }

    private Counter register(List<String> values) {
        Tag[] tags = new Tag[labels.size()];
        for (int i = 0; i < tags.length; i++) {
            tags[i] = new Tag(labels.get(i), values.get(i));
        }
        return registry.counter(metadata, tags);
    }
}
