package sidecar.exchange;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import sidecar.exchange.response.ClientStream;
import sidecar.upstream.Headers;

/** A client that keeps what it is given, and notes every breach of the stream's protocol. Thread-safe. */
final class FakeClient implements ClientStream {

    /** What was done that must not be done: a second head, bytes before the head or after the end. */
    final List<String> breaches = new ArrayList<>();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int status;
    private Headers headers = Headers.NONE;
    private boolean ended;
    private boolean cut;
    private boolean slow;
    private int untaken;
    private Observer listener = new Observer() {
        @Override
        public void taken(int credit) {}

        @Override
        public void disconnected() {}
    };

    synchronized void tells(Observer exchange) {
        listener = exchange;
    }

    /** From now on nothing is taken until {@link #take}. */
    synchronized void slow() {
        slow = true;
    }

    /** Takes what was written so far. */
    void take() {
        int credit;
        synchronized (this) {
            credit = untaken;
            untaken = 0;
        }
        listener.taken(credit);
    }

    @Override
    public synchronized void head(int code, Headers lines) {
        if (status != 0) {
            breaches.add("a second head: " + code);
        }
        status = code;
        headers = lines;
    }

    @Override
    public void write(ByteBuffer some, int credit) {
        synchronized (this) {
            if (status == 0) {
                breaches.add("bytes before the head");
            }
            if (ended || cut) {
                breaches.add("bytes after the end");
            }
            byte[] copy = new byte[some.remaining()];
            some.get(copy);
            bytes.writeBytes(copy);
            untaken += credit;
            if (slow) {
                return;
            }
        }
        take();
    }

    @Override
    public synchronized void end() {
        if (status == 0 || ended || cut) {
            breaches.add("an end out of place");
        }
        ended = true;
    }

    @Override
    public synchronized void cut() {
        if (ended || cut) {
            breaches.add("a cut after the end");
        }
        cut = true;
    }

    synchronized int status() {
        return status;
    }

    synchronized Headers headers() {
        return headers;
    }

    String header(String name) {
        return headers().first(name).orElse("");
    }

    synchronized String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    synchronized int size() {
        return bytes.size();
    }

    synchronized boolean ended() {
        return ended;
    }

    synchronized boolean wasCut() {
        return cut;
    }
}
