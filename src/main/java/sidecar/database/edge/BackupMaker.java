package sidecar.database.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import sidecar.database.Backup;
import sidecar.database.BackupContents;
import sidecar.database.BackupFailedException;
import sidecar.database.BackupFolder;
import sidecar.vault.KeyVault;

/**
 * Makes one backup: H2 copies its open database into a zip file, which is unpacked beside it, opened and read; only then it gets its name. So
 * whatever has a backup's name was readable. Blocks its thread, but not those who use the database meanwhile.
 */
public final class BackupMaker {

    /** What is being done. */
    public enum Stage {
        /** H2 copies. */
        COPYING,
        /** The copy is opened and read. */
        CHECKING
    }

    private static final long MEGABYTE = 1_000_000;

    private final DataSource database;
    private final InstantSource clock;
    private final BackupVerifier check;

    public BackupMaker(DataSource database, KeyVault vault, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.check = new BackupVerifier(vault, clock);
    }

    /**
     * Makes it.
     *
     * @param data the database file
     * @param stage told what is being done
     */
    public Backup make(Path data, BackupFolder folder, Consumer<Stage> stage) throws BackupFailedException {
        try {
            Path workshop = folder.workDirectory();
            try {
                needRoom(data, folder);
                Instant begun = begin(folder);
                Path zip = workshop.resolve("backup.zip");
                stage.accept(Stage.COPYING);
                copy(zip);
                stage.accept(Stage.CHECKING);
                return folder.keep(zip, begun, check(zip, workshop));
            } finally {
                BackupFolder.discard(workshop);
            }
        } catch (IOException e) {
            throw new BackupFailedException(
                    "the backup cannot be written to " + folder.directory() + ": " + reason(e)
                            + "; make room there, let this user write there, or set backup_dir to another directory",
                    e);
        }
    }

    /** The copy is there twice while it is checked, once of them compressed. */
    private static void needRoom(Path data, BackupFolder folder) throws IOException, BackupFailedException {
        long needed = data.toFile().length() / 2 * 3;
        long free = Files.getFileStore(folder.directory()).getUsableSpace();
        if (free < needed) {
            throw new BackupFailedException(
                    "the backup needs up to " + needed / MEGABYTE + " MB in " + folder.directory()
                            + ", where " + free / MEGABYTE
                            + " MB are free; make room there, or set backup_dir to another directory");
        }
    }

    /** Now, or the next second that no backup is named after. */
    private Instant begin(BackupFolder folder) {
        Instant begun = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        while (folder.taken(begun)) {
            begun = begun.plus(Duration.ofSeconds(1));
        }
        return begun;
    }

    private void copy(Path zip) throws BackupFailedException {
        try (Connection connection = database.getConnection();
                PreparedStatement backup = connection.prepareStatement("backup to ?")) {
            backup.setString(1, zip.toString());
            backup.execute();
        } catch (SQLException e) {
            throw new BackupFailedException("the database could not be copied: " + Migrator.rootMessage(e), e);
        }
    }

    private BackupContents check(Path zip, Path workshop) throws IOException, BackupFailedException {
        Path copy = workshop.resolve("copy.mv.db");
        try {
            BackupUnpacker.unpack(zip, copy);
            return check.read(copy);
        } catch (BackupFailedException e) {
            throw new BackupFailedException(
                    "the backup was made, but " + e.getMessage()
                            + ". It was thrown away; look at the disk, the database itself may be damaged too",
                    e);
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
