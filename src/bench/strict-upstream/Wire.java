package sidecar.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** One end of an HTTP/1.1 connection, blocking, for one thread. Every write leaves at once (TCP_NODELAY). */
final class Wire implements Closeable {

    private static final int LONGEST_LINE = 1 << 20;

    private final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[8192];
    private int next;
    private int end;

    Wire(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /** Connects; reading gives up after {@code patienceMillis} without a byte. */
    static Wire to(String host, int port, int patienceMillis) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), 10_000);
            socket.setSoTimeout(patienceMillis);
            return new Wire(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A start line and header fields by lower-case name; of a repeated one, the last. */
    record Head(String start, Map<String, String> fields) {

        String field(String name) {
            return fields.getOrDefault(name, "");
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
        int first = read();
        if (first < 0) {
            return null;
        }
        next--;
        String start = line();
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("not a header field: " + line);
            }
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        return new Head(start, fields);
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
            int b = read();
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
                line();
            }
            begun = true;
            left = Long.parseLong(line().split(";", 2)[0].trim(), 16);
            if (left == 0) {
                while (!line().isEmpty()) {
                    // trailers are of no interest
                }
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

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = read(); b != '\n'; b = read()) {
            if (b < 0) {
                throw new EOFException("the connection ended within a head");
            }
            if (line.size() > LONGEST_LINE) {
                throw new IOException("a line without an end");
            }
            line.write(b);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    private int read() throws IOException {
        if (next == end) {
            end = Math.max(0, in.read(buffer));
            next = 0;
            if (end == 0) {
                return -1;
            }
        }
        return buffer[next++] & 0xff;
    }

    /** Waits until the peer ends the connection. */
    void awaitEnd() throws IOException {
        while (read() >= 0) {
            // whatever comes is thrown away
        }
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
