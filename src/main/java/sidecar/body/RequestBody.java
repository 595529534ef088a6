package sidecar.body;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import sidecar.upstream.UpstreamBody;

/**
 * A request's whole body, held in memory or in a file so that it can be sent again. Let go of once that can no longer
 * be, and no call is still sending it. Thread-safe.
 */
public final class RequestBody {

    /** RFC 2046 §5.1.1: a boundary has 70 characters at the most, and two dashes before it. */
    private static final int MAX_DELIMITER = 73;

    private final ByteSource bytes;
    private final AtomicInteger holders = new AtomicInteger(1);
    private final AtomicBoolean released = new AtomicBoolean();

    RequestBody(ByteSource bytes) {
        this.bytes = bytes;
    }

    /** Those bytes, which no bound counts. */
    public static RequestBody of(byte[] bytes) {
        return new RequestBody(ByteSource.of(bytes));
    }

    /** How many bytes it has, also after {@link #release}. */
    public int length() {
        return bytes.length();
    }

    /** What is held: for whoever reads it before {@link #release}. */
    public ByteSource bytes() {
        return bytes;
    }

    /** A number that is another one for most other bodies. For whoever asks before {@link #release}. */
    public long fingerprint() {
        CRC32C beginning = new CRC32C();
        ByteBuffer some = bytes.some(0);
        byte[] all = some.array();
        int from = some.arrayOffset() + some.position();
        int to = from + some.remaining();
        int boundary = boundary(all, from, to);
        int taken = from;
        for (int at = from; boundary > 0 && at <= to - boundary; at++) {
            if (all[at] == '-' && Arrays.equals(all, at, at + boundary, all, from, from + boundary)) {
                beginning.update(all, taken, at - taken);
                taken = at + boundary;
                at = taken - 1;
            }
        }
        beginning.update(all, taken, to - taken);
        return beginning.getValue() << 31 | length();
    }

    /** How long the delimiter of a multipart body is, which is another one each time the same form is sent; else 0. */
    private static int boundary(byte[] all, int from, int to) {
        if (to - from < 2 || all[from] != '-' || all[from + 1] != '-') {
            return 0;
        }
        int end = from;
        int max = Math.min(to, from + MAX_DELIMITER);
        while (end < max && all[end] != '\r') {
            end++;
        }
        return end < max ? end - from : 0;
    }

    /** The body with those changes made, as one provider gets it. */
    public UpstreamBody with(List<ByteEdit> edits) {
        return new EditedBody(this, edits);
    }

    /** One more needs the bytes; false when they are gone. Each {@code true} is to be followed by {@link #releaseOne}. */
    boolean take() {
        return holders.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
    }

    /** One fewer needs the bytes. */
    void releaseOne() {
        if (holders.decrementAndGet() == 0) {
            bytes.close();
        }
    }

    /** It will not be sent once more. Idempotent. */
    public void release() {
        if (released.compareAndSet(false, true)) {
            releaseOne();
        }
    }
}
