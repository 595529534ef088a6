package sidecar.pool;

import java.util.Locale;
import sidecar.limit.GrantResult;
import sidecar.limit.QuotaLimits;
import sidecar.limit.RateLimiter;

/** What operators are told of a limit that is reached. Pure functions. */
final class LimitReasons {

    private LimitReasons() {}

    static String words(QuotaLimits limits, RateLimiter rateLimiter, GrantResult.Full obstacle) {
        String free = obstacle.freeIn()
                .map(in -> String.format(Locale.ROOT, ", free in %.1f s", in.toMillis() / 1000.0))
                .orElse("");
        return switch (obstacle.limit()) {
            case MINUTE ->
                (limits.bucket() ? "bucket " : "window ") + rateLimiter.used(limits) + "/" + limits.rpm() + free;
            case DAY -> "all " + limits.rpd() + " requests of this day are used" + free;
            case TOKENS -> "the " + limits.tpm() + " LLM tokens of this minute are used or reserved" + free;
            case CONCURRENCY -> limits.concurrency() + " attempts run already";
            case WORKERS -> "the model's workers on its host are all busy";
        };
    }
}
