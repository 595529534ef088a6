package sidecar.database;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What can be told of an H2 file without opening it. Needed because H2 opens too much: an empty file, and one that holds nothing but its
 * header, become a new database, and one that was cut goes back to an older state without a word (tried with 2.4.240).
 */
public final class DataFile {

    private static final int BLOCK = 4096;

    /** The header, twice; a database with a schema is never this short. */
    private static final int HEADER = 2 * BLOCK;

    /** Enough for the first line of a header or of a chunk. */
    private static final int LINE = 512;

    private DataFile() {}

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
            return in.length() < least(in)
                    ? Optional.of("was cut: it is shorter than it says itself")
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of("cannot be read (" + e.getMessage() + ")");
        }
    }

    /**
     * How long it is at least. The header names the newest chunk only when the database was closed; what is not known is taken for nothing.
     */
    private static long least(RandomAccessFile in) throws IOException {
        Map<String, Long> header = line(in, 0);
        long begin = header.getOrDefault("block", 0L) * BLOCK;
        if (begin == 0) {
            return 0;
        }
        return begin + line(in, begin).getOrDefault("len", 1L) * BLOCK;
    }

    /** A line of the form {@code chunk:d3,len:e2}; values that are no hexadecimal numbers are left out. */
    private static Map<String, Long> line(RandomAccessFile in, long at) throws IOException {
        byte[] bytes = new byte[LINE];
        in.seek(at);
        int read = Math.max(0, in.read(bytes));
        String text = new String(bytes, 0, read, StandardCharsets.ISO_8859_1);
        Map<String, Long> fields = new HashMap<>();
        for (String field : text.lines().findFirst().orElse("").strip().split(",", -1)) {
            String[] parts = field.split(":", -1);
            if (parts.length == 2 && parts[1].matches("[0-9a-f]{1,15}")) {
                fields.put(parts[0], Long.parseLong(parts[1], 16));
            }
        }
        return fields;
    }
}
