package sidecar.relay;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Undoes gzip and deflate as a stream, although identity was asked for: some upstreams compress anyway. Not thread-safe;
 * close it, it holds native memory.
 */
public final class StreamInflater implements AutoCloseable {

    /** What one read may grow to: more is not an answer but an attack. */
    static final int BOMB = 4 << 20;

    private static final Set<String> CODINGS = Set.of("gzip", "x-gzip", "deflate");
    /** The lower half of a first byte of zlib's form; in the bare form it would be a stored block with wrong padding. */
    private static final int ZLIB = 8;

    private static final int FIXED_HEADER = 10;
    private static final int TRAILER = 8;
    private static final int LONGEST_HEADER = 128 * 1024;

    private Inflater inflater;
    private final byte[] chunk = new byte[8192];
    private final ByteArrayOutputStream header = new ByteArrayOutputStream();
    private final boolean gzip;
    private boolean inHeader;
    private boolean began;
    /** Bytes of a member's checksum and length that are still to come. */
    private int trailer;

    private StreamInflater(boolean gzip) {
        this.gzip = gzip;
        this.inHeader = gzip;
        this.inflater = new Inflater(gzip);
    }

    /** Whether there is a decoder for that Content-Encoding. */
    public static boolean undoes(String coding) {
        return CODINGS.contains(coding.trim().toLowerCase(Locale.ROOT));
    }

    /** A decoder for that Content-Encoding; empty when there is nothing to undo, or nothing we can. */
    public static Optional<StreamInflater> of(String coding) {
        return undoes(coding)
                ? Optional.of(new StreamInflater(!coding.trim().equalsIgnoreCase("deflate")))
                : Optional.empty();
    }

    /**
     * The bytes that these stand for.
     *
     * @throws DataFormatException if these bytes are not what the coding promised, or grow beyond measure
     */
    public byte[] feed(byte[] bytes) throws DataFormatException {
        if (!began && !gzip && bytes.length > 0 && (bytes[0] & 0x0f) != ZLIB) {
            // what the coding's name promises is zlib's form (RFC 9110 §8.4.1.2); some send the bare one
            inflater.end();
            inflater = new Inflater(true);
        }
        began |= bytes.length > 0;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] rest = bytes;
        while (rest.length > 0) {
            rest = step(rest, out);
        }
        return out.toByteArray();
    }

    /** One part of a member: its trailer, its header, or some of its data. Gives back what was not used. */
    private byte[] step(byte[] bytes, ByteArrayOutputStream out) throws DataFormatException {
        if (trailer > 0) {
            int skipped = Math.min(trailer, bytes.length);
            trailer -= skipped;
            return Arrays.copyOfRange(bytes, skipped, bytes.length);
        }
        if (inflater.finished()) {
            if (!gzip) {
                throw new DataFormatException("more after its end");
            }
            // gzip may come in several members, one after the other (RFC 1952 §2.2)
            inflater.reset();
            header.reset();
            inHeader = true;
        }
        byte[] body = inHeader ? afterHeader(bytes) : bytes;
        return body.length == 0 ? body : inflated(body, out);
    }

    private byte[] inflated(byte[] body, ByteArrayOutputStream out) throws DataFormatException {
        inflater.setInput(body);
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
        if (inflater.finished() && gzip) {
            trailer = TRAILER;
        }
        return Arrays.copyOfRange(body, body.length - inflater.getRemaining(), body.length);
    }

    /** Whether the coded data was complete; no data at all is. */
    public boolean whole() {
        return !began || (inflater.finished() && trailer == 0);
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
        return Arrays.copyOfRange(h, at, h.length);
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
