package sidecar.body;

import java.nio.ByteBuffer;

/** Looks at single bytes of what may be in a file; good at places near each other. Not thread-safe. */
public final class ByteCursor {

    private final ByteSource bytes;
    private ByteBuffer now = ByteBuffer.allocate(0);
    private int begin;

    public ByteCursor(ByteSource bytes) {
        this.bytes = bytes;
    }

    public int length() {
        return bytes.length();
    }

    public byte at(int place) {
        if (place < begin || place >= begin + now.limit()) {
            begin = place;
            now = bytes.some(place).slice();
        }
        return now.get(place - begin);
    }

    /** The bytes of a short span. */
    public byte[] copy(int from, int to) {
        byte[] span = new byte[to - from];
        for (int i = from; i < to; i++) {
            span[i - from] = at(i);
        }
        return span;
    }
}
