package sidecar.exchange;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A request's whole body, held so that it can be sent again; let go of once that can no longer be. Thread-safe. */
public final class RequestBody {

    private final HeldBytes budget;
    private final AtomicReference<byte @Nullable []> bytes;

    /** @param bytes already counted in {@code budget} */
    public RequestBody(byte[] bytes, HeldBytes budget) {
        this.bytes = new AtomicReference<>(bytes);
        this.budget = budget;
    }

    /** The bytes, or none after {@link #release}. */
    public byte[] bytes() {
        byte[] now = bytes.get();
        return now == null ? new byte[0] : now;
    }

    /** How many bytes there are; 0 after {@link #release}. */
    public int length() {
        return bytes().length;
    }

    /** Lets go of the bytes. Idempotent. */
    public void release() {
        byte[] now = bytes.getAndSet(null);
        if (now != null) {
            budget.release(now.length);
        }
    }
}
