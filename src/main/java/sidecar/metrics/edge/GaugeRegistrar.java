package sidecar.metrics.edge;

import java.util.function.Supplier;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricID;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/** Gauges of a registry. Each is read whenever somebody asks for the metrics, and must not throw. */
record GaugeRegistrar(MetricRegistry registry) {

    void add(String name, String help, Supplier<Number> value, Tag... tags) {
        registry.gauge(Metadata.builder().withName(name).withDescription(help).build(), value, tags);
    }

    void remove(String name, Tag... tags) {
        registry.remove(new MetricID(name, tags));
    }
}
