package sidecar.database;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * A backup in its directory: the zip file that H2 makes, with the database file in it.
 *
 * @param name of the file, such as {@code sidecar-20261126-030000.zip}; nothing of another form is ever touched
 * @param madeAt when it was begun, as the name has it
 * @param bytes its length
 * @param contents what was found in it when it was opened and read; empty for one that nobody has checked
 */
public record Backup(String name, Instant madeAt, long bytes, Optional<BackupContents> contents) {

    private static final String PREFIX = "sidecar-";
    private static final String SUFFIX = ".zip";
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss");

    /** The name of a backup begun then. */
    public static String nameAt(Instant moment) {
        return PREFIX + stamp(moment) + SUFFIX;
    }

    /** A moment as it stands in names of files, to the second, in UTC. */
    public static String stamp(Instant moment) {
        return MOMENT.format(moment.atOffset(ZoneOffset.UTC));
    }

    /** When the backup of that name was begun; empty when it is no backup's name, and every name that leads elsewhere is none. */
    public static Optional<Instant> moment(String name) {
        if (!name.matches(PREFIX + "\\d{8}-\\d{6}\\" + SUFFIX)) {
            return Optional.empty();
        }
        try {
            String stamp = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
            return Optional.of(LocalDateTime.parse(stamp, MOMENT).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException noSuchDay) {
            return Optional.empty();
        }
    }

    /** Whether it was opened and read to its end. */
    public boolean verified() {
        return contents.isPresent();
    }
}
