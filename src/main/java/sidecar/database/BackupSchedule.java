package sidecar.database;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * When the daily backup is due. A day whose moment passed while nothing ran is made up for, and one that failed is tried again.
 *
 * @param at the time of day, in UTC
 */
public record BackupSchedule(LocalTime at) {

    /** How long to wait after a failure. */
    private static final Duration AGAIN = Duration.ofHours(1);

    /** The latest turn that is not after {@code now}. */
    public Instant before(Instant now) {
        Instant today = now.atOffset(ZoneOffset.UTC).toLocalDate().atTime(at).toInstant(ZoneOffset.UTC);
        return today.isAfter(now) ? today.minus(Duration.ofDays(1)) : today;
    }

    /** The first turn after {@code now}. */
    public Instant after(Instant now) {
        return before(now).plus(Duration.ofDays(1));
    }

    /**
     * Whether to begin now.
     *
     * @param lastGood when the newest good backup was begun, not after {@code now}
     * @param failed when the last attempt failed, unless one succeeded since
     */
    public boolean due(Instant now, Optional<Instant> lastGood, Optional<Instant> failed) {
        boolean missing = lastGood.isEmpty() || lastGood.get().isBefore(before(now));
        // one that failed later than now did so before the clock was set back
        boolean tooSoon = failed.filter(then -> !then.isAfter(now))
                .filter(then -> now.isBefore(then.plus(AGAIN)))
                .isPresent();
        return missing && !tooSoon;
    }
}
