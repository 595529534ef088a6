package sidecar.body;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A request's body while it comes: into memory, and once that is full, if it is or may become long, into a file. Ended by
 * {@link #whole} or {@link #discard}. Not thread-safe; waits for the disk, but for moments only.
 */
public final class RequestBodyBuilder {

    /** Bodies up to this length are not worth a file: they are held in memory, or not at all. */
    static final int SHORT = 256 * 1024;

    private static final System.Logger LOG = System.getLogger(RequestBodyBuilder.class.getName());

    /** What is read at a time into a file. */
    private static final int STEP = 16 * 1024;

    /** What is read to begin with. */
    private static final int FIRST = 1024;

    private final ByteBudget memory;
    private final ByteBudget disk;
    private final Spool spool;
    private final long declared;
    private final long max;

    private byte[] buffer = {};
    private int filled;
    private Spool.@Nullable SpooledFile file;
    private long written;
    private long inMemory;
    private long onDisk;

    RequestBodyBuilder(ByteBudget memory, ByteBudget disk, Spool spool, long declared, long max) {
        this.memory = memory;
        this.disk = disk;
        this.spool = spool;
        this.declared = declared;
        this.max = max;
    }

    /** How much of it has come. */
    public long length() {
        return written + filled;
    }

    /**
     * Makes room for one more byte at least; false when there is none left anywhere. What has been announced takes none: it
     * may never come.
     *
     * @param here how many bytes have come that are not read yet, as far as is known
     */
    public boolean room(int here) {
        return filled < buffer.length || grow(here) || toFile();
    }

    /** Where the next bytes belong, from {@link #offset} on. Only after {@link #room}. */
    public byte[] buffer() {
        return buffer;
    }

    /** How much of {@link #buffer} is taken. */
    public int offset() {
        return filled;
    }

    /** So many bytes were put there; false when there is no room for them in the file that is to take them. */
    public boolean filled(int bytes) {
        filled += bytes;
        return file == null || write(file);
    }

    /** One byte beyond the bound at the most. */
    private boolean grow(int here) {
        long useful = Math.max(Math.max(FIRST, 2L * buffer.length), (long) filled + here);
        long want = declared > filled ? Math.min(declared, useful) : useful;
        int size = Math.max((int) Math.min(want, max + 1), buffer.length + 1);
        int more = size - buffer.length;
        // who comes too late is told so at once, not in the middle
        boolean fits = declared <= buffer.length || memory.hasRoom(declared - buffer.length);
        if (!fits || !memory.tryHold(more, Math.max(declared, size))) {
            return false;
        }
        inMemory += more;
        buffer = Arrays.copyOf(buffer, size);
        return true;
    }

    private boolean toFile() {
        boolean mayBeLong = declared < 0 || declared > SHORT;
        if (!mayBeLong || !countOnDisk()) {
            return false;
        }
        try {
            file = spool.open();
        } catch (IOException broken) {
            return unspooled(broken);
        }
        if (!write(file)) {
            return false;
        }
        buffer = new byte[STEP];
        memory.release(inMemory);
        inMemory = 0;
        return true;
    }

    /** What was declared counts from the beginning, so that who comes too late is told so at once. */
    private boolean countOnDisk() {
        long more = Math.max(length(), declared) - onDisk;
        if (!disk.tryHold(more)) {
            return false;
        }
        onDisk += more;
        return true;
    }

    private boolean write(Spool.SpooledFile to) {
        if (!countOnDisk()) {
            return false;
        }
        try {
            to.append(ByteBuffer.wrap(buffer, 0, filled));
        } catch (IOException broken) {
            return unspooled(broken);
        }
        written += filled;
        filled = 0;
        return true;
    }

    private static boolean unspooled(IOException broken) {
        // with the exception: lines that carry one are limited a minute, and a full disk says this for every request
        LOG.log(System.Logger.Level.WARNING, "a request body cannot be spooled", broken);
        return false;
    }

    /** It has come whole. */
    public RequestBody whole() {
        ByteSource bytes = file == null ? array() : new FileByteSource(file, (int) written, returning(disk, onDisk));
        buffer = new byte[0];
        return new RequestBody(bytes);
    }

    private ByteSource array() {
        byte[] all = filled == buffer.length ? buffer : Arrays.copyOf(buffer, filled);
        memory.release(inMemory - all.length);
        return new ArrayByteSource(all, returning(memory, all.length));
    }

    private static Runnable returning(ByteBudget budget, long bytes) {
        return () -> budget.release(bytes);
    }

    /** It is not wanted any more. */
    public void discard() {
        buffer = new byte[0];
        filled = 0;
        memory.release(inMemory);
        disk.release(onDisk);
        if (file != null) {
            file.close();
        }
    }
}
