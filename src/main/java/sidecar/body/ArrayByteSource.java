package sidecar.body;

import java.nio.ByteBuffer;

/** Bytes in an array. */
final class ArrayByteSource implements ByteSource {

    private final int length;
    private final Runnable onClose;
    private volatile byte[] all;

    ArrayByteSource(byte[] all, Runnable onClose) {
        this.length = all.length;
        this.all = all;
        this.onClose = onClose;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public ByteBuffer some(int from) {
        byte[] now = all;
        return from >= now.length
                ? ByteBuffer.allocate(0)
                : ByteBuffer.wrap(now, from, now.length - from).slice();
    }

    @Override
    public void close() {
        // whoever still knows this shall not keep the bytes
        all = new byte[0];
        onClose.run();
    }
}
