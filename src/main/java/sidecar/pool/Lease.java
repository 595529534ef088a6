package sidecar.pool;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import sidecar.failure.FailureClass;
import sidecar.limit.Grant;
import sidecar.provider.ModelMapping;
import sidecar.provider.PathUse;
import sidecar.provider.Provider;

/**
 * One provider, held for one attempt. Close it exactly when the attempt ends; closing twice is harmless. Thread-safe.
 */
public final class Lease implements AutoCloseable {

    private enum LeasePhase {
        ASKED,
        /** The upstream works on it. */
        SERVING,
        CLOSED
    }

    private final AttemptOutcomeHandler outcomeHandler;
    private final Provider provider;
    private final ModelMapping mapping;
    private final String model;
    private final PathUse use;
    private final Grant grant;
    private final long startedNanos;
    private final boolean emergency;
    private final AtomicBoolean findsOut;
    private final AtomicReference<LeasePhase> phase = new AtomicReference<>(LeasePhase.ASKED);

    /**
     * @param findsOut whether its outcome is awaited as the verdict on a cooldown or an outage
     * @param emergency whether it was granted in spite of a cooldown
     */
    Lease(
            AttemptOutcomeHandler outcomeHandler,
            Provider provider,
            String model,
            PathUse use,
            Grant grant,
            long startedNanos,
            boolean findsOut,
            boolean emergency) {
        this.outcomeHandler = outcomeHandler;
        this.provider = provider;
        this.mapping = provider.mapping(model).orElse(ModelMapping.of(model, model));
        this.model = model;
        this.use = use;
        this.grant = grant;
        this.startedNanos = startedNanos;
        this.findsOut = new AtomicBoolean(findsOut);
        this.emergency = emergency;
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

    /** Whether it was granted in spite of a cooldown, because nothing else was left. */
    public boolean emergency() {
        return emergency;
    }

    /** How long to wait before the request is sent, so that those of one quota group keep their distance. */
    public Duration startIn() {
        return grant.startIn();
    }

    /** When it was granted. */
    public long startedNanos() {
        return startedNanos;
    }

    /** The kind of path it is for. */
    PathUse use() {
        return use;
    }

    /** What it runs on. */
    String workers() {
        return PoolState.workers(provider, model);
    }

    boolean accepted() {
        return phase.get() == LeasePhase.SERVING;
    }

    Grant grant() {
        return grant;
    }

    /** Whether its outcome was still awaited; it no longer is. */
    boolean verdict() {
        return findsOut.getAndSet(false);
    }

    /** The request's last byte was sent: its place in the window frees a window after now. Idempotent. */
    public void sent() {
        grant.stamp();
    }

    /** The upstream works on it: a success status came, though perhaps nothing else yet. */
    public void serving() {
        phase.compareAndSet(LeasePhase.ASKED, LeasePhase.SERVING);
    }

    /** The attempt answered as it should. */
    public void succeeded(int status) {
        outcomeHandler.succeeded(this, status);
    }

    /** The attempt failed. */
    public void failed(Failed failed) {
        outcomeHandler.failed(this, failed);
    }

    /** It cost that many LLM tokens, in place of the estimate. */
    public void cost(long tokens) {
        grant.settle((int) Math.min(Integer.MAX_VALUE, tokens));
    }

    /** Nothing was sent: the place in the window is given back. Idempotent, and without effect after {@link #sent}. */
    public void unused() {
        outcomeHandler.unused(this);
    }

    /** Nothing will be sent: it is not wanted any more. */
    public void giveBack() {
        unused();
        close();
    }

    @Override
    public void close() {
        if (phase.getAndSet(LeasePhase.CLOSED) != LeasePhase.CLOSED) {
            outcomeHandler.released(this);
        }
    }

    /**
     * How an attempt failed.
     *
     * @param status the answer's; 0 when there was none
     * @param retryAfter what the upstream asks for; zero for nothing
     * @param message for operators: without secrets and without bodies
     * @param request what was asked, for telling whether two failures have more in common than that
     */
    public record Failed(FailureClass kind, int status, Duration retryAfter, String message, Asked request) {

        /** One that says nothing of when to ask again. */
        public Failed(FailureClass kind, int status, String message) {
            this(kind, status, Duration.ZERO, message);
        }

        /** One that cannot have to do with what was asked. */
        public Failed(FailureClass kind, int status, Duration retryAfter, String message) {
            this(kind, status, retryAfter, message, Asked.NOTHING_UNUSUAL);
        }
    }

    /**
     * What an attempt asked.
     *
     * @param usual whether what it asked cannot be why it failed: it was a probe's, or nothing of it was sent
     * @param content another number for other content
     */
    public record Asked(boolean usual, long content) {

        /** Nothing that could be why it failed. */
        public static final Asked NOTHING_UNUSUAL = new Asked(true, 0);

        /** Whether two failures, this one after that one, have more in common than what was asked. */
        boolean corroborates(Asked before) {
            return usual || before.usual || before.content != content;
        }

        /** A client's request. */
        public static Asked with(long content) {
            return new Asked(false, content);
        }
    }
}
