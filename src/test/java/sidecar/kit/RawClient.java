package sidecar.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An HTTP/1.1 client on a bare socket of 127.0.0.1. It sends whatever it is told to, reads as slowly as wanted, leaves
 * when and how it likes, and tells an answer that was ended from one that was cut. One request at a time; not for
 * several threads at once.
 */
public final class RawClient implements AutoCloseable {

    /** How an answer's body ended. */
    public enum End {
        /** With its last chunk. */
        LAST_CHUNK,
        /** With the promised length. */
        LENGTH,
        /** With the connection, as its framing has it. */
        CONNECTION,
        /** The connection was closed before the end. */
        CUT,
        /** The connection was reset before the end. */
        RESET;

        /** Whether a client may take it for a whole answer. */
        public boolean whole() {
            return this == LAST_CHUNK || this == LENGTH;
        }
    }

    /** Status and headers of an answer. */
    public record Head(int status, HeaderList headers) {}

    /** One server-sent event, or one comment, without the empty line after it. */
    public record Frame(String text, long atNanos) {

        /** The data of it, without the field's name; empty for a comment. */
        public String data() {
            List<String> lines = new ArrayList<>();
            for (String line : text.split("\n", -1)) {
                if (line.startsWith("data:")) {
                    lines.add(line.substring("data:".length()).stripLeading());
                }
            }
            return String.join("\n", lines);
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private Body body;
    private String method = "";

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** Connects. */
    public static RawClient to(int port) {
        return connect(port, 0);
    }

    /** Connects with a receive buffer of about that many bytes, so that little is taken ahead of reading. */
    public static RawClient to(int port, int receiveBufferBytes) {
        return connect(port, receiveBufferBytes);
    }

    private static RawClient connect(int port, int receiveBufferBytes) {
        try {
            Socket socket = new Socket();
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) Await.PATIENCE.toMillis());
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) Await.PATIENCE.toMillis());
            return new RawClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- sending

    /** Sends bytes as they stand. */
    public RawClient send(byte[] bytes) {
        try {
            out.write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends text as it stands, one byte a character. */
    public RawClient send(String text) {
        return send(Wire.latin1(text));
    }

    /** Sends lines as they stand, each with CRLF after it. */
    public RawClient lines(String... lines) {
        return send(String.join("\r\n", lines) + "\r\n");
    }

    /** Sends a request with Host and, where there is a body or the method wants one, Content-Length. */
    public RawClient request(String method, String target, byte[] body, String... namesAndValues) {
        StringBuilder head =
                new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + socket.getPort() + "\r\n");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            head.append(namesAndValues[i])
                    .append(": ")
                    .append(namesAndValues[i + 1])
                    .append("\r\n");
        }
        if (body.length > 0 || method.equals("POST") || method.equals("PUT")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        this.method = method;
        // in one piece, as most clients do: whether the second of two is late depends on the machine
        byte[] first = Wire.latin1(head.append("\r\n").toString());
        byte[] all = Arrays.copyOf(first, first.length + body.length);
        System.arraycopy(body, 0, all, first.length, body.length);
        return send(all);
    }

    /** Posts JSON. */
    public RawClient post(String target, String json, String... namesAndValues) {
        String[] all = new String[namesAndValues.length + 2];
        all[0] = "Content-Type";
        all[1] = Answers.JSON;
        System.arraycopy(namesAndValues, 0, all, 2, namesAndValues.length);
        return request("POST", target, json.getBytes(UTF_8), all);
    }

    // --- reading

    /** Reads status and headers, over any 1xx. */
    public Head head() {
        try {
            Head head = oneHead();
            while (head.status() / 100 == 1) {
                head = oneHead();
            }
            body = new Body(head);
            return head;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Head oneHead() throws IOException {
        String status = Wire.line(in);
        String[] words = status.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.")) {
            throw new IOException("not a status line: " + status);
        }
        return new Head(Integer.parseInt(words[1]), Wire.headers(in));
    }

    /** Reads the rest of the body, however it ends; {@link #end()} tells. */
    public byte[] body() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        for (int n = read(buffer); n >= 0; n = read(buffer)) {
            all.write(buffer, 0, n);
        }
        return all.toByteArray();
    }

    /**
     * Reads some bytes of the body.
     *
     * @return how many; negative when it has ended, in whichever way
     */
    public int read(byte[] buffer) {
        return body.read(buffer, buffer.length);
    }

    /** Reads the next event or comment; empty when the body has ended. What stands after the last empty line is lost. */
    public Optional<Frame> frame() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        byte[] one = new byte[1];
        boolean lineEmpty = true;
        while (body.read(one, 1) > 0) {
            if (one[0] == '\n' && lineEmpty) {
                if (text.size() > 0) {
                    return Optional.of(new Frame(text.toString(UTF_8).stripTrailing(), System.nanoTime()));
                }
            } else if (one[0] != '\r') {
                text.write(one[0]);
                lineEmpty = one[0] == '\n';
            }
        }
        return Optional.empty();
    }

