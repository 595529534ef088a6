package sidecar.provider;

import java.util.Optional;
import java.util.OptionalInt;
import sidecar.json.Require;

/**
 * How much may be asked of a provider. Shared with the other members of its quota group (smallest value wins).
 *
 * @param rpm requests a minute; 0 = unlimited
 * @param rpd requests a UTC day
 * @param tpm LLM tokens a minute
 * @param concurrency attempts at once
 * @param quotaGroup the operator's name for providers that share one account
 */
public record Limits(
        int rpm,
        OptionalInt rpd,
        OptionalInt tpm,
        OptionalInt concurrency,
        Optional<String> quotaGroup,
        LimiterType limiter,
        CooldownScope cooldownScope) {

    public Limits {
        Require.atLeast(0, "rpm", rpm);
        Require.atLeast(1, "rpd", rpd);
        Require.atLeast(1, "tpm", tpm);
        Require.atLeast(1, "concurrency", concurrency);
    }

    /** Only a number of requests a minute. */
    public static Limits perMinute(int rpm) {
        return new Limits(
                rpm,
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                LimiterType.WINDOW,
                CooldownScope.AUTO);
    }
}
