package sidecar.limit.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Slots of one size in a memory-mapped file that grows by segments. Slot 0 is the header. What is written is in the
 * operating system's hands at once, so that it outlives the process however that ends; it is never forced to the disk,
 * so that it may not outlive the machine. Not thread-safe.
 */
final class GrantFile {

    /** The state of a slot that holds nothing; what a new file is full of. */
    static final int FREE = 0;

    static final int SLOT_BYTES = 512;
    private static final int STATE = 0;
    private static final int TOKENS = 4;
    private static final int NUMBER = 8;
    private static final int LENGTH = 16;
    private static final int TEXT = 20;

    /** The longest text a slot holds, in bytes. */
    static final int MOST_TEXT = SLOT_BYTES - TEXT;

    private static final byte[] MAGIC = "Sidecar grants, version 1\n".getBytes(US_ASCII);
    private static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final Path path;
    private final int slotsPerSegment;
    private final List<ByteBuffer> segments = new ArrayList<>();

    private GrantFile(Path path, int slotsPerSegment) {
        this.path = path;
        this.slotsPerSegment = slotsPerSegment;
    }

    /**
     * The file at {@code path}, made when it is not there.
     *
     * @return empty when what is there is something else
     */
    static Optional<GrantFile> open(Path path, int slotsPerSegment) throws IOException {
        if (!Files.exists(path)) {
            create(path, slotsPerSegment);
        }
        if (!isOurs(path)) {
            return Optional.empty();
        }
        GrantFile file = new GrantFile(path, slotsPerSegment);
        long segments = Math.max(1, (Files.size(path) + file.segmentBytes() - 1) / file.segmentBytes());
        while (file.segments.size() < segments) {
            file.grow();
        }
        return Optional.of(file);
    }

    /** Under another name first, so that a kill leaves no file without its header. */
    private static void create(Path path, int slotsPerSegment) throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(unfinished, ownerOnly(path.getParent()));
        Files.write(unfinished, Arrays.copyOf(MAGIC, slotsPerSegment * SLOT_BYTES));
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Asks the file system and not the store: that of a bare chroot cannot be found, since no mount is above it. */
    private static FileAttribute<?>[] ownerOnly(Path directory) {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isOurs(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (var in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        }
    }

    /** Maps one more segment, of free slots unless the file has them already. */
    void grow() throws IOException {
        // an interrupted thread would find its channel closed
        boolean interrupted = Thread.interrupted();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            long from = (long) segments.size() * segmentBytes();
            long there = Math.max(from, file.length());
            if (there < from + segmentBytes()) {
                // written, not only claimed: a disk that is full must say so now, and not as a fault when a slot is
                // filled
                file.seek(there);
                file.write(new byte[(int) (from + segmentBytes() - there)]);
            }
            segments.add(file.getChannel().map(FileChannel.MapMode.READ_WRITE, from, segmentBytes()));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private int segmentBytes() {
        return slotsPerSegment * SLOT_BYTES;
    }

    /** How many slots there are, the header included. */
    int slots() {
        return segments.size() * slotsPerSegment;
    }

    int state(int slot) {
        return segment(slot).getInt(at(slot) + STATE);
    }

    /** Everything written to the slot before is there for whoever sees this state. */
    void state(int slot, int state) {
        INTS.setRelease(segment(slot), at(slot) + STATE, state);
    }

    int tokens(int slot) {
        return segment(slot).getInt(at(slot) + TOKENS);
    }

    void tokens(int slot, int tokens) {
        segment(slot).putInt(at(slot) + TOKENS, tokens);
    }

    long number(int slot) {
        return segment(slot).getLong(at(slot) + NUMBER);
    }

    /** Written in one piece: a kill leaves the old or the new one. */
    void number(int slot, long number) {
        LONGS.setRelease(segment(slot), at(slot) + NUMBER, number);
    }

    /** The slot's text; empty when it holds none that could have been written. */
    Optional<String> text(int slot) {
        int length = segment(slot).getInt(at(slot) + LENGTH);
        if (length <= 0 || length > MOST_TEXT) {
            return Optional.empty();
        }
        byte[] text = new byte[length];
        segment(slot).get(at(slot) + TEXT, text);
        return Optional.of(new String(text, UTF_8));
    }

    void text(int slot, byte[] text) {
        segment(slot).putInt(at(slot) + LENGTH, text.length);
        segment(slot).put(at(slot) + TEXT, text);
    }

    private ByteBuffer segment(int slot) {
        return segments.get(slot / slotsPerSegment);
    }

    private int at(int slot) {
        return slot % slotsPerSegment * SLOT_BYTES;
    }
}
