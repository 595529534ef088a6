package sidecar.exchange;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** How many bytes of request bodies are held in one place, over all exchanges. Thread-safe; never blocks. */
public final class HeldBytes {

    private final LongSupplier bound;
    private final AtomicLong held = new AtomicLong();

    /** @param bound the most that may be held; read at every use */
    public HeldBytes(LongSupplier bound) {
        this.bound = bound;
    }

    /** Counts {@code bytes} more, if the bound allows. */
    public boolean hold(long bytes) {
        long most = bound.getAsLong();
        long now = held.get();
        while (now + bytes <= most) {
            if (held.compareAndSet(now, now + bytes)) {
                return true;
            }
            now = held.get();
        }
        return false;
    }

    /** Gives back what was counted. */
    public void release(long bytes) {
        held.addAndGet(-bytes);
    }

    /** What is held now. */
    public long now() {
        return held.get();
    }
}
