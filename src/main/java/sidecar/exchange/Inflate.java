package sidecar.exchange;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Undoes gzip and deflate as a stream, although identity was asked for: some upstreams compress anyway. Not thread-safe;
 * close it, it holds native memory.
 */
final class Inflate implements AutoCloseable {

    /** What one read may grow to: more is not an answer but an attack. */
    static final int BOMB = 4 << 20;

    private static final Set<String> CODINGS = Set.of("gzip", "x-gzip", "deflate");
    private static final int FIXED_HEADER = 10;
    private static final int LONGEST_HEADER = 128 * 1024;

    private final Inflater inflater;
    private final byte[] chunk = new byte[8192];
    private final ByteArrayOutputStream header = new ByteArrayOutputStream();
    private boolean inHeader;

    private Inflate(boolean gzip) {
        this.inHeader = gzip;
        this.inflater = new Inflater(gzip);
    }

    /** Whether there is a decoder for that Content-Encoding. */
    static boolean undoes(String coding) {
        return CODINGS.contains(coding.trim().toLowerCase(Locale.ROOT));
    }

    /** A decoder for that Content-Encoding; empty when there is nothing to undo, or nothing we can. */
    static Optional<Inflate> of(String coding) {
        return undoes(coding) ? Optional.of(new Inflate(!coding.trim().equalsIgnoreCase("deflate"))) : Optional.empty();
    }

    /** @throws DataFormatException if these bytes are not what the coding promised, or grow beyond measure */
    byte[] feed(byte[] bytes) throws DataFormatException {
        byte[] body = inHeader ? afterHeader(bytes) : bytes;
        if (body.length == 0 || inflater.finished()) {
            return new byte[0];
        }
        inflater.setInput(body);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (!inflater.needsInput() && !inflater.finished()) {
            int n = inflater.inflate(chunk);
            if (n == 0 && inflater.needsDictionary()) {
                throw new DataFormatException("needs a dictionary");
            }
            out.write(chunk, 0, n);
            if (out.size() > BOMB) {
                throw new DataFormatException("grows beyond measure");
            }
        }
        return out.toByteArray();
    }

    /** Whether the coded data was complete. */
    boolean finished() {
        return inflater.finished();
    }

    /** What follows the gzip header in what came so far; nothing while that is not complete (RFC 1952 §2.3). */
    private byte[] afterHeader(byte[] bytes) throws DataFormatException {
        header.writeBytes(bytes);
        if (header.size() > LONGEST_HEADER + bytes.length) {
            throw new DataFormatException("its header has no end");
        }
        byte[] h = header.toByteArray();
        if (h.length >= 2 && (h[0] != 0x1f || h[1] != (byte) 0x8b)) {
            throw new DataFormatException("not gzip");
        }
        if (h.length < FIXED_HEADER) {
            return new byte[0];
        }
        int flags = h[3];
        int at = FIXED_HEADER;
        if ((flags & 4) != 0) {
            if (h.length < at + 2) {
                return new byte[0];
            }
            at += 2 + (h[at] & 0xff) + ((h[at + 1] & 0xff) << 8);
        }
        at = (flags & 8) != 0 ? afterZero(h, at) : at;
        at = (flags & 16) != 0 ? afterZero(h, at) : at;
        at += (flags & 2) != 0 ? 2 : 0;
        if (at > h.length) {
            return new byte[0];
        }
        inHeader = false;
        return java.util.Arrays.copyOfRange(h, at, h.length);
    }

    /** The place after the next zero byte; beyond the end when there is none yet. */
    private static int afterZero(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i + 1;
            }
        }
        return bytes.length + 1;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
