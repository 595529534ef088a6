package sidecar.pool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import sidecar.json.Json;
import sidecar.limit.QuotaLimits;
import sidecar.provider.PoolTier;
import sidecar.provider.ProviderCatalog;

/**
 * How many requests a minute the primary pool allows; the fallback pool where no primary provider is enabled. A
 * provider without models, or whose key is refused, allows none.
 *
 * @param perMinute over all quota groups; 0 when there is none, or one without a limit
 * @param typical the middle one of their limits; 0 as above
 * @param used places of their windows occupied now
 */
public record PoolCapacity(long perMinute, int typical, int used) {

    /** At this moment. */
    public static PoolCapacity of(ProviderCatalog catalog, ProviderPool pool) {
        List<QuotaLimits> primary = quotas(catalog, pool, PoolTier.PRIMARY);
        return of(primary.isEmpty() ? quotas(catalog, pool, PoolTier.FALLBACK) : primary, pool);
    }

    private static List<QuotaLimits> quotas(ProviderCatalog catalog, ProviderPool pool, PoolTier wanted) {
        Set<String> refused = pool.errors().keySet();
        return catalog.enabled().stream()
                .filter(provider ->
                        provider.pool() == wanted && !provider.mappings().isEmpty() && !refused.contains(provider.id()))
                .map(pool::quota)
                .distinct()
                .toList();
    }

    private static PoolCapacity of(List<QuotaLimits> quotas, ProviderPool pool) {
        int used = quotas.stream().mapToInt(pool::used).sum();
        int[] limits = quotas.stream().mapToInt(QuotaLimits::rpm).sorted().toArray();
        boolean limited = limits.length > 0 && limits[0] > 0;
        return limited
                ? new PoolCapacity(quotas.stream().mapToLong(QuotaLimits::rpm).sum(), limits[limits.length / 2], used)
                : new PoolCapacity(0, 0, used);
    }

    public ObjectNode json() {
        return Json.object().put("per_minute", perMinute).put("used", used);
    }
}
