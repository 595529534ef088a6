package sidecar.database.edge;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.database.Backup;
import sidecar.database.BackupContents;
import sidecar.database.BackupFailedException;
import sidecar.database.BackupFolder;
import sidecar.database.DatabaseLocation;
import sidecar.database.DatabaseStartCheck;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;
import sidecar.vault.KeyVault;

/**
 * Puts a backup in the database's place, in a process of its own while the server is stopped ({@code deploy/sidecar restore}). The backup is
 * unpacked beside the database, opened and read first: until that has succeeded nothing is touched. What was there is put aside, not deleted.
 */
public final class BackupRestore {

    private final DatabaseLocation location;
    private final Path data;
    private final BackupVerifier check;
    private final InstantSource clock;

    private BackupRestore(DatabaseLocation location, Path data, KeyVault vault, InstantSource clock) {
        this.location = location;
        this.data = data;
        this.check = new BackupVerifier(vault, clock);
        this.clock = clock;
    }

    /**
     * Of the database that these variables name.
     *
     * @throws BackupFailedException when they name none that can be restored, or not its encryption key
     */
    static BackupRestore of(Map<String, String> environment, InstantSource clock) throws BackupFailedException {
        try {
            Settings settings = new Settings(environment);
            DatabaseLocation location = DatabaseLocation.of(settings);
            Path data = location.data()
                    .orElseThrow(() -> new BackupFailedException(
                            "SIDECAR_DB_URL names a database of its own server; for PostgreSQL the"
                                    + " command is pg_restore --clean"));
            Optional<String> refusal = location.refusal();
            if (refusal.isPresent()) {
                throw new BackupFailedException(refusal.get());
            }
            if (settings.text(SettingsCatalog.ENCRYPTION_KEY).isEmpty()) {
                throw new BackupFailedException(
                        "SIDECAR_ENCRYPTION_KEY is not set: put sidecar.env back, which is in no backup, or set the"
                                + " variable; without the key of that time the provider keys in a backup cannot be read");
            }
            KeyVault vault = new KeyVault(
                    settings.get(SettingsCatalog.ENCRYPTION_KEY),
                    settings.text(SettingsCatalog.ENCRYPTION_KEY_PREVIOUS));
            return new BackupRestore(location, data, vault, clock);
        } catch (IllegalArgumentException bad) {
            throw new BackupFailedException(bad.getMessage(), bad);
        }
    }

    /** What was done, and how to go back, line by line. */
    List<String> from(Path backup) throws IOException, BackupFailedException {
        Files.createDirectories(data.getParent());
        Path copy = data.resolveSibling(".restoring-" + ProcessHandle.current().pid() + DatabaseLocation.ENDING);
        try {
            BackupUnpacker.unpack(backup, copy);
            BackupContents contents = check.read(copy);
            Optional<String> newer = new Migrator(BackupVerifier.source(copy)).newer();
            if (newer.isPresent()) {
                throw new BackupFailedException(newer.get());
            }
            return put(copy, contents);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private List<String> put(Path copy, BackupContents contents) throws IOException {
        List<String> done = new ArrayList<>();
        done.add("restored " + data + ": schema " + contents.schema() + ", " + contents.rows("provider")
                + " providers, " + contents.rows("setting") + " settings, " + contents.rows("request_log")
                + " requests in the log");
        if (contents.opened() < contents.sealed()) {
            done.add("note: " + (contents.sealed() - contents.opened()) + " of " + contents.sealed()
                    + " provider keys in it do not open with this encryption key; enter these anew");
        }
        Optional<Path> aside = putAside();
        Files.move(copy, data, StandardCopyOption.ATOMIC_MOVE);
        BackupFolder.force(data.getParent());
        aside.ifPresent(old -> {
            done.add("the database that was there is kept as " + old);
            done.add("to go back: deploy/sidecar restore " + old);
            done.add("when all is well, delete it");
        });
        return done;
    }

    /** A crash between this and what follows leaves no database, which a start refuses to take for a new one. */
    private Optional<Path> putAside() throws IOException {
        if (!Files.exists(data)) {
            return Optional.empty();
        }
        Path aside = aside(clock.instant());
        Files.move(data, aside, StandardCopyOption.ATOMIC_MOVE);
        return Optional.of(aside);
    }

    /** A name that nothing has: what was put aside earlier is not put away by this. */
    private Path aside(Instant moment) {
        Path aside = data.resolveSibling(data.getFileName() + DatabaseStartCheck.ASIDE + Backup.stamp(moment));
        return Files.exists(aside) ? aside(moment.plusSeconds(1)) : aside;
    }

    @Override
    public String toString() {
        return "restore of " + location;
    }

    /**
     * Restores, and answers what to exit with: 0 when it was done, 3 when it was refused and nothing has changed.
     *
     * @param words the backup's path, and nothing else
     */
    public static int run(
            String[] words, Map<String, String> environment, InstantSource clock, PrintStream out, PrintStream err) {
        try {
            if (words.length != 1) {
                throw new BackupFailedException("expected the path of one backup");
            }
            of(environment, clock).from(Path.of(words[0])).forEach(out::println);
            return 0;
        } catch (BackupFailedException refused) {
            err.println("sidecar: not restored, nothing was changed: " + String.join(" ", words) + ": "
                    + refused.getMessage());
            return 3;
        } catch (IOException e) {
            err.println("sidecar: not restored: " + e);
            return 3;
        }
    }
}
