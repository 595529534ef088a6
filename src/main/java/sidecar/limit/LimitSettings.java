package sidecar.limit;

import java.time.Duration;
import sidecar.json.Require;

/**
 * The operator's settings that limits follow.
 *
 * @param window how long a request occupies its place after it was sent: a minute and a margin
 * @param gap the least time between two starts in one quota group
 */
public record LimitSettings(Duration window, Duration gap) {

    public LimitSettings {
        Require.positive("window", window);
        Require.notNegative("gap", gap);
    }

    private static final long TENTH_OF_A_MINUTE = Duration.ofSeconds(6).toNanos();

    /** The gap of a group; small limits are never spread over more than a tenth of a minute. */
    long gapNanos(QuotaLimits limits) {
        return limits.rpm() == 0 || limits.bucket() ? 0 : Math.min(gap.toNanos(), TENTH_OF_A_MINUTE / limits.rpm());
    }
}
