package sidecar.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import sidecar.kit.HeaderList;
import sidecar.kit.Wire;

/** One end of an HTTP/1.1 connection, blocking, for one thread. Every write leaves at once (TCP_NODELAY). */
final class HttpConnection implements Closeable {

    private final Socket socket;
    private final InputStream in;

    HttpConnection(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects; reading gives up after {@code patienceMillis} without a byte. */
    static HttpConnection to(String host, int port, int patienceMillis) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), 10_000);
            socket.setSoTimeout(patienceMillis);
            return new HttpConnection(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A start line and header fields. */
    record Head(String start, HeaderList headers) {

        /** The first value of that field; empty without it. */
        String field(String name) {
            return headers.first(name).orElse("");
        }

        /** The second word: a status, or a path. */
        String second() {
            String[] words = start.split(" ", 3);
            return words.length > 1 ? words[1] : "";
        }

        boolean saysClose() {
            return field("connection").equalsIgnoreCase("close");
        }

        boolean isChunked() {
            return field("transfer-encoding").toLowerCase(Locale.ROOT).endsWith("chunked");
        }
    }

    /** The next head; null when the peer has ended the connection in order. */
    Head head() throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            return null;
        }
        in.reset();
        return new Head(Wire.line(in), Wire.headers(in));
    }

    /** The body of a response, whose end may be the end of the connection. */
    Body answerBody(Head head) {
        String length = head.field("content-length");
        return new Body(head.isChunked(), length.isEmpty() ? -1 : Long.parseLong(length));
    }

    /** The body of a request, which is empty when nothing is said. */
    Body requestBody(Head head) {
        String length = head.field("content-length");
        return new Body(head.isChunked(), length.isEmpty() ? 0 : Long.parseLong(length));
    }

    /** A body, read byte by byte and decoded. */
    final class Body {

        private final boolean chunked;
        private long left;
        private boolean ended;
        private boolean begun;

        private Body(boolean chunked, long length) {
            this.chunked = chunked;
            this.left = chunked ? 0 : length;
        }

        /** The next byte; -1 at the end. A body that is cut is an EOFException. */
        int next() throws IOException {
            if (ended || (chunked ? !moreChunks() : left == 0)) {
                ended = true;
                return -1;
            }
            int b = in.read();
            if (b < 0 && left >= 0) {
                throw new EOFException("the body was cut");
            }
            ended = b < 0;
            left = left > 0 ? left - 1 : left;
            return b;
        }

        private boolean moreChunks() throws IOException {
            if (left > 0) {
                return true;
            }
            if (begun) {
                Wire.line(in);
            }
            begun = true;
            left = Wire.chunkSize(Wire.line(in));
            if (left == 0) {
                Wire.headers(in); // trailers are of no interest
            }
            return left > 0;
        }

        /** The next line without its end; null at the end of the body. */
        String nextLine() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int b = next();
            if (b < 0) {
                return null;
            }
            for (; b >= 0 && b != '\n'; b = next()) {
                line.write(b);
            }
            return line.toString(UTF_8).stripTrailing();
        }

        /** All of it. */
        String text() throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int b = next(); b >= 0; b = next()) {
                all.write(b);
            }
            return all.toString(UTF_8);
        }
    }

    /** Sends all of that in one go. */
    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Sends all of that in one go. */
    void send(String text) throws IOException {
        send(text.getBytes(UTF_8));
    }

    /** Sends a whole answer. */
    void reply(int status, String type, String body) throws IOException {
        send("HTTP/1.1 " + status + " Said\r\nContent-Type: " + type + "\r\nContent-Length: "
                + body.getBytes(UTF_8).length + "\r\n\r\n" + body);
    }

    /** A piece of a body whose length nobody knows beforehand. */
    static String chunk(String data) {
        return Integer.toHexString(data.getBytes(UTF_8).length) + "\r\n" + data + "\r\n";
    }

    /** Waits until the peer ends the connection. */
    void awaitEnd() throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }
}
