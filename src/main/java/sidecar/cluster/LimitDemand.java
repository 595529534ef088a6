package sidecar.cluster;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import sidecar.limit.GrantResult;
import sidecar.limit.LimitUsage;
import sidecar.limit.QuotaLimits;
import sidecar.limit.RateLimiter;

/**
 * What a gateway uses of its quota groups' limits. Not thread-safe.
 */
public final class LimitDemand implements OwnedPlaces.Demand {

    private final RateLimiter limiter;
    private final Supplier<Collection<QuotaLimits>> groups;
    private final IntSupplier waiting;
    private final Map<String, QuotaLimits> byName = new HashMap<>();

    /**
     * @param groups all quota groups there are
     * @param waiting how many requests wait for a place
     */
    public LimitDemand(RateLimiter limiter, Supplier<Collection<QuotaLimits>> groups, IntSupplier waiting) {
        this.limiter = limiter;
        this.groups = groups;
        this.waiting = waiting;
    }

    @Override
    public Map<SharedLimit, Long> limits() {
        byName.clear();
        groups.get().forEach(group -> byName.put(group.group(), group));
        Map<SharedLimit, Long> limits = new HashMap<>();
        long today = limiter.today();
        byName.values().forEach(group -> {
            for (GrantResult.Limit kind : GrantResult.Limit.values()) {
                long day = kind == GrantResult.Limit.DAY ? today : 0;
                if (group.max(kind) > 0) {
                    limits.put(new SharedLimit(group.group(), kind, day), (long) group.max(kind));
                }
            }
        });
        return limits;
    }

    @Override
    public long used(SharedLimit limit) {
        QuotaLimits group = byName.get(limit.group());
        if (group == null) {
            return 0;
        }
        LimitUsage usage = limiter.usage(group, limit.day());
        return switch (limit.kind()) {
            case MINUTE -> usage.minute();
            case DAY -> usage.day();
            case TOKENS -> usage.tokens();
            case CONCURRENCY -> usage.running();
            case WORKERS -> 0;
        };
    }

    @Override
    public int waiting() {
        return waiting.getAsInt();
    }
}
