package sidecar.exchange;

import java.time.Duration;
import java.util.Set;
import sidecar.provider.model.TranslationMode;

/**
 * The operator's settings that exchanges follow.
 *
 * @param attempts how many attempts count, at the most
 * @param retryOnTimeout whether an attempt that timed out may be made again elsewhere
 * @param heartbeatGrace silence before heartbeats begin; zero for none
 * @param overflowWait how long to wait for a primary before the fallback pool is used; negative = for ever
 * @param affinity whether a conversation prefers the provider that served it last
 * @param translation of models that say nothing else: {@link TranslationMode#ON} or {@link TranslationMode#NATIVE}
 * @param reserveOutput LLM tokens reckoned for an answer whose request names no bound
 * @param forwardHeaders further header names of the client's that travel on, in lower case
 */
public record ExchangeSettings(
        int attempts,
        boolean retryOnTimeout,
        Duration deadline,
        Duration firstContent,
        Duration streamIdle,
        Duration streamTotal,
        Duration heartbeatGrace,
        Duration overflowWait,
        boolean affinity,
        TranslationMode translation,
        int reserveOutput,
        Set<String> forwardHeaders,
        String userAgent) {

    /** Attempts of every kind, also those that do not count: a bound against going round for ever. */
    static final int ALL_ATTEMPTS = 20;

    public ExchangeSettings {
        if (translation == TranslationMode.DEFAULT) {
            throw new IllegalArgumentException("translation must be on or native, was default");
        }
    }
}
