package sidecar.body;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;

/** A spool in memory that counts its open files. Thread-safe as a whole, not each file. */
public final class FakeSpool implements Spool {

    /** How many files there are. */
    public final AtomicInteger files = new AtomicInteger();

    /** How many there were ever. */
    final AtomicInteger opened = new AtomicInteger();

    /** Whether files can be made, and written to. */
    boolean opens = true;

    boolean writes = true;

    @Override
    public SpooledFile open() throws IOException {
        if (!opens) {
            throw new IOException("no such directory");
        }
        files.incrementAndGet();
        opened.incrementAndGet();
        return new File();
    }

    private final class File implements SpooledFile {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean closed;

        @Override
        public void append(ByteBuffer some) throws IOException {
            if (!writes) {
                throw new IOException("no space left on device");
            }
            byte[] copy = new byte[some.remaining()];
            some.get(copy);
            bytes.writeBytes(copy);
        }

        @Override
        public int read(ByteBuffer into, long from) throws IOException {
            if (closed) {
                throw new ClosedChannelException();
            }
            byte[] all = bytes.toByteArray();
            if (from >= all.length) {
                return -1;
            }
            // a system may give less than it was asked for
            int n = Math.min(Math.min(into.remaining(), all.length - (int) from), 10_000);
            into.put(all, (int) from, n);
            return n;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                files.decrementAndGet();
            }
        }
    }
}
