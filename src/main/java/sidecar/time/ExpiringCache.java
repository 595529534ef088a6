package sidecar.time;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/**
 * Makes caches whose entries expire some time after they were last written, and which are bounded in size. A full cache drops entries that are used
 * little, whatever their age, but never the one written last. No thread is started: whoever reads or writes does the upkeep.
 */
public final class ExpiringCache {

    private ExpiringCache() {}

    /** An empty cache. Callable from any thread; never blocks. */
    public static <K, V> Cache<K, V> create(int maxEntries, Duration lifetime, Ticker ticker) {
        return Caffeine.newBuilder()
                .maximumSize(maxEntries)
                .expireAfterWrite(lifetime)
                .ticker(ticker::nanos)
                .executor(Runnable::run)
                .build();
    }
}
