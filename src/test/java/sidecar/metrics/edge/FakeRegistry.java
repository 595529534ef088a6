package sidecar.metrics.edge;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Gauge;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricID;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/** A registry in a map, as far as Sidecar uses one. Does no more than {@code counter}, {@code gauge} and {@code remove}. */
final class FakeRegistry {

    private final Map<String, Supplier<Number>> series = new TreeMap<>();

    /** The registry. */
    MetricRegistry registry() {
        return (MetricRegistry) Proxy.newProxyInstance(
                FakeRegistry.class.getClassLoader(),
                new Class<?>[] {MetricRegistry.class},
                (proxy, method, arguments) -> call(method.getName(), List.of(arguments)));
    }

    private Object call(String method, List<Object> arguments) {
        return switch (method) {
            case "counter" -> counter(name((Metadata) arguments.get(0), (Tag[]) arguments.get(1)));
            case "gauge" -> gauge(name((Metadata) arguments.get(0), (Tag[]) arguments.get(2)), arguments.get(1));
            case "remove" -> series.remove(name((MetricID) arguments.get(0))) != null;
            default -> throw new UnsupportedOperationException(method);
        };
    }

    private Counter counter(String name) {
        AtomicLong count = new AtomicLong();
        series.put(name, count::get);
        return new Counter() {
            @Override
            public void inc() {
                inc(1);
            }

            @Override
            public void inc(long many) {
                count.addAndGet(many);
            }

            @Override
            public long getCount() {
                return count.get();
            }
        };
    }

    @SuppressWarnings("unchecked") // the only kind of supplier that the interface takes
    private Gauge<Number> gauge(String name, Object value) {
        Supplier<Number> supplier = (Supplier<Number>) value;
        series.put(name, supplier);
        return supplier::get;
    }

    private static String name(Metadata metadata, Tag[] tags) {
        return name(new MetricID(metadata.getName(), tags));
    }

    private static String name(MetricID id) {
        return id.getTags().isEmpty() ? id.getName() : id.getName() + id.getTags();
    }

    /** Every series by its name and labels, such as {@code x_total{a=1, b=2}}, with its value at this moment. */
    Map<String, Double> values() {
        Map<String, Double> values = new TreeMap<>();
        series.forEach((name, value) -> values.put(name, value.get().doubleValue()));
        return values;
    }
}
