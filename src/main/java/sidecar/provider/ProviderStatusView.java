package sidecar.provider;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What operators see of a provider's state at one moment.
 *
 * @param reason why it is in error, cooling or down; empty otherwise
 * @param cooldownUntil when it may be chosen again; present only while cooling
 * @param consecutive429 how many 429s in a row, 0 after a success
 * @param used requests of its quota group's minute
 * @param limit how many its quota group may take in a minute; 0 = unlimited
 * @param inFlight its attempts under way
 * @param warnings what an operator should look at, as sentences
 */
public record ProviderStatusView(
        ProviderStatus status,
        HealthLevel health,
        String reason,
        Optional<Instant> cooldownUntil,
        int consecutive429,
        int used,
        int limit,
        int inFlight,
        Lately lately,
        List<String> warnings) {

    /**
     * How its attempts have gone.
     *
     * @param successRate over five minutes, 0 … 1; empty when there were none
     * @param latency of the last attempt, to its first content or failure
     * @param lastStatus of the last attempt; 0 when it got no answer
     */
    public record Lately(Optional<Double> successRate, int failuresInARow, Duration latency, int lastStatus) {

        static final Lately NOTHING = new Lately(Optional.empty(), 0, Duration.ZERO, 0);
    }
}
