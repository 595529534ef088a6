package sidecar.dashboard.edge;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.Locale;

/**
 * One open dashboard. Whoever reads slowly misses snapshots instead of holding up the others: what cannot be written at
 * once is left out. Guarded by itself.
 */
final class DashboardListener implements WriteListener {

    /** Ticks that may be missed in a row before it is taken for gone. */
    private static final int MOST_MISSED = 60;

    private final AsyncContext context;
    private final String session;
    private final Locale language;
    private final ServletOutputStream out;
    private int missed;
    private boolean over;

    /**
     * Call {@link #begin} next.
     *
     * @param session the id of the session that lets it listen; empty for one that showed a token
     * @param language in which it wants to be told reasons
     */
    DashboardListener(AsyncContext context, String session, Locale language) throws IOException {
        this.context = context;
        this.session = session;
        this.language = language;
        this.out = context.getResponse().getOutputStream();
    }

    void begin() {
        out.setWriteListener(this);
    }

    /** Sends an event, or leaves it out. @return whether the listener is still there */
    synchronized boolean send(byte[] event) {
        if (over) {
            return false;
        }
        try {
            if (!out.isReady()) {
                if (++missed > MOST_MISSED) {
                    end();
                }
                return !over;
            }
            missed = 0;
            out.write(event);
            if (out.isReady()) {
                out.flush();
            }
            return true;
        } catch (IOException | RuntimeException gone) {
            end();
            return false;
        }
    }

    Locale language() {
        return language;
    }

    /** Whether it listens by leave of that session. */
    boolean isOf(String id) {
        return session.equals(id);
    }

    /** Idempotent. */
    synchronized void end() {
        if (!over) {
            over = true;
            try {
                context.complete();
            } catch (RuntimeException already) {
                // the container was quicker
            }
        }
    }

    @Override
    public void onWritePossible() {
        // the next snapshot comes soon enough
    }

    @Override
    public void onError(Throwable gone) {
        end();
    }
}
