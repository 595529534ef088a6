package sidecar.pool;

import java.util.Locale;
import sidecar.limit.GrantResult;
import sidecar.limit.QuotaLimits;
import sidecar.limit.RateLimiter;

/** What operators are told of a limit that is reached. Pure functions. */
final class LimitMessages {

    private LimitMessages() {}

    static String words(QuotaLimits quota, RateLimiter quotas, GrantResult.Full obstacle) {
        String free = obstacle.freeIn()
                .map(in -> String.format(Locale.ROOT, ", free in %.1f s", in.toMillis() / 1000.0))
                .orElse("");
        return switch (obstacle.limit()) {
            case MINUTE -> (quota.bucket() ? "bucket " : "window ") + quotas.used(quota) + "/" + quota.rpm() + free;
            case DAY -> "all " + quota.rpd() + " requests of this day are used" + free;
            case TOKENS -> "the " + quota.tpm() + " LLM tokens of this minute are used or reserved" + free;
            case CONCURRENCY -> quota.concurrency() + " attempts run already";
            case WORKERS -> "the model's workers on its host are all busy";
        };
    }
}
