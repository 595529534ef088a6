package sidecar.access;

import com.github.benmanes.caffeine.cache.Cache;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import sidecar.time.Backoff;
import sidecar.time.ExpiringCache;
import sidecar.time.Ticker;

/**
 * Slows guessing down: after five wrong tokens from one address the next try has to wait, one second first and twice as long after each further
 * failure, up to five minutes. A success, or an hour of quiet, forgets them. Thread-safe; never blocks.
 */
public final class GuessThrottle {

    private static final int FREE = 5;
    private static final Backoff PAUSE = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));
    private static final Duration QUIET = Duration.ofHours(1);

    /** A flood from many addresses must not fill the memory. */
    private static final int MAX_ADDRESSES = 10_000;

    /** @param guess what failed last; empty when it is not told */
    private record Failures(int count, long lastNanos, String guess) {

        long openNanos() {
            return count < FREE ? lastNanos : lastNanos + PAUSE.nanos(count - FREE);
        }

        boolean repeatedBy(String next) {
            return !next.isEmpty() && next.equals(guess);
        }
    }

    private final Ticker ticker;
    private final Cache<String, Failures> failures;

    public GuessThrottle(Ticker ticker) {
        this.ticker = ticker;
        this.failures = ExpiringCache.create(MAX_ADDRESSES, QUIET, ticker);
    }

    /** How long that address still has to wait; zero when it may try. */
    public Duration wait(String address) {
        Failures known = failures.getIfPresent(address);
        return known == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, known.openNanos() - ticker.nanos()));
    }

    /** Another failure. */
    public void failed(String address) {
        failed(address, "");
    }

    /**
     * Another failure, unless it is the last one again: whoever repeats a token that has expired guesses nothing.
     *
     * @param guess tells one wrong token from another; empty when each counts
     */
    public void failed(String address, String guess) {
        failures.asMap().compute(address, (same, known) -> next(known, guess));
    }

    private Failures next(@Nullable Failures known, String guess) {
        if (known != null && known.repeatedBy(guess)) {
            return known;
        }
        return new Failures(known == null ? 1 : known.count() + 1, ticker.nanos(), guess);
    }

    /** Whether that is what failed last from there. */
    public boolean repeats(String address, String guess) {
        Failures known = failures.getIfPresent(address);
        return known != null && known.repeatedBy(guess);
    }

    /** It was no guess. */
    public void succeeded(String address) {
        failures.invalidate(address);
    }

    /** For how many addresses there are failures. */
    long size() {
        return failures.estimatedSize();
    }
}
