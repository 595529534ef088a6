package sidecar.exchange.edge;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import sidecar.exchange.ApiError;
import sidecar.exchange.RefusalErrors;
import sidecar.exchange.RequestBody;
import sidecar.exchange.RequestBodyBuilder;
import sidecar.exchange.RequestBodyStore;

/**
 * Reads a request's body without blocking, counting while it reads. One use. The container's calls and {@link #late} may
 * come at once; each holds {@code this} only while it takes what is there.
 */
final class BodyReader implements ReadListener {

    private final ServletInputStream in;
    private final long declared;
    private final long most;
    private final RequestBodyBuilder draft;
    private final Listener listener;
    private boolean over;

    /** What comes of reading: exactly one of these, once. */
    interface Listener {
        void whole(RequestBody body);

        void refused(ApiError error);

        void broken(Throwable cause);
    }

    /** @param declared the Content-Length; −1 for a chunked body */
    BodyReader(ServletInputStream in, long declared, long most, RequestBodyStore bodies, Listener listener) {
        this.in = in;
        this.declared = declared;
        this.most = most;
        this.draft = bodies.draft(declared, most);
        this.listener = listener;
    }

    /** Begins. Where the whole body has come already it is read at once, which spares two changes of thread. */
    void start() throws IOException {
        if (declared > most) {
            refuse(ApiError.tooLarge(most));
        } else if (declared >= 0 && in.available() >= declared) {
            while (draft.length() < declared && !over) {
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
        if (!draft.room(in.available())) {
            refuse(RefusalErrors.held());
            return;
        }
        int n = in.read(draft.buffer(), draft.offset(), draft.buffer().length - draft.offset());
        if (n < 0) {
            if (draft.length() < declared) {
                broken(new IOException("the body is shorter than its Content-Length"));
            }
        } else if (!draft.filled(n)) {
            refuse(RefusalErrors.held());
        } else if (draft.length() > most) {
            refuse(ApiError.tooLarge(most));
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
        listener.whole(draft.whole());
    }

    private void refuse(ApiError error) {
        if (!over) {
            letGo();
            listener.refused(error);
        }
    }

    private void broken(Throwable cause) {
        if (!over) {
            letGo();
            listener.broken(cause);
        }
    }

    private void letGo() {
        over = true;
        draft.discard();
    }

    @Override
    public synchronized void onError(Throwable cause) {
        broken(cause);
    }
}
