package sidecar.pool;

import java.time.Instant;
import java.util.Optional;

/**
 * What operators see of a provider's state at one moment.
 *
 * @param reason why it is in error or cooling; empty otherwise
 * @param cooldownUntil when it may be chosen again; present only while cooling
 * @param consecutive429 how many 429s in a row, 0 after a success
 */
public record Standing(
        Status status, Health health, String reason, Optional<Instant> cooldownUntil, int consecutive429) {}
