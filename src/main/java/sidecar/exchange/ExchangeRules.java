package sidecar.exchange;

import java.time.Duration;
import java.util.Set;

/**
 * The operator's settings that exchanges follow.
 *
 * @param attempts how many attempts count, at the most
 * @param retryOnTimeout whether an attempt that timed out may be made again elsewhere
 * @param heartbeatGrace silence before heartbeats begin; zero for none
 * @param forwardHeaders further header names of the client's that travel on, in lower case
 */
public record ExchangeRules(
        int attempts,
        boolean retryOnTimeout,
        Duration deadline,
        Duration firstContent,
        Duration streamIdle,
        Duration streamTotal,
        Duration heartbeatGrace,
        Set<String> forwardHeaders,
        String userAgent) {

    /** Attempts of every kind, also those that do not count: a bound against going round for ever. */
    static final int ALL_ATTEMPTS = 20;
}
