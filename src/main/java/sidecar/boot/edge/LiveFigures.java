package sidecar.boot.edge;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import sidecar.ledger.Figures;
import sidecar.ledger.Totals;
import sidecar.pool.PoolCounts;
import sidecar.pool.ProviderPool;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Pool;

/** The figures of the running process. */
record LiveFigures(
        CatalogHolder catalog, ProviderPool providers, Totals totals, Optional<Path> database, LongSupplier uptime)
        implements Figures {

    @Override
    public PoolFigures pool(String pool) {
        PoolCounts counts =
                PoolCounts.of(catalog.get(), providers, Pool.of(pool).orElseThrow());
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
        return database.map(path -> Path.of(path + ".mv.db").toFile().length()).orElse(0L);
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
    public long promptTokensTotal() {
        return totals.now().usage().prompt();
    }

    @Override
    public long completionTokensTotal() {
        return totals.now().usage().completion();
    }

    @Override
    public long successesTotal() {
        return totals.now().successes();
    }

    @Override
    public BigDecimal costTotal() {
        return totals.now().cost();
    }

    @Override
    public long uptimeSeconds() {
        return uptime.getAsLong();
    }
}
