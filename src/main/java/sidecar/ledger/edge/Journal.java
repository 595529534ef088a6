package sidecar.ledger.edge;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import sidecar.ledger.LedgerEntry;

/**
 * Finished exchanges between the request path and the database: an append-only file in segments, one line an entry. It
 * is written several times a second, whatever the database does, so that neither a database that stands still nor
 * {@code kill -9} loses what it holds; the database remembers, in the transaction that takes entries up, how far it has
 * come. Not forced to the disk: what was written survives the process, not the machine.
 *
 * <p>Appending and reading may happen at the same time, each on one thread.
 */
final class Journal implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Journal.class.getName());
    private static final String SUFFIX = ".jsonl";
    private static final int READ_BYTES = 1 << 20;

    private final Path directory;
    private final long segmentBytes;
    private FileChannel out; // guarded by this, as the three below
    private long segment;
    private long length;
    private final Map<Long, Long> ends = new HashMap<>(); // of segments that a failure cut

    /**
     * A place in the journal: entries from there on are not in the database yet.
     *
     * @param segment its number, ≥ 0
     * @param offset bytes from the segment's start
     */
    public record Position(long segment, long offset) {
        static final Position START = new Position(0, 0);
    }

    /** Some entries, and the place after them. */
    public record Page(List<LedgerEntry> entries, Position next) {}

    private Journal(Path directory, long segmentBytes, long segment) throws IOException {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.segment = segment;
        this.out = channel(segment);
    }

    /**
     * Opens the journal in {@code directory} and begins a new segment: the last line of the one before may be cut.
     *
     * @param after where the database has come to; the new segment comes after it even when the files are gone
     */
    static Journal open(Path directory, Position after, long segmentBytes) throws IOException {
        Files.createDirectories(directory);
        List<Long> there = segments(directory);
        long last = there.isEmpty() ? 0 : there.get(there.size() - 1);
        return new Journal(directory, segmentBytes, Math.max(last, after.segment()) + 1);
    }

    private FileChannel channel(long number) throws IOException {
        return FileChannel.open(file(number), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private Path file(long number) {
        return file(directory, number);
    }

    /** A segment's file. */
    static Path file(Path directory, long number) {
        return directory.resolve(String.format("%012d", number) + SUFFIX);
    }

    /** The numbers of those that there are, in their order. */
    static List<Long> segments(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d{12}\\" + SUFFIX))
                    .map(name -> Long.parseLong(name.substring(0, name.length() - SUFFIX.length())))
                    .sorted()
                    .toList();
        }
    }

    // writing

    /** Appends them all, or none. */
    synchronized void append(List<LedgerEntry> entries) throws IOException {
        if (entries.isEmpty()) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        entries.forEach(entry -> lines.append(JournalEntryJson.write(entry)).append('\n'));
        ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
        try {
            if (length >= segmentBytes || !out.isOpen()) {
                rotate();
            }
            long at = length;
            while (bytes.hasRemaining()) {
                at += out.write(bytes, at);
            }
            length = at;
        } catch (IOException full) {
            // part of it may have been written; it comes again as a whole
            ends.put(segment, length);
            if (out.isOpen()) {
                out.truncate(length);
            }
            throw full;
        }
    }

    private void rotate() throws IOException {
        FileChannel full = out;
        out = channel(segment + 1);
        segment++;
        length = 0;
        full.close();
    }

    private synchronized Position end() {
        return new Position(segment, length);
    }

    /** Where the whole lines of a segment end that is not written any more. */
    private synchronized long end(long number) throws IOException {
        Long known = ends.get(number);
        return known != null ? known : Files.size(file(number));
    }

    // reading

    /** The next entries from {@code from} on; none at the end. */
    Page read(Position from, int max) throws IOException {
        Position end = end();
        Position at = from;
        while (at.segment() <= end.segment()) {
            boolean current = at.segment() == end.segment();
            Optional<Page> page = Files.exists(file(at.segment()))
                    ? page(at, current ? end.offset() : end(at.segment()), max)
                    : Optional.empty();
            if (page.isPresent()) {
                return page.get();
            }
            if (current) {
                break;
            }
            at = new Position(at.segment() + 1, 0);
        }
        return new Page(List.of(), at.segment() > end.segment() ? end : at);
    }

    /** The whole lines that lie between {@code from} and {@code until} of one segment; empty when there is none. */
    private Optional<Page> page(Position from, long until, int max) throws IOException {
        if (from.offset() >= until) {
            return Optional.empty();
        }
        byte[] bytes = bytes(from, until);
        List<LedgerEntry> entries = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < bytes.length && entries.size() < max; i++) {
            if (bytes[i] == '\n') {
                String line = new String(bytes, begin, i - begin, StandardCharsets.UTF_8);
                JournalEntryJson.read(line).ifPresentOrElse(entries::add, () -> unread(from));
                begin = i + 1;
            }
        }
        return begin == 0
                ? Optional.empty()
                : Optional.of(new Page(entries, new Position(from.segment(), from.offset() + begin)));
    }

    private byte[] bytes(Position from, long until) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(READ_BYTES, until - from.offset()));
        try (FileChannel in = FileChannel.open(file(from.segment()), StandardOpenOption.READ)) {
            while (bytes.hasRemaining()) {
                if (in.read(bytes, from.offset() + bytes.position()) < 0) {
                    throw new EOFException(file(from.segment()) + " is shorter than it was");
                }
            }
        }
        return bytes.array();
    }

    private void unread(Position near) {
        LOG.log(
                System.Logger.Level.WARNING,
                "a line of {0} after byte {1} cannot be read: one exchange is not accounted",
                file(near.segment()),
                near.offset());
    }

    /** Deletes the segments that lie wholly before {@code position}. */
    void discardBefore(Position position) throws IOException {
        for (long number : segments(directory)) {
            if (number < position.segment()) {
                Files.deleteIfExists(file(number));
                forget(number);
            }
        }
    }

    private synchronized void forget(long number) {
        ends.remove(number);
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
