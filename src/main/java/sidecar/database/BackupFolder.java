package sidecar.database;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/**
 * The directory with the backups. What a backup was found to hold is the comment of its zip file, so that it goes wherever the file goes.
 * Blocks on the disk.
 */
public final class BackupFolder {

    /** Of what is not a backup yet; nobody else's file begins so. */
    private static final String UNFINISHED = ".sidecar-backup-";

    /** A zip file without a comment ends with the comment's length, which is 0. */
    private static final int LENGTH_BYTES = 2;

    private final Path directory;

    public BackupFolder(Path directory) {
        this.directory = directory;
    }

    /** Where the settings say; what is relative is meant from the data directory. */
    public static BackupFolder of(Settings settings) {
        Path data =
                Path.of(settings.get(SettingsCatalog.DATA_DIR)).toAbsolutePath().normalize();
        String chosen = settings.text(SettingsCatalog.BACKUP_DIR).orElse("backups");
        return new BackupFolder(data.resolve(chosen).normalize());
    }

    /** The directory; it need not be there yet. */
    public Path directory() {
        return directory;
    }

    /** All backups, the newest first; none where there is no such directory. */
    public List<Backup> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> Backup.moment(name).isPresent())
                    .flatMap(name -> find(name).stream())
                    .sorted(Comparator.comparing(Backup::madeAt).reversed())
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException none) {
            return List.of();
        }
    }

    /** The backup of that name; empty when there is none, or the name is not one of a backup. */
    public Optional<Backup> find(String name) {
        Optional<Instant> moment = Backup.moment(name);
        if (moment.isEmpty() || !Files.isRegularFile(directory.resolve(name))) {
            return Optional.empty();
        }
        Path file = directory.resolve(name);
        long bytes = file.toFile().length();
        return Optional.of(new Backup(name, moment.get(), bytes, contents(file)));
    }

    /** What the check of a backup wrote into it. */
    private static Optional<BackupContents> contents(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return Optional.ofNullable(zip.getComment()).flatMap(BackupContents::read);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** Where that backup lies. */
    public Path path(Backup backup) {
        return directory.resolve(backup.name());
    }

    /** Whether it was there. */
    public boolean delete(String name) throws IOException {
        return Backup.moment(name).isPresent() && Files.deleteIfExists(directory.resolve(name));
    }

    /** Makes the directory where it is missing, readable for this user alone, and a new one in it for what is unfinished. */
    public Path workDirectory() throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            ownOnly(directory, "rwx------");
        }
        return Files.createTempDirectory(directory, UNFINISHED);
    }

    /** Throws away what earlier runs could not finish. */
    public void sweep() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path left : files.filter(file -> file.getFileName().toString().startsWith(UNFINISHED))
                    .toList()) {
                discard(left);
            }
        } catch (NoSuchFileException | NotDirectoryException none) {
            // nothing to sweep
        }
    }

    /** Deletes a workshop with all that is in it. */
    public static void discard(Path workshop) throws IOException {
        try (Stream<Path> all = Files.walk(workshop)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Gives a finished zip file its place, with what was found in it; it is on the disk when this returns. */
    public Backup keep(Path zip, Instant begun, BackupContents contents) throws IOException {
        describe(zip, contents);
        ownOnly(zip, "rw-------");
        String name = Backup.nameAt(begun);
        Files.move(zip, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        force(directory);
        return find(name).orElseThrow(() -> new NoSuchFileException(name));
    }

    /** Whether a backup begun then would get the name of another. */
    public boolean taken(Instant moment) {
        return Files.exists(directory.resolve(Backup.nameAt(moment)));
    }

    private static void describe(Path zip, BackupContents contents) throws IOException {
        byte[] comment = contents.json().toString().getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile file = new RandomAccessFile(zip.toFile(), "rw")) {
            file.seek(file.length() - LENGTH_BYTES);
            file.write(comment.length & 0xff);
            file.write(comment.length >> 8);
            file.write(comment);
            file.getFD().sync();
        }
    }

    /** Waits until a file, or a directory's list of names, is on the disk. */
    public static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void ownOnly(Path path, String permissions) throws IOException {
        if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
            Set<PosixFilePermission> own = PosixFilePermissions.fromString(permissions);
            Files.setPosixFilePermissions(path, own);
        }
    }
}
