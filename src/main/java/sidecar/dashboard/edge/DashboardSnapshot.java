package sidecar.dashboard.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sidecar.admission.Admission;
import sidecar.cluster.NodeDirectory;
import sidecar.cluster.NodeName;
import sidecar.cluster.NodeStatus;
import sidecar.console.edge.UiMessages;
import sidecar.exchange.ExchangeRegistry;
import sidecar.json.Json;
import sidecar.ledger.LifetimeTotals;
import sidecar.limit.QuotaLimits;
import sidecar.metrics.RuntimeReadings;
import sidecar.pool.PoolCounts;
import sidecar.pool.ProviderPool;
import sidecar.provider.CatalogHolder;
import sidecar.provider.PoolTier;
import sidecar.provider.Provider;
import sidecar.provider.ProviderStatusView;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/** What is going on at this moment, as one JSON object in V2's shape, with what V2 did not know beside it. */
@ApplicationScoped
class DashboardSnapshot {

    private static final int MILLI_DECIMALS = 3;
    private static final long NANOS_A_MILLI = 1_000_000;

    /** What was read of the nodes for the snapshot before is news still, if the database has answered since. */
    private static final Duration SLACK = Duration.ofSeconds(3);

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ProviderPool pool;

    @Inject
    private Admission admission;

    @Inject
    private ExchangeRegistry registry;

    @Inject
    private RuntimeReadings readings;

    @Inject
    private LifetimeTotals totals;

    @Inject
    private RecentActivityView lately;

    @Inject
    private Settings settings;

    @Inject
    private NodeDirectory nodes;

    @Inject
    private NodeName self;

    @Inject
    private InstantSource clock;

    ObjectNode now() {
        Instant moment = clock.instant();
        ObjectNode json = Json.object().put("type", "snapshot");
        ObjectNode pools = json.putObject("pool");
        for (PoolTier each : PoolTier.values()) {
            pools.set(each.wire(), PoolCounts.of(catalog.get(), pool, each).json());
        }
        json.set("total", totals.ofAllNodes().json());
        ArrayNode backends = json.putArray("backends");
        catalog.get().all().forEach(provider -> backends.add(backend(provider, moment)));
        json.put("uptime_seconds", readings.uptimeSeconds());
        json.put("timestamp", BigDecimal.valueOf(moment.toEpochMilli(), MILLI_DECIMALS));
        addLoad(
                json,
                nodes.latest()
                        .answering(
                                self,
                                settings.get(SettingsCatalog.DASHBOARD_INTERVAL).plus(SLACK)));
        return json.setAll(lately.present());
    }

    /** Sums over this node and those others. */
    private void addLoad(ObjectNode json, List<NodeStatus> others) {
        int waiting = admission.depth();
        int all = 1 + others.size();
        json.putObject("queue")
                .put(
                        "depth",
                        waiting + others.stream().mapToInt(NodeStatus::waiting).sum())
                .put("max_depth", settings.get(SettingsCatalog.QUEUE_MAX_DEPTH) * all);
        int inFlight = Math.max(0, registry.inFlight() - waiting);
        json.put(
                "in_flight",
                inFlight + others.stream().mapToInt(NodeStatus::inFlight).sum());
        json.put("nodes", all);
    }

    /** The same with the providers' reasons in that language. */
    static ObjectNode in(Locale language, ObjectNode english) {
        if (language.equals(Locale.ENGLISH)) {
            return english;
        }
        ObjectNode said = english.deepCopy();
        said.path("backends")
                .forEach(backend -> ((ObjectNode) backend)
                        .put(
                                "reason",
                                UiMessages.said(language, backend.path("reason").asText())));
        return said;
    }

    private ObjectNode backend(Provider provider, Instant moment) {
        ProviderStatusView statusView = pool.status(provider);
        QuotaLimits limits = pool.quota(provider);
        ObjectNode json = Json.object()
                .put("id", provider.id())
                .put("name", provider.name())
                .put("label", provider.label())
                .put("pool", provider.pool().wire())
                .put("enabled", provider.enabled())
                .put("status", statusView.status().wire())
                .put("rpm_limit", provider.limits().rpm());
        Optional<Instant> until = statusView.cooldownUntil();
        json.put(
                "cooldown_until",
                until.map(end -> end.truncatedTo(ChronoUnit.SECONDS).toString()).orElse(null));
        json.put("consecutive_429_count", statusView.consecutive429());
        json.put("model_count", provider.mappings().size());
        json.set("rate_limiter", limits.rpm() == 0 ? null : limiter(limits, statusView));
        json.set("window", window(limits, statusView));
        json.put(
                "cooldown_remaining_ms",
                until.map(end -> Math.max(0, end.toEpochMilli() - moment.toEpochMilli()))
                        .orElse(null));
        return json.put("in_flight", statusView.inFlight())
                .put("health", statusView.health().wire())
                .put("reason", statusView.reason());
    }

    /** V2's words for it, whichever limiter it is. */
    private static ObjectNode limiter(QuotaLimits limits, ProviderStatusView statusView) {
        return Json.object()
                .put("tokens", Math.max(0, limits.rpm() - statusView.used()))
                .put("capacity", limits.rpm())
                .put("rate_per_minute", (double) limits.rpm())
                .put("utilization", (double) statusView.used() / limits.rpm());
    }

    private ObjectNode window(QuotaLimits limits, ProviderStatusView statusView) {
        ObjectNode json = Json.object().put("used", statusView.used()).put("limit", limits.rpm());
        boolean full = limits.rpm() > 0 && statusView.used() >= limits.rpm();
        if (full) {
            json.put("free_in_ms", pool.nextFreeNanos(limits)[0] / NANOS_A_MILLI);
        } else {
            json.putNull("free_in_ms");
        }
        return json;
    }
}
