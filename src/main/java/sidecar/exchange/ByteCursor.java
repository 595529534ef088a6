package sidecar.exchange;

import java.nio.ByteBuffer;

/** Looks at single bytes of what may be in a file; good at places near each other. Not thread-safe. */
final class ByteCursor {

    private final ByteSource bytes;
    private ByteBuffer now = ByteBuffer.allocate(0);
    private int begin;

    ByteCursor(ByteSource bytes) {
        this.bytes = bytes;
    }

    int length() {
        return bytes.length();
    }

    byte at(int place) {
        if (place < begin || place >= begin + now.limit()) {
            begin = place;
            now = bytes.some(place).slice();
        }
        return now.get(place - begin);
    }

    /** The bytes of a short span. */
    byte[] copy(int from, int to) {
        byte[] span = new byte[to - from];
        for (int i = from; i < to; i++) {
            span[i - from] = at(i);
        }
        return span;
    }
}
