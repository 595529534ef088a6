package sidecar.metrics.edge;

import java.util.List;
import java.util.function.ToIntFunction;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import sidecar.metrics.RuntimeReadings;
import sidecar.metrics.RuntimeReadings.PoolFigures;

/**
 * Registers V2's metrics under V2's names. All are MicroProfile gauges, read when somebody asks: MicroProfile counters hold
 * whole numbers only, and the ledger already keeps the totals. {@link PrometheusTextRewriter} gives those named {@code _total} the
 * type they have.
 */
public final class V2Gauges {
    private static final List<String> POOLS = List.of("primary", "fallback");

    private final GaugeRegistrar gauges;
    private final RuntimeReadings readings;

    public V2Gauges(MetricRegistry registry, RuntimeReadings readings) {
        this.gauges = new GaugeRegistrar(registry);
        this.readings = readings;
    }

    /** Registers all of them; call it once, when {@code readings} can answer. */
    public void register() {
        POOLS.forEach(this::pool);
        gauges.add("sidecar_cooldown_active", "Providers cooling down now", readings::cooldownActive);
        gauges.add("sidecar_emergency_count", "Emergencies declared so far", readings::emergencyCount);
        gauges.add("sidecar_db_size_bytes", "Size of the database file", readings::dbSizeBytes);
        gauges.add("sidecar_wal_size_bytes", "Size of the database's write-ahead log; 0 on H2", readings::walSizeBytes);
        gauges.add("sidecar_requests_total", "Exchanges accounted so far", readings::requestsTotal);
        gauges.add("sidecar_errors_total", "Attempts that failed by the provider's fault", readings::errorsTotal);
        gauges.add("sidecar_tokens_total", "LLM tokens used, prompt and completion", readings::tokensTotal);
        gauges.add("sidecar_cost_total", "Cost of all exchanges in USD", readings::costTotal);
        gauges.add("sidecar_uptime_seconds", "Seconds since the process started", readings::uptimeSeconds);
    }

    private void pool(String pool) {
        addPoolGauge(pool, "total", PoolFigures::total);
        addPoolGauge(pool, "enabled", PoolFigures::enabled);
        addPoolGauge(pool, "healthy", PoolFigures::healthy);
        addPoolGauge(pool, "cooling", PoolFigures::cooling);
        addPoolGauge(pool, "error", PoolFigures::error);
    }

    private void addPoolGauge(String pool, String type, ToIntFunction<PoolFigures> count) {
        gauges.add(
                "sidecar_pool_providers",
                "Providers by pool and standing",
                () -> count.applyAsInt(readings.pool(pool)),
                new Tag("pool", pool),
                new Tag("type", type));
    }
}
