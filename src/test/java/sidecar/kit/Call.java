package sidecar.kit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One request at a stub, with the means to answer it rightly or wrongly, and what became of its connection. The writing
 * methods belong to the {@link Answer}; the others may be called from any thread.
 */
public final class Call {

    private static final Duration FOREVER = Duration.ofMinutes(10);
    private static final Duration GRAIN = Duration.ofMillis(5);
    private static final Map<Integer, String> REASONS = Map.of(200, "OK", 429, "Too Many Requests");

    private final Received request;
    private final Peer peer;
    private final long sentBefore;
    private final CompletableFuture<Void> played = new CompletableFuture<>();

    Call(Received request, Peer peer) {
        this.request = request;
        this.peer = peer;
        this.sentBefore = peer.sent();
    }

    /** What was asked. */
    public Received request() {
        return request;
    }

    // --- what an answer may do

    /** Writes a status line and header lines: names and values in turn. */
    public Call head(int status, String... namesAndValues) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(REASONS.getOrDefault(status, "Status " + status))
                .append("\r\n");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            head.append(namesAndValues[i])
                    .append(": ")
                    .append(namesAndValues[i + 1])
                    .append("\r\n");
        }
        return raw(head.append("\r\n").toString());
    }

    /** Writes bytes as they stand. */
    public Call raw(byte[] bytes) throws IOException {
        peer.write(bytes, bytes.length);
        return this;
    }

    /** Writes text as it stands, one byte a character. */
    public Call raw(String text) throws IOException {
        return raw(Wire.latin1(text));
    }

    /** Writes a whole answer with its length. */
    public Call whole(int status, String type, byte[] body, String... namesAndValues) throws IOException {
        String[] all = new String[namesAndValues.length + 4];
        all[0] = "Content-Type";
        all[1] = type;
        all[2] = "Content-Length";
        all[3] = String.valueOf(body.length);
        System.arraycopy(namesAndValues, 0, all, 4, namesAndValues.length);
        return head(status, all).raw(body);
    }

    /** Writes the head of an event stream in chunks. */
    public Call streamHead(String... namesAndValues) throws IOException {
        String[] all = new String[namesAndValues.length + 4];
        all[0] = "Content-Type";
        all[1] = "text/event-stream; charset=utf-8";
        all[2] = "Transfer-Encoding";
        all[3] = "chunked";
        System.arraycopy(namesAndValues, 0, all, 4, namesAndValues.length);
        return head(200, all);
    }

    /** Writes one chunk, in one packet if it is small. */
    public Call chunk(byte[] bytes) throws IOException {
        byte[] size = Wire.latin1(Integer.toHexString(bytes.length) + "\r\n");
        byte[] all = new byte[size.length + bytes.length + 2];
        System.arraycopy(size, 0, all, 0, size.length);
        System.arraycopy(bytes, 0, all, size.length, bytes.length);
        all[all.length - 2] = '\r';
        all[all.length - 1] = '\n';
        return raw(all);
    }

    /** Writes one chunk of UTF-8. */
    public Call chunk(String text) throws IOException {
        return chunk(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes one server-sent event as one chunk. */
    public Call event(String data) throws IOException {
        return chunk("data: " + data + "\n\n");
    }

    /** Writes the last chunk. */
    public Call end() throws IOException {
        return raw("0\r\n\r\n");
    }

    /** Waits; fails at once when the peer leaves meanwhile. */
    public Call pause(Duration time) throws IOException {
        peer.pause(time);
        return this;
    }

    /** Waits until the test lets it go on; fails at once when the peer leaves meanwhile. */
    public Call await(CountDownLatch go) throws IOException {
        // for as long as the test goes on: its end closes the connection
        while (go.getCount() > 0) {
            pause(GRAIN);
        }
        return this;
    }

    /** Says nothing more until the peer leaves. */
    public Call stall() throws IOException {
        return pause(FOREVER);
    }

    /** Writes {@code bytes} again and again, as fast as the peer takes them, at least {@code atLeast} bytes in all. */
    public Call flood(byte[] bytes, long atLeast) throws IOException {
        for (long done = 0; done < atLeast; done += bytes.length) {
            raw(bytes);
        }
        return this;
    }

    /** Ends the connection with a FIN, whatever was promised. */
    public void fin() throws IOException {
        peer.fin();
    }

    /** Ends the connection with an RST. */
    public void reset() throws IOException {
        peer.reset();
    }

    // --- what a test may ask

    /** Whether the peer closed the connection of this call, now or within that time. */
    public boolean closedWithin(Duration time) {
        return peer.closedByPeerWithin(time);
    }

    /** Whether the connection still stands. */
    public boolean open() {
        return peer.open();
    }

    /** Bytes handed to the kernel on this connection since the request came. */
    public long sent() {
        return peer.sent() - sentBefore;
    }

    /** Waits until the answer has been played to its end, or has failed. */
    public void awaitPlayed(Duration time) {
        try {
            played.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("the answer was still being played after " + time, e);
        } catch (ExecutionException e) {
            throw new AssertionError("the answer could not be played to its end", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    void finished(Throwable failure) {
        if (failure == null) {
            played.complete(null);
        } else {
            played.completeExceptionally(failure);
        }
    }
}
