package sidecar.pool;

import com.github.benmanes.caffeine.cache.Cache;
import java.time.Duration;
import java.util.List;
import sidecar.time.ExpiringCache;
import sidecar.time.Ticker;

/**
 * Which failures are believed. One request alone may fail for what it says; a second one that says something else fails for what it
 * asks of, and then others need not be. Thread-safe; never blocks.
 */
final class FailureConfirmations {

    static final Duration REMEMBERED = Duration.ofHours(1);

    /** What has been served so lately is there: whoever fails meanwhile, however differently, fails for what it says. */
    static final Duration SERVED_LATELY = Duration.ofMinutes(5);

    private static final int MAX = 10_000;

    /** The content of the request that failed first, by what it asked of. */
    private final Cache<String, Long> first;

    /** What was asked of successfully. */
    private final Cache<String, Boolean> served;

    FailureConfirmations(Ticker ticker) {
        this.served = ExpiringCache.create(MAX, SERVED_LATELY, ticker);
        this.first = ExpiringCache.create(MAX, REMEMBERED, ticker);
    }

    /**
     * A request failed.
     *
     * @param what it asked of, such as a provider's model
     * @param content of the request, as a number that is another for other content
     * @return whether that is confirmed now; never while others are served, when only a chat of ours can tell
     */
    boolean confirm(String what, long content) {
        if (served.getIfPresent(what) != null) {
            return false;
        }
        Long before = first.asMap().putIfAbsent(what, content);
        boolean confirmed = before != null && before != content;
        if (confirmed) {
            first.invalidate(what);
        } else if (before != null) {
            first.put(what, content); // the same once more: remembered from now on
        }
        return confirmed;
    }

    /** The provider has been changed, or is gone. */
    void forget(String providerId) {
        for (Cache<String, ?> each : List.of(first, served)) {
            each.asMap().keySet().removeIf(what -> what.equals(providerId) || what.startsWith(providerId + ' '));
        }
    }

    /** It did not fail: what was said before was about the request. */
    void served(String what) {
        first.invalidate(what);
        served.put(what, true);
    }

    long size() {
        return first.estimatedSize() + served.estimatedSize();
    }
}
