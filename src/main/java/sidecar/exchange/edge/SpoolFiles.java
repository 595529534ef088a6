package sidecar.exchange.edge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import sidecar.body.Spool;

/**
 * A {@link Spool} in a directory of its own, made when it is first needed. A file loses its name as soon as it is open:
 * nobody else can open it, and it is gone with the process however that ends.
 */
public final class SpoolFiles implements Spool {

    private static final System.Logger LOG = System.getLogger(SpoolFiles.class.getName());

    /** The system copies what is written at once into memory outside the heap, which each thread keeps. */
    private static final int PIECE = 64 * 1024;

    private static final String NAME = "body-";

    private final Path directory;

    /** @param directory nobody else's */
    public SpoolFiles(Path directory) {
        this.directory = directory;
    }

    /** Deletes the files of a process that died between making one and taking its name away. */
    public void clear() {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, NAME + "*")) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        } catch (IOException unreadable) {
            LOG.log(System.Logger.Level.WARNING, directory + " cannot be cleared: " + unreadable);
        }
    }

    @Override
    public SpooledFile open() throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = Files.createTempFile(
                directory,
                NAME,
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            return new OpenFile(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } finally {
            Files.delete(file);
        }
    }

    private record OpenFile(FileChannel channel) implements SpooledFile {
        @Override
        public void append(ByteBuffer bytes) throws IOException {
            int end = bytes.limit();
            while (bytes.position() < end) {
                bytes.limit(Math.min(end, bytes.position() + PIECE));
                channel.write(bytes);
            }
        }

        @Override
        public int read(ByteBuffer into, long from) throws IOException {
            return channel.read(into, from);
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException closed) {
                LOG.log(System.Logger.Level.WARNING, "a spooled body cannot be closed: " + closed);
            }
        }
    }
}
