package sidecar.database;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which backups are old enough to go. */
public final class BackupRetention {

    private BackupRetention() {}

    /** Those older than {@code kept}, but never the newest verified one, however old it is. */
    public static List<Backup> expired(List<Backup> all, Instant now, Duration kept) {
        Optional<Backup> lastGood = lastGood(all, now);
        return all.stream()
                .filter(backup -> backup.madeAt().isBefore(now.minus(kept)))
                .filter(backup -> lastGood.isPresent() && !lastGood.get().equals(backup))
                .toList();
    }

    /** The newest verified one. */
    public static Optional<Backup> lastGood(List<Backup> all) {
        return all.stream().filter(Backup::verified).max(Comparator.comparing(Backup::madeAt));
    }

    /**
     * The newest verified one that does not claim to be made later than now: a clock that ran ahead for a while would
     * else keep every daily backup from being made until that day.
     */
    public static Optional<Backup> lastGood(List<Backup> all, Instant now) {
        return lastGood(
                all.stream().filter(backup -> !backup.madeAt().isAfter(now)).toList());
    }
}
