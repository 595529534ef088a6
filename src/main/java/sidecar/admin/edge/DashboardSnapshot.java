package sidecar.admin.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import sidecar.admission.Admission;
import sidecar.exchange.ExchangeRegistry;
import sidecar.json.Json;
import sidecar.ledger.GatewayMetrics;
import sidecar.ledger.LifetimeTotals;
import sidecar.limit.QuotaLimits;
import sidecar.pool.PoolCounts;
import sidecar.pool.ProviderPool;
import sidecar.pool.ProviderStatusView;
import sidecar.provider.CatalogHolder;
import sidecar.provider.PoolTier;
import sidecar.provider.Provider;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/** What is going on at this moment, as one JSON object in V2's shape, with what V2 did not know beside it. */
@ApplicationScoped
class DashboardSnapshot {

    private static final int MILLI_DECIMALS = 3;
    private static final long NANOS_A_MILLI = 1_000_000;

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ProviderPool pool;

    @Inject
    private Admission admission;

    @Inject
    private ExchangeRegistry traffic;

    @Inject
    private GatewayMetrics figures;

    @Inject
    private LifetimeTotals totals;

    @Inject
    private RecentActivityView lately;

    @Inject
    private Settings settings;

    @Inject
    private InstantSource clock;

    ObjectNode now() {
        Instant moment = clock.instant();
        ObjectNode json = Json.object().put("type", "snapshot");
        ObjectNode pools = json.putObject("pool");
        for (PoolTier each : PoolTier.values()) {
            pools.set(each.wire(), PoolCounts.of(catalog.get(), pool, each).json());
        }
        json.set("total", totals.now().json());
        ArrayNode backends = json.putArray("backends");
        catalog.get().all().forEach(provider -> backends.add(backend(provider, moment)));
        json.put("uptime_seconds", figures.uptimeSeconds());
        json.put("timestamp", BigDecimal.valueOf(moment.toEpochMilli(), MILLI_DECIMALS));
        int waiting = admission.depth();
        json.putObject("queue").put("depth", waiting).put("max_depth", settings.get(SettingsCatalog.QUEUE_MAX_DEPTH));
        json.put("in_flight", Math.max(0, traffic.inFlight() - waiting));
        return json.setAll(lately.present());
    }

    private ObjectNode backend(Provider provider, Instant moment) {
        ProviderStatusView standing = pool.standing(provider);
        QuotaLimits quota = pool.quota(provider);
        ObjectNode json = Json.object()
                .put("id", provider.id())
                .put("name", provider.name())
                .put("label", provider.label())
                .put("pool", provider.pool().wire())
                .put("enabled", provider.enabled())
                .put("status", standing.status().wire())
                .put("rpm_limit", provider.limits().rpm());
        Optional<Instant> until = standing.cooldownUntil();
        json.put(
                "cooldown_until",
                until.map(end -> end.truncatedTo(ChronoUnit.SECONDS).toString()).orElse(null));
        json.put("consecutive_429_count", standing.consecutive429());
        json.put("model_count", provider.mappings().size());
        json.set("rate_limiter", quota.rpm() == 0 ? null : limiter(quota, standing));
        json.set("window", window(quota, standing));
        json.put(
                "cooldown_remaining_ms",
                until.map(end -> Math.max(0, end.toEpochMilli() - moment.toEpochMilli()))
                        .orElse(null));
        return json.put("in_flight", standing.inFlight())
                .put("health", standing.health().wire())
                .put("reason", standing.reason());
    }

    /** V2's words for it, whichever limiter it is. */
    private static ObjectNode limiter(QuotaLimits quota, ProviderStatusView standing) {
        return Json.object()
                .put("tokens", Math.max(0, quota.rpm() - standing.used()))
                .put("capacity", quota.rpm())
                .put("rate_per_minute", (double) quota.rpm())
                .put("utilization", (double) standing.used() / quota.rpm());
    }

    private ObjectNode window(QuotaLimits quota, ProviderStatusView standing) {
        ObjectNode json = Json.object().put("used", standing.used()).put("limit", quota.rpm());
        boolean full = quota.rpm() > 0 && standing.used() >= quota.rpm();
        if (full) {
            json.put("free_in_ms", pool.placesIn(quota)[0] / NANOS_A_MILLI);
        } else {
            json.putNull("free_in_ms");
        }
        return json;
    }
}
