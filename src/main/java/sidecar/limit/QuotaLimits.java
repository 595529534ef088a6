package sidecar.limit;

import java.util.List;
import sidecar.json.Require;

/**
 * The limits that the accounts of one quota group share. A limit of 0 is none.
 *
 * @param group its name
 * @param accounts the identities of its members (see {@code Endpoint.identity})
 * @param rpm requests a minute
 * @param rpd requests a UTC day
 * @param tpm LLM tokens a minute
 * @param concurrency attempts at once
 * @param bucket whether requests a minute are counted by a token bucket instead of a rolling window
 */
public record QuotaLimits(
        String group, List<String> accounts, int rpm, int rpd, int tpm, int concurrency, boolean bucket) {

    public QuotaLimits {
        accounts = List.copyOf(accounts);
        Require.atLeast(0, "rpm", rpm);
        Require.atLeast(0, "rpd", rpd);
        Require.atLeast(0, "tpm", tpm);
        Require.atLeast(0, "concurrency", concurrency);
    }

    /** Only a number of requests a minute, in a rolling window. */
    public static QuotaLimits perMinute(String group, int rpm, String... accounts) {
        return new QuotaLimits(group, List.of(accounts), rpm, 0, 0, 0, false);
    }

    /** How much one of them allows; 0 for none, and of workers, whose limit is not the group's. */
    public int max(GrantResult.Limit limit) {
        return switch (limit) {
            case MINUTE -> rpm;
            case DAY -> rpd;
            case TOKENS -> tpm;
            case CONCURRENCY -> concurrency;
            case WORKERS -> 0;
        };
    }
}
