package sidecar.database.edge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import sidecar.database.BackupFailedException;
import sidecar.database.BackupFolder;
import sidecar.database.DatabaseLocation;

/** Gets the database file out of a backup. */
final class BackupUnpacker {

    private static final String ZIP = "PK";
    private static final String H2 = "H:2";

    private BackupUnpacker() {}

    /**
     * Writes the database file in {@code backup} to {@code target}, which must not exist; it is on the disk when this returns. A database file
     * itself is taken too, such as one that a restore has put aside.
     */
    static void unpack(Path backup, Path target) throws IOException, BackupFailedException {
        String begin = begin(backup);
        if (begin.startsWith(ZIP)) {
            unzip(backup, target);
        } else if (begin.equals(H2)) {
            Files.copy(backup, target);
        } else {
            throw new BackupFailedException("it is neither a backup nor a database of Sidecar");
        }
        BackupFolder.force(target);
    }

    private static String begin(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(H2.length()), StandardCharsets.ISO_8859_1);
        }
    }

    private static void unzip(Path backup, Path target) throws IOException, BackupFailedException {
        try (ZipFile zip = new ZipFile(backup.toFile())) {
            ZipEntry data = zip.stream()
                    .filter(entry -> entry.getName().endsWith(DatabaseLocation.ENDING))
                    .findFirst()
                    .orElseThrow(
                            () -> new BackupFailedException("it is a zip file without a database of Sidecar in it"));
            try (InputStream in = zip.getInputStream(data)) {
                Files.copy(in, target);
            }
        } catch (ZipException damaged) {
            throw new BackupFailedException("it is damaged or was cut (" + damaged.getMessage() + ")", damaged);
        }
    }
}
