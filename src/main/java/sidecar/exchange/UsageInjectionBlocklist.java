package sidecar.exchange;

import com.github.benmanes.caffeine.cache.Cache;
import java.time.Duration;
import sidecar.protocol.ApiPath;
import sidecar.time.ExpiringCache;
import sidecar.time.Ticker;

/** Which provider × model × kind of path cannot be asked for usage in a stream; forgotten after a day. Thread-safe. */
public final class UsageInjectionBlocklist {

    static final Duration KEPT = Duration.ofHours(24);
    private static final int MAX_ENTRIES = 10_000;

    private final Cache<String, Boolean> refused;

    public UsageInjectionBlocklist(Ticker ticker) {
        this.refused = ExpiringCache.create(MAX_ENTRIES, KEPT, ticker);
    }

    /** To be remembered in any case: the same exchange asks the same provider next. */
    void refuses(String providerId, String model, ApiPath.PathKind kind) {
        refused.put(key(providerId, model, kind), true);
    }

    boolean allows(String providerId, String model, ApiPath.PathKind kind) {
        return refused.getIfPresent(key(providerId, model, kind)) == null;
    }

    private static String key(String providerId, String model, ApiPath.PathKind kind) {
        return providerId + ' ' + kind + ' ' + model;
    }
}
