package sidecar.limit;

import java.util.concurrent.atomic.AtomicBoolean;

/** Permission for one wire request. Settled once: stamped, or refunded when not a byte was sent. Thread-safe. */
public final class Grant {

    private final Quotas quotas;
    private final Window window;
    private final AtomicBoolean settled = new AtomicBoolean();

    Grant(Quotas quotas, Window window) {
        this.quotas = quotas;
        this.window = window;
    }

    /** The request's last byte was sent, or the attempt ended after some were: the place frees a window after now. */
    public void stamp() {
        if (settled.compareAndSet(false, true)) {
            quotas.stamp(window);
        }
    }

    /** Nothing was sent: the place is free again. */
    public void refund() {
        if (settled.compareAndSet(false, true)) {
            quotas.refund(window);
        }
    }
}
