package sidecar.kit;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One connection to a stub. A reader thread takes requests as they come and so sees the peer leave at once, whatever
 * the writer thread, which plays the answers in order, is doing meanwhile.
 */
final class Peer implements Runnable {

    /** Small, so that bytes that the peer does not take are not counted as sent. */
    private static final int SEND_BUFFER_BYTES = 64 * 1024;

    private final int id;
    private final Socket socket;
    private final StubUpstream stub;
    private final OutputStream out;
    private final BlockingQueue<Call> unanswered = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> closedByPeer = new CompletableFuture<>();
    private final AtomicLong sent = new AtomicLong();
    private volatile boolean closedHere;

    Peer(int id, Socket socket, StubUpstream stub) throws IOException {
        this.id = id;
        this.socket = socket;
        this.stub = stub;
        socket.setTcpNoDelay(true);
        socket.setSendBufferSize(SEND_BUFFER_BYTES);
        this.out = socket.getOutputStream();
    }

    /** Reads requests until the connection ends. */
    @Override
    public void run() {
        Thread writer = new Thread(this::answer, "stub-" + stub.port() + "-answers-" + id);
        writer.setDaemon(true);
        writer.start();
        try (InputStream in = new BufferedInputStream(socket.getInputStream())) {
            for (Received request = next(in); request != null; request = next(in)) {
                Call call = new Call(request, this);
                // first known, then answered: whoever has the answer must find the request
                stub.received(call);
                unanswered.add(call);
            }
        } catch (IOException e) {
            stub.note("connection " + id + ": " + e);
        } finally {
            if (!closedHere) {
                closedByPeer.complete(null);
            }
            ended.complete(null);
            close();
            writer.interrupt();
        }
    }

    private Received next(InputStream in) throws IOException {
        String start;
        try {
            start = Wire.line(in);
        } catch (EOFException e) {
            return null;
        }
        String[] words = start.split(" ", 3);
        if (words.length < 3) {
            throw new IOException("not a request line: " + start);
        }
        HeaderList headers = Wire.headers(in);
        return new Received(id, words[0], words[1], headers, body(headers, in), System.nanoTime());
    }

    private static byte[] body(HeaderList headers, InputStream in) throws IOException {
        if (headers.lists("Transfer-Encoding", "chunked")) {
            return Wire.chunks(in);
        }
        return Wire.exactly(in, Integer.parseInt(headers.first("Content-Length").orElse("0")));
    }

    private void answer() {
        try {
            while (!ended.isDone()) {
                Call call = unanswered.take();
                try {
                    stub.answerTo(call.request()).play(call);
                    call.finished(null);
                } catch (IOException | RuntimeException | AssertionError e) {
                    call.finished(e);
                    if (!(e instanceof IOException)) {
                        stub.note("answer to " + call.request().target() + " broke: " + e);
                    }
                    close();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void write(byte[] bytes, int length) throws IOException {
        try {
            out.write(bytes, 0, length);
        } catch (IOException e) {
            if (!closedHere) {
                closedByPeer.complete(null);
            }
            throw e;
        }
        sent.addAndGet(length);
    }

    /** Waits, but not for a peer that has left. */
    void pause(Duration time) throws IOException {
        if (endsWithin(ended, time)) {
            throw new EOFException("the peer left");
        }
    }

    boolean closedByPeerWithin(Duration time) {
        return endsWithin(closedByPeer, time);
    }

    private static boolean endsWithin(CompletableFuture<Void> future, Duration time) {
        try {
            future.get(time.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the peer", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    int id() {
        return id;
    }

    long sent() {
        return sent.get();
    }

    boolean open() {
        return !ended.isDone();
    }

    /** Ends our half; the peer may close the rest. */
    void fin() throws IOException {
        closedHere = true;
        socket.shutdownOutput();
        try {
            endsWithin(ended, Await.PATIENCE);
        } finally {
            close();
        }
    }

    /** Closes so that the peer gets an RST. */
    void reset() throws IOException {
        closedHere = true;
        socket.setSoLinger(true, 0);
        close();
    }

    void close() {
        closedHere = true;
        try {
            socket.close();
        } catch (SocketTimeoutException e) {
            stub.note("connection " + id + " lingers: " + e);
        } catch (IOException e) {
            stub.note("connection " + id + " did not close: " + e);
        }
    }
}
