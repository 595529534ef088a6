package sidecar.exchange.edge;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.Arrays;
import sidecar.exchange.ApiError;
import sidecar.exchange.HeldBytes;
import sidecar.exchange.Refusals;
import sidecar.exchange.RequestBody;

/**
 * Reads a request's body without blocking, counting while it reads. One use. The container's calls and {@link #late} may
 * come at once; each holds {@code this} only while it takes what is there.
 */
final class BodyReader implements ReadListener {

    private static final int FIRST = 16 * 1024;

    private final ServletInputStream in;
    private final long declared;
    private final long most;
    private final HeldBytes budget;
    private final Listener listener;
    private byte[] bytes = new byte[0];
    private int length;
    private boolean over;

    /** What comes of reading: exactly one of these, once. */
    interface Listener {
        void whole(RequestBody body);

        void refused(ApiError error);

        void broken(Throwable cause);
    }

    /** @param declared the Content-Length; −1 for a chunked body */
    BodyReader(ServletInputStream in, long declared, long most, HeldBytes budget, Listener listener) {
        this.in = in;
        this.declared = declared;
        this.most = most;
        this.budget = budget;
        this.listener = listener;
    }

    /** Begins. Where the whole body has come already it is read at once, which spares two changes of thread. */
    void start() throws IOException {
        if (declared > most) {
            refuse(ApiError.tooLarge(most));
        } else if (declared >= 0 && in.available() >= declared) {
            while (length < declared && !over) {
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
        if (!room()) {
            return;
        }
        int n = in.read(bytes, length, bytes.length - length);
        if (n < 0) {
            if (length < declared) {
                broken(new IOException("the body is shorter than its Content-Length"));
            }
            return;
        }
        length += n;
        if (length > most) {
            refuse(ApiError.tooLarge(most));
        }
    }

    /** Makes room for more, one byte beyond the bound at the most, and counts it. */
    private boolean room() {
        if (length < bytes.length) {
            return true;
        }
        long want = declared >= 0 ? Math.max(declared, 1) : Math.max(FIRST, 2L * bytes.length);
        int size = (int) Math.min(want, most + 1);
        if (size <= bytes.length) {
            size = bytes.length + 1;
        }
        if (!budget.hold(size - bytes.length)) {
            refuse(Refusals.held());
            return false;
        }
        bytes = Arrays.copyOf(bytes, size);
        return true;
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
        byte[] whole = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        budget.release(bytes.length - length);
        bytes = new byte[0];
        listener.whole(new RequestBody(whole, budget));
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
        budget.release(bytes.length);
        bytes = new byte[0];
    }

    @Override
    public synchronized void onError(Throwable cause) {
        broken(cause);
    }
}
