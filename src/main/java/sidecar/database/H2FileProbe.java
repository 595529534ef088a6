package sidecar.database;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/**
 * What can be told of an H2 file without opening it. Needed because H2 opens too much: an empty file, and one that holds nothing but its
 * header, become a new database, and one that was cut goes back to an older state without a word (tried with 2.4.240).
 */
public final class H2FileProbe {

    private static final int BLOCK = 4096;

    /** The header, twice; a database with a schema is never this short. */
    private static final int HEADER = 2 * BLOCK;

    /** Enough for the first line of a header or of a chunk. */
    private static final int LINE = 512;

    private H2FileProbe() {}

    /** Whether there is no database in it: it is missing, or holds nothing but a header. */
    public static boolean isEmpty(Path file) {
        return file.toFile().length() <= HEADER;
    }

    /** What is wrong with a file that is there, in words that follow its name; empty when nothing can be seen. */
    public static Optional<String> fault(Path file) {
        if (!Files.isReadable(file) || !Files.isWritable(file)) {
            return Optional.of("may not be read and written by this user");
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            Map<String, Long> header = line(in, 0);
            return in.length() < least(in, header) || (header.containsKey("clean") && lacksChunks(file, in.length()))
                    ? Optional.of("was cut: it is shorter than it says itself")
                    : Optional.empty();
        } catch (IOException | MVStoreException e) {
            return Optional.of("cannot be read (" + e.getMessage() + ")");
        }
    }

    /**
     * Whether one of its chunks should reach beyond its end. Not only the newest can: on a slow machine H2 ends its compaction early, and
     * the newest chunk may then stand in a gap, before older ones that are in use.
     */
    private static boolean lacksChunks(Path file, long length) {
        try (MVStore store =
                new MVStore.Builder().fileName(file.toString()).readOnly().open()) {
            return store.getLayoutMap().entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith("chunk."))
                    .map(entry -> fields(entry.getValue()))
                    .anyMatch(chunk -> end(chunk.getOrDefault("block", 0L), chunk) > length);
        } catch (MVStoreException e) {
            if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
                return false; // the attempt to open it will tell by whom
            }
            throw e;
        }
    }

    /**
     * How long it is at least. The header names the newest chunk only when the database was closed; what is not known is taken for nothing.
     */
    private static long least(RandomAccessFile in, Map<String, Long> header) throws IOException {
        long block = header.getOrDefault("block", 0L);
        return block == 0 ? 0 : end(block, line(in, block * BLOCK));
    }

    private static long end(long block, Map<String, Long> chunk) {
        return (block + chunk.getOrDefault("len", 1L)) * BLOCK;
    }

    /** A line of the form {@code chunk:d3,len:e2}; values that are no hexadecimal numbers are left out. */
    private static Map<String, Long> line(RandomAccessFile in, long at) throws IOException {
        byte[] bytes = new byte[LINE];
        in.seek(at);
        int read = Math.max(0, in.read(bytes));
        String text = new String(bytes, 0, read, StandardCharsets.ISO_8859_1);
        return fields(text.lines().findFirst().orElse(""));
    }

    private static Map<String, Long> fields(String line) {
        Map<String, Long> fields = new HashMap<>();
        for (String field : line.strip().split(",", -1)) {
            String[] parts = field.split(":", -1);
            if (parts.length == 2 && parts[1].matches("[0-9a-f]{1,15}")) {
                fields.put(parts[0], Long.parseLong(parts[1], 16));
            }
        }
        return fields;
    }
}
