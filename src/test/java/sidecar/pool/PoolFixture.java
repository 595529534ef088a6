package sidecar.pool;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import sidecar.limit.GrantLog;
import sidecar.limit.LimitSettings;
import sidecar.limit.NodeShare;
import sidecar.limit.RateLimiter;
import sidecar.provider.CatalogHolder;
import sidecar.time.FakeTime;

/** Pools for tests: in played time, with windows of 61 s, cooldowns from 30 s to 10 min without chance, and a tenth of each minute for emergencies. */
public final class PoolFixture {

    private PoolFixture() {}

    /** One that asks the provider first that was created first. */
    public static ProviderPool pool(FakeTime time, CatalogHolder catalog) {
        return pool(time, catalog, () -> settings(PoolSettings.SelectionStrategy.ORDERED));
    }

    /** One whose settings are read at each use, as in the product. */
    static ProviderPool pool(FakeTime time, CatalogHolder catalog, Supplier<PoolSettings> settings) {
        return pool(time, catalog, settings, new MedianRandom());
    }

    /** One of several that share what they learn: each has its own chance, and so its own ids. */
    static ProviderPool pool(FakeTime time, CatalogHolder catalog, RandomGenerator random) {
        return pool(time, catalog, () -> settings(PoolSettings.SelectionStrategy.ORDERED), random);
    }

    private static ProviderPool pool(
            FakeTime time, CatalogHolder catalog, Supplier<PoolSettings> settings, RandomGenerator random) {
        RateLimiter rateLimiter = new RateLimiter(
                time,
                time,
                () -> new LimitSettings(Duration.ofSeconds(61), Duration.ZERO),
                GrantLog.NONE,
                NodeShare.WHOLE);
        return new ProviderPool(catalog, settings, rateLimiter, time, time, random);
    }

    static PoolSettings settings(PoolSettings.SelectionStrategy strategy) {
        return new PoolSettings(strategy, Duration.ofSeconds(30), Duration.ofMinutes(10), true, 0.1);
    }
}