    /** Reads events and comments up to the first that contains that text, with it. */
    public List<Frame> framesUpTo(String text) {
        List<Frame> frames = new ArrayList<>();
        do {
            frames.add(frame().orElseThrow(() -> new AssertionError("no " + text + " in " + frames)));
        } while (!frames.get(frames.size() - 1).text().contains(text));
        return frames;
    }

    /** Reads all remaining events and comments. */
    public List<Frame> frames() {
        List<Frame> frames = new ArrayList<>();
        for (Optional<Frame> next = frame(); next.isPresent(); next = frame()) {
            frames.add(next.get());
        }
        return frames;
    }

    /** How the body ended. */
    public End end() {
        if (body.end == null) {
            throw new IllegalStateException("the body has not been read to its end");
        }
        return body.end;
    }

    /** Reads bytes as they stand until the server closes the connection, or nothing has come for that time. */
    public byte[] everything(Duration silence) {
        return everything(silence, silence);
    }

    /** The same, with another patience for the first byte than for those after it. */
    public byte[] everything(Duration first, Duration silence) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        try {
            socket.setSoTimeout((int) first.toMillis());
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                all.write(buffer, 0, n);
                socket.setSoTimeout((int) silence.toMillis());
            }
        } catch (java.net.SocketTimeoutException | SocketException over) {
            // silent, or reset
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toByteArray();
    }

    /** Whether the server closes the connection within that time, rather than keep it open for another request. */
    public boolean closedWithin(Duration time) {
        try {
            socket.setSoTimeout((int) time.toMillis());
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether something has come that was not read. */
    public boolean hasUnread() {
        try {
            return in.available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the server's end of the connection still stands, by the kernel's account: that can be told without reading. */
    public boolean heldByServer() {
        String ends = String.format("(?s).*:%04X [0-9A-F]+:%04X 01 .*", socket.getPort(), socket.getLocalPort());
        try {
            return Files.readString(Path.of("/proc/net/tcp")).matches(ends)
                    || Files.readString(Path.of("/proc/net/tcp6")).matches(ends);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How long reading waits before it fails. */
    public RawClient patience(Duration time) {
        try {
            socket.setSoTimeout((int) time.toMillis());
            return this;
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- leaving

    /** Our half ends, with a FIN; the server may go on. */
    public void halfClose() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves with an RST. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A body under its framing, read piece by piece. */
    private final class Body {

        private final boolean chunked;
        private final boolean framed;
        private long left;
        private boolean begun;
        private End end;

        Body(Head head) {
            chunked = head.headers().lists("Transfer-Encoding", "chunked");
            Optional<String> length = head.headers().first("Content-Length");
            framed = chunked || length.isPresent();
            left = chunked ? 0 : length.map(Long::parseLong).orElse(Long.MAX_VALUE);
            if (method.equals("HEAD") || head.status() == 204 || head.status() == 304 || (!chunked && left == 0)) {
                end = End.LENGTH;
            }
        }

        int read(byte[] buffer, int max) {
            if (end != null) {
                return -1;
            }
            try {
                if (chunked && left == 0 && lastChunk()) {
                    end = End.LAST_CHUNK;
                    return -1;
                }
                int n = in.read(buffer, 0, (int) Math.min(max, left));
                if (n < 0) {
                    end = framed ? End.CUT : End.CONNECTION;
                    return -1;
                }
                left -= n;
                if (!chunked && left == 0) {
                    end = End.LENGTH;
                }
                return n;
            } catch (EOFException e) {
                end = End.CUT;
                return -1;
            } catch (SocketException e) {
                end = End.RESET;
                return -1;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Reads on to the next chunk's data. */
        private boolean lastChunk() throws IOException {
            if (begun) {
                Wire.line(in);
            }
            begun = true;
            left = Wire.chunkSize(Wire.line(in));
            if (left == 0) {
                Wire.headers(in);
            }
            return left == 0;
        }
    }
}
