package sidecar.metrics.edge;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import sidecar.ledger.LifetimeTotals;
import sidecar.limit.QuotaLimits;
import sidecar.metrics.RuntimeReadings;
import sidecar.pool.PoolCounts;
import sidecar.pool.ProviderPool;
import sidecar.provider.CatalogHolder;
import sidecar.provider.PoolTier;

/** The figures of the running process. */
public record LiveRuntimeReadings(
        CatalogHolder catalog,
        ProviderPool providers,
        LifetimeTotals totals,
        Readings readings,
        Optional<Path> database,
        LongSupplier uptime)
        implements RuntimeReadings {

    /**
     * What others count, read at every use.
     *
     * @param queued exchanges that wait for a place
     * @param inFlight exchanges under way, those included
     * @param backlog finished exchanges that are not in the database yet
     * @param lost finished exchanges that never will be
     * @param reloads changes put in force
     * @param backedUp when the newest good backup was begun, in seconds since 1970
     * @param unsaved attempts at one that failed
     */
    public record Readings(
            IntSupplier queued,
            IntSupplier inFlight,
            LongSupplier backlog,
            LongSupplier lost,
            LongSupplier reloads,
            LongSupplier backedUp,
            LongSupplier unsaved) {}

    @Override
    public PoolFigures pool(String pool) {
        PoolCounts counts =
                PoolCounts.of(catalog.get(), providers, PoolTier.of(pool).orElseThrow());
        return new PoolFigures(counts.total(), counts.enabled(), counts.healthy(), counts.cooling(), counts.error());
    }

    @Override
    public int cooldownActive() {
        return providers.cooling();
    }

    @Override
    public long emergencyCount() {
        return providers.emergencies();
    }

    @Override
    public long dbSizeBytes() {
        return database.map(path -> path.toFile().length()).orElse(0L);
    }

    @Override
    public long walSizeBytes() {
        return 0;
    }

    @Override
    public long requestsTotal() {
        return totals.now().requests();
    }

    @Override
    public long errorsTotal() {
        return totals.now().errors();
    }

    @Override
    public long tokensTotal() {
        return totals.now().usage().total();
    }

    @Override
    public BigDecimal costTotal() {
        return totals.now().cost();
    }

    @Override
    public long uptimeSeconds() {
        return uptime.getAsLong();
    }

    @Override
    public int queueDepth() {
        return readings.queued().getAsInt();
    }

    @Override
    public int inFlight() {
        return readings.inFlight().getAsInt();
    }

    @Override
    public long ledgerBacklog() {
        return readings.backlog().getAsLong();
    }

    @Override
    public long ledgerLostTotal() {
        return readings.lost().getAsLong();
    }

    @Override
    public long configReloadsTotal() {
        return readings.reloads().getAsLong();
    }

    @Override
    public long lastBackupSeconds() {
        return readings.backedUp().getAsLong();
    }

    @Override
    public long backupFailuresTotal() {
        return readings.unsaved().getAsLong();
    }

    @Override
    public Set<String> groups() {
        return providers.groups().keySet();
    }

    @Override
    public WindowFigures window(String group) {
        QuotaLimits limits = providers.groups().get(group);
        return limits == null ? new WindowFigures(0, 0) : new WindowFigures(providers.used(limits), limits.rpm());
    }
}
