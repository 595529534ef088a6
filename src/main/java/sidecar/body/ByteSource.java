package sidecar.body;

import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Bytes that are held somewhere, and can be read again and again. Any thread may read them. */
public interface ByteSource {

    int length();

    /**
     * Those from {@code from} on, or as many of them as can be had in one go, which is fewer than a thousand only at the
     * end; to be read only. Array-backed.
     *
     * @throws UncheckedIOException if they are in a file that cannot be read
     */
    ByteBuffer some(int from);

    /** Lets go of them. Once. */
    void close();

    /** An array's. */
    static ByteSource of(byte[] all) {
        return new ArrayByteSource(all, () -> {});
    }

    /** All of them, once more from the beginning. */
    default InputStream stream() {
        return new InputStream() {
            private ByteBuffer now = some(0);
            private int at;

            @Override
            public int read() {
                return more() ? now.get() & 0xff : -1;
            }

            @Override
            public int read(byte[] into, int offset, int max) {
                if (!more()) {
                    return -1;
                }
                int n = Math.min(max, now.remaining());
                now.get(into, offset, n);
                return n;
            }

            private boolean more() {
                if (!now.hasRemaining()) {
                    at += now.limit();
                    now = some(at);
                }
                return now.hasRemaining();
            }
        };
    }
}
