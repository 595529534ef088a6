package sidecar.exchange.edge;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import sidecar.body.RequestBody;
import sidecar.body.RequestBodyBuilder;
import sidecar.body.RequestBodyStore;
import sidecar.exchange.RefusalErrors;
import sidecar.protocol.ApiError;

/**
 * Reads a request's body without blocking, counting while it reads. One use. The container's calls and {@link #late} may
 * come at once; each holds {@code this} only while it takes what is there.
 */
final class BodyReader implements ReadListener {

    private final ServletInputStream in;
    private final long declared;
    private final long max;
    private final RequestBodyBuilder builder;
    private final Completion listener;
    private boolean over;

    /** What comes of reading: exactly one of these, once. */
    interface Completion {
        void whole(RequestBody body);

        void refused(ApiError error);

        void broken(Throwable cause);
    }

    /** @param declared the Content-Length; −1 for a chunked body */
    BodyReader(ServletInputStream in, long declared, long max, RequestBodyStore bodyStore, Completion listener) {
        this.in = in;
        this.declared = declared;
        this.max = max;
        this.builder = bodyStore.draft(declared, max);
        this.listener = listener;
    }

    /** Begins. Where the whole body has come already it is read at once, which spares two changes of thread. */
    void start() throws IOException {
        if (declared > max) {
            refuse(ApiError.tooLarge(max));
        } else if (declared >= 0 && in.available() >= declared) {
            while (builder.length() < declared && !over) {
                take();
            }
            finish();
        } else {
            in.setReadListener(this);
        }
    }

    @Override
    public synchronized void onDataAvailable() throws IOException {
        while (!over && in.isReady() && !in.isFinished()) {
            take();
        }
    }

    private void take() throws IOException {
        if (!builder.room(in.available())) {
            refuse(RefusalErrors.held());
            return;
        }
        int n = in.read(builder.buffer(), builder.offset(), builder.buffer().length - builder.offset());
        if (n < 0) {
            if (builder.length() < declared) {
                broken(new IOException("the body is shorter than its Content-Length"));
            }
        } else if (!builder.filled(n)) {
            refuse(RefusalErrors.held());
        } else if (builder.length() > max) {
            refuse(ApiError.tooLarge(max));
        }
    }

    /** The body has taken too long. */
    synchronized void late() {
        refuse(ApiError.slow());
    }

    @Override
    public synchronized void onAllDataRead() {
        finish();
    }

    private void finish() {
        if (over) {
            return;
        }
        over = true;
        listener.whole(builder.whole());
    }

    private void refuse(ApiError error) {
        if (!over) {
            release();
            listener.refused(error);
        }
    }

    private void broken(Throwable cause) {
        if (!over) {
            release();
            listener.broken(cause);
        }
    }

    private void release() {
        over = true;
        builder.discard();
    }

    @Override
    public synchronized void onError(Throwable cause) {
        broken(cause);
    }
}
