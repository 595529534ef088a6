package sidecar.pool;

import com.github.benmanes.caffeine.cache.Cache;
import java.time.Duration;
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

    /** What is known of something that is asked of. */
    private sealed interface Sign {

        /** A request with that content failed, and none was served since. */
        record FirstFailure(long content) implements Sign {}

        /** One was served then. */
        record LastServed(long nanos) implements Sign {}
    }

    private final Ticker ticker;
    private final Cache<String, Sign> signs;

    FailureConfirmations(Ticker ticker) {
        this.ticker = ticker;
        this.signs = ExpiringCache.create(MAX, REMEMBERED, ticker);
    }

    /**
     * A request failed.
     *
     * @param what it asked of, such as a provider's model
     * @param content of the request, as a number that is another for other content
     * @return whether that is confirmed now; never while others are served, when only a chat of ours can tell
     */
    boolean confirm(String what, long content) {
        boolean[] confirmed = new boolean[1];
        signs.asMap().compute(what, (place, known) -> {
            if (known instanceof Sign.LastServed served && ticker.nanos() - served.nanos() < SERVED_LATELY.toNanos()) {
                return known;
            }
            confirmed[0] = known instanceof Sign.FirstFailure first && first.content() != content;
            return confirmed[0] ? null : new Sign.FirstFailure(content);
        });
        return confirmed[0];
    }

    /** The provider has been changed, or is gone. */
    void forget(String providerId) {
        signs.asMap().keySet().removeIf(what -> what.equals(providerId) || what.startsWith(providerId + ' '));
    }

    /** It did not fail: what was said before was about the request. */
    void served(String what) {
        signs.put(what, new Sign.LastServed(ticker.nanos()));
    }

    long size() {
        return signs.estimatedSize();
    }
}
