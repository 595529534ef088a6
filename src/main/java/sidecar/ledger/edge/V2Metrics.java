package sidecar.ledger.edge;

import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import sidecar.ledger.Figures;
import sidecar.ledger.Figures.PoolFigures;

/**
 * Registers V2's metrics under V2's names. All are MicroProfile gauges, read when somebody asks: MicroProfile counters hold
 * whole numbers only, and the ledger already keeps the totals. {@code MetricsText} gives those named {@code _total} the
 * type they have.
 */
public final class V2Metrics {
    private static final List<String> POOLS = List.of("primary", "fallback");

    private final MetricRegistry registry;
    private final Figures figures;

    public V2Metrics(MetricRegistry registry, Figures figures) {
        this.registry = registry;
        this.figures = figures;
    }

    /** Registers all of them; call it once, when {@code figures} can answer. */
    public void register() {
        POOLS.forEach(this::pool);
        gauge("sidecar_cooldown_active", "Providers cooling down now", figures::cooldownActive);
        gauge("sidecar_emergency_count", "Emergencies declared so far", figures::emergencyCount);
        gauge("sidecar_db_size_bytes", "Size of the database file", figures::dbSizeBytes);
        gauge("sidecar_wal_size_bytes", "Size of the database's write-ahead log; 0 on H2", figures::walSizeBytes);
        gauge("sidecar_requests_total", "Exchanges accounted so far", figures::requestsTotal);
        gauge("sidecar_errors_total", "Attempts that failed by the provider's fault", figures::errorsTotal);
        gauge("sidecar_tokens_total", "LLM tokens used, prompt and completion", figures::tokensTotal);
        gauge("sidecar_cost_total", "Cost of all exchanges in USD", figures::costTotal);
        gauge("sidecar_uptime_seconds", "Seconds since the process started", figures::uptimeSeconds);
    }

    private void pool(String pool) {
        standing(pool, "total", PoolFigures::total);
        standing(pool, "enabled", PoolFigures::enabled);
        standing(pool, "healthy", PoolFigures::healthy);
        standing(pool, "cooling", PoolFigures::cooling);
        standing(pool, "error", PoolFigures::error);
    }

    private void standing(String pool, String type, ToIntFunction<PoolFigures> count) {
        gauge(
                "sidecar_pool_providers",
                "Providers by pool and standing",
                () -> count.applyAsInt(figures.pool(pool)),
                new Tag("pool", pool),
                new Tag("type", type));
    }

    private void gauge(String name, String help, Supplier<Number> value, Tag... tags) {
        registry.gauge(Metadata.builder().withName(name).withDescription(help).build(), value, tags);
    }
}
