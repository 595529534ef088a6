package sidecar.pool;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import sidecar.limit.Grant;
import sidecar.provider.ModelMapping;
import sidecar.provider.Provider;

/**
 * One provider, held for one attempt. Close it exactly when the attempt ends; closing twice is harmless. Thread-safe.
 */
public final class Lease implements AutoCloseable {

    private final ProviderPool pool;
    private final Provider provider;
    private final ModelMapping mapping;
    private final String model;
    private final Grant grant;
    private final long startedNanos;
    private final AtomicBoolean closed = new AtomicBoolean();

    Lease(ProviderPool pool, Provider provider, String model, Grant grant, long startedNanos) {
        this.pool = pool;
        this.provider = provider;
        this.mapping = provider.mapping(model).orElse(ModelMapping.of(model, model));
        this.model = model;
        this.grant = grant;
        this.startedNanos = startedNanos;
    }

    public Provider provider() {
        return provider;
    }

    /** How the provider serves the model; for a path without a model, one without meaning. */
    public ModelMapping mapping() {
        return mapping;
    }

    /** The canonical model; empty for a path without one. */
    public String model() {
        return model;
    }

    /** When it was granted. */
    long startedNanos() {
        return startedNanos;
    }

    /** The request's last byte was sent: its place in the window frees a window after now. Idempotent. */
    public void sent() {
        grant.stamp();
    }

    /** The attempt answered as it should. */
    public void succeeded() {
        pool.succeeded(this);
    }

    /** The attempt failed. */
    public void failed(Failed failed) {
        pool.failed(this, failed);
    }

    /** Nothing was sent: the place in the window is given back. Idempotent, and without effect after {@link #sent}. */
    public void unused() {
        grant.refund();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            grant.stamp();
            pool.released(this);
        }
    }

    /**
     * How an attempt failed.
     *
     * @param status the answer's; 0 when there was none
     * @param retryAfter what the upstream asks for; zero for nothing
     * @param message for operators: without secrets and without bodies
     */
    public record Failed(sidecar.failure.FailureClass kind, int status, Duration retryAfter, String message) {}
}
