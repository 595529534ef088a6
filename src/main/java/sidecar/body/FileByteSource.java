package sidecar.body;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Bytes in a spooled file, of which a short piece at a time is in memory. */
final class FileByteSource implements ByteSource {

    /** What one read takes: long enough to be worth a call, short enough not to be felt. */
    static final int PIECE = 64 * 1024;

    private final Spool.SpooledFile file;
    private final int length;
    private final Runnable onClose;

    FileByteSource(Spool.SpooledFile file, int length, Runnable onClose) {
        this.file = file;
        this.length = length;
        this.onClose = onClose;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public ByteBuffer some(int from) {
        ByteBuffer piece = ByteBuffer.allocate(Math.min(PIECE, length - from));
        try {
            while (piece.hasRemaining()) {
                if (file.read(piece, from + piece.position()) < 0) {
                    throw new EOFException("a spooled body is shorter than it was");
                }
            }
        } catch (IOException lost) {
            throw new UncheckedIOException(lost);
        }
        return piece.flip();
    }

    @Override
    public void close() {
        file.close();
        onClose.run();
    }
}
