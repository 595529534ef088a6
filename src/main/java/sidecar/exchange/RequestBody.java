package sidecar.exchange;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import sidecar.upstream.Body;

/**
 * A request's whole body, held in memory or in a file so that it can be sent again. Let go of once that can no longer
 * be, and no call is still sending it. Thread-safe.
 */
public final class RequestBody {

    private final Bytes bytes;
    private final AtomicInteger holders = new AtomicInteger(1);
    private final AtomicBoolean released = new AtomicBoolean();

    RequestBody(Bytes bytes) {
        this.bytes = bytes;
    }

    /** Those bytes, which no bound counts. */
    static RequestBody of(byte[] bytes) {
        return new RequestBody(Bytes.of(bytes));
    }

    /** How many bytes it has, also after {@link #release}. */
    public int length() {
        return bytes.length();
    }

    /** What is held: for whoever reads it before {@link #release}. */
    Bytes bytes() {
        return bytes;
    }

    /** A number that is another one for most other bodies. For whoever asks before {@link #release}. */
    long fingerprint() {
        CRC32C beginning = new CRC32C();
        beginning.update(bytes.some(0));
        return beginning.getValue() << 31 | length();
    }

    /** The body with those changes made, as one provider gets it. */
    Body with(List<Edit> edits) {
        return new EditedBody(this, edits);
    }

    /** One more needs the bytes; false when they are gone. Each {@code true} is to be followed by {@link #drop}. */
    boolean take() {
        return holders.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
    }

    /** One fewer needs the bytes. */
    void drop() {
        if (holders.decrementAndGet() == 0) {
            bytes.close();
        }
    }

    /** It will not be sent once more. Idempotent. */
    public void release() {
        if (released.compareAndSet(false, true)) {
            drop();
        }
    }
}
