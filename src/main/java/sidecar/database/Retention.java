package sidecar.database;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which backups are old enough to go. */
public final class Retention {

    private Retention() {}

    /** Those older than {@code kept}, but never the newest verified one, however old it is. */
    public static List<Backup> expired(List<Backup> all, Instant now, Duration kept) {
        Optional<Backup> lastGood = lastGood(all);
        return all.stream()
                .filter(backup -> backup.madeAt().isBefore(now.minus(kept)))
                .filter(backup -> lastGood.isPresent() && !lastGood.get().equals(backup))
                .toList();
    }

    /** The newest verified one. */
    public static Optional<Backup> lastGood(List<Backup> all) {
        return all.stream().filter(Backup::verified).max(Comparator.comparing(Backup::madeAt));
    }
}
