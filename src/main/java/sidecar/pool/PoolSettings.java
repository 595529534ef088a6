package sidecar.pool;

import java.time.Duration;
import sidecar.json.Require;

/**
 * The operator's settings that the pool follows.
 *
 * @param cooldownBase after the first 429
 * @param cooldownMax the longest cooldown of our own choosing
 * @param exponential whether each further 429 doubles it
 * @param emergency the share of its requests a minute that may be tried on a cooling group; 0 = none
 */
public record PoolSettings(
        SelectionStrategy strategy,
        Duration cooldownBase,
        Duration cooldownMax,
        boolean exponential,
        double emergency) {

    public PoolSettings {
        Require.notNegative("cooldownBase", cooldownBase);
        Require.notNegative("cooldownMax", cooldownMax);
        if (!(emergency >= 0 && emergency <= 1)) {
            throw new IllegalArgumentException("emergency must be from 0 to 1, was " + emergency);
        }
    }

    /** How a provider is chosen among equals. */
    public enum SelectionStrategy {
        /** The one with the smallest share of its window used, by weight. */
        BALANCED,
        /** The one created first. */
        ORDERED,
        /** The one that answers soonest, of two taken at random. */
        LATENCY
    }
}
