package sidecar.door;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads along what a client sends on one connection and finds where requests begin and end, as RFC 9112 has it and no
 * other way. What another program in front of us could read differently is a fault, and so is what is no request at all;
 * the server behind it reads some of these generously. What is right, and the server cannot take, is taken out: chunk extensions,
 * and an {@link UpgradeHeader}. Bytes are looked at, never kept beyond their line. Not thread-safe.
 */
public final class HttpFramingValidator {

    /** The server's own limit for all header lines together (deploy/preboot.txt). */
    private static final int MAX_HEAD_BYTES = 64 * 1024;

    private static final int USUAL_HEAD_BYTES = 2 * 1024;
    private static final int USUAL_LINE_BYTES = 128;

    private static final int MAX_CHUNK_LINE_BYTES = 256;

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    static final Pattern NAME = Pattern.compile(TOKEN);
    private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\.)*+\""; // controls are refused before

    /** With extensions, which nobody reads (RFC 9112 §7.1.1): a name, and perhaps a value, after each semicolon. */
    private static final Pattern CHUNK_HEAD = Pattern.compile(
            "([0-9A-Fa-f]{1,15})(?:[ \\t]*;[ \\t]*" + TOKEN + "(?:[ \\t]*=[ \\t]*(?:" + TOKEN + "|" + QUOTED + "))?)*");

    /** What the next bytes belong to. */
    private enum Part {
        REQUEST_LINE,
        HEADERS,
        BODY,
        CHUNK_LINE,
        CHUNK,
        CHUNK_END,
        TRAILERS,
        FAULT
    }

    /**
     * Why nothing more of a connection is read.
     *
     * @param status for an answer
     * @param head whether it lies in a request's head, where nobody has begun to answer yet
     */
    public record Fault(int status, String message, boolean head) {}

    private ByteArrayOutputStream line = new ByteArrayOutputStream(USUAL_LINE_BYTES);
    private Part part = Part.REQUEST_LINE;
    private Optional<Fault> fault = Optional.empty();
    private int headBytes;
    private long left;
    private RequestFraming request = new RequestFraming();
    private int complete;
    private int maxRequests = Integer.MAX_VALUE;
    private boolean inExtension;

    /** From now on a request that begins when so many have come to their end is a fault. */
    public void admitUpTo(int requests) {
        maxRequests = requests;
    }

    /**
     * Takes the next bytes, and takes out of them what the server cannot take: what follows a chunk extension moves up in its
     * place. Nothing more is looked at after a fault.
     *
     * @return the index up to which they now belong to requests without fault: all that is left of them, or where the last one
     *     ends that came to its end before the fault
     */
    public int take(byte[] bytes, int from, int to) {
        int whole = from;
        int kept = from;
        int at = from;
        while (at < to && part != Part.FAULT) {
            boolean chunkLine = part == Part.CHUNK_LINE;
            int next = part == Part.BODY || part == Part.CHUNK ? takeBody(at, to) : takeLine(bytes, at, to);
            kept = chunkLine ? withoutExtension(bytes, at, next, kept) : moved(bytes, at, next, kept);
            at = next;
            if (part == Part.REQUEST_LINE && line.size() == 0) {
                whole = kept;
            }
        }
        return part == Part.FAULT ? whole : kept;
    }

    /** @return the index behind what was taken: all that there is of the body, or of the chunk */
    private int takeBody(int from, int to) {
        int size = (int) Math.min(left, to - from);
        left -= size;
        if (left == 0 && part == Part.BODY) {
            ends();
        } else if (left == 0) {
            part = Part.CHUNK_END;
        }
        return from + size;
    }

    /** @return the index behind them at their new place */
    private static int moved(byte[] bytes, int from, int to, int place) {
        if (from != place) {
            System.arraycopy(bytes, from, bytes, place, to - from);
        }
        return place + to - from;
    }

    /** Of the line before a chunk, or what has come of it, the size and the line end. */
    private int withoutExtension(byte[] bytes, int from, int to, int place) {
        int end = place;
        for (int i = from; i < to; i++) {
            byte one = bytes[i];
            inExtension |= one == ';' || one == ' ' || one == '\t';
            if (!inExtension || one == '\r' || one == '\n') {
                bytes[end++] = one;
            }
            inExtension &= one != '\n';
        }
        return end;
    }

    /** A request has come to its end. */
    private void ends() {
        part = Part.REQUEST_LINE;
        complete++;
    }

    /** What is wrong with what came so far; stays what it was. */
    public Optional<Fault> fault() {
        return fault;
    }

    /** The path of the request that is read, or was read last, without its query; empty while that is not known. */
    public String path() {
        return request.path();
    }

    /** How many requests have come to their end. */
    public int complete() {
        return complete;
    }

    /** How long the head, or the trailers, are so far; 0 outside of them. */
    public int headBytes() {
        return headBytes;
    }

    /** Whether a request's head has begun and not ended. */
    public boolean inHead() {
        return part == Part.HEADERS || (part == Part.REQUEST_LINE && line.size() > 0);
    }

    /** Whether a request has begun and not ended. */
    public boolean inRequest() {
        return part != Part.REQUEST_LINE || line.size() > 0;
    }

    /** @return the index behind what was taken: the rest of a line, or all there is of it */
    private int takeLine(byte[] bytes, int from, int to) {
        if (part == Part.REQUEST_LINE && line.size() == 0 && !isLetter(bytes[from]) && bytes[from] != '\r') {
            bad("This is no HTTP request");
            return to;
        }
        int end = from;
        while (end < to && bytes[end] != '\n') {
            end++;
        }
        if (part == Part.HEADERS && line.size() < USUAL_LINE_BYTES) {
            UpgradeHeader.hide(bytes, from, end, line.toString(StandardCharsets.ISO_8859_1), end < to);
        }
        line.write(bytes, from, end - from);
        bound(end - from);
        if (end < to && part != Part.FAULT) {
            lineEnds();
        }
        return Math.min(to, end + 1);
    }

    private void lineEnds() {
        headBytes++;
        String text = line.toString(StandardCharsets.ISO_8859_1);
        line.reset();
        int end = text.length() - 1;
        if (end < 0 || text.charAt(end) != '\r' || text.chars().limit(end).anyMatch(HttpFramingValidator::isControl)) {
            bad("A line ends with CR and LF, and has no controls in it");
            return;
        }
        line(text.substring(0, end));
    }

    private static boolean isLetter(byte one) {
        return (one >= 'A' && one <= 'Z') || (one >= 'a' && one <= 'z');
    }

    private static boolean isControl(int c) {
        return (c < ' ' && c != '\t') || c == 0x7f;
    }

    private void bound(int more) {
        if (part == Part.CHUNK_LINE || part == Part.CHUNK_END) {
            if (line.size() > MAX_CHUNK_LINE_BYTES) {
                bad("The line before a chunk is longer than " + MAX_CHUNK_LINE_BYTES + " bytes");
            }
            return;
        }
        headBytes += more;
        if (headBytes > MAX_HEAD_BYTES) {
            fails(431, "The head of a request is larger than " + MAX_HEAD_BYTES + " bytes");
        }
    }

    private void line(String text) {
        switch (part) {
            case REQUEST_LINE -> requestLine(text);
            case HEADERS -> header(text);
            case CHUNK_LINE -> chunk(text);
            case CHUNK_END -> chunkEnd(text);
            case TRAILERS -> trailer(text);
            case BODY, CHUNK, FAULT -> throw new IllegalStateException("a line within " + part);
        }
    }

    private void requestLine(String text) {
        if (text.isEmpty()) {
            return; // some clients end a body with one line end too many; counted as head, so not for ever
        }
        request = new RequestFraming();
        fault = request.requestLine(text);
        if (fault.isEmpty() && complete >= maxRequests) {
            fails(
                    503,
                    "Sidecar is overloaded by this connection: read the answers to its requests before sending more");
        } else if (fault.isEmpty()) {
            part = Part.HEADERS;
        } else {
            stop();
        }
    }

    private void header(String text) {
        if (text.isEmpty()) {
            headEnds();
            return;
        }
        fault = request.header(text);
        if (fault.isPresent()) {
            stop();
        }
    }

    private void headEnds() {
        restart();
        fault = request.headEnd();
        if (fault.isPresent()) {
            stop();
        } else if (request.isChunked()) {
            part = Part.CHUNK_LINE;
        } else {
            left = request.length();
            if (left > 0) {
                part = Part.BODY;
            } else {
                ends();
            }
        }
    }

    private void restart() {
        if (headBytes > USUAL_HEAD_BYTES) {
            // a connection may stay for long, and its buffer is as large as its longest line
            line = new ByteArrayOutputStream(USUAL_LINE_BYTES);
        }
        headBytes = 0;
    }

    private void chunk(String text) {
        Matcher chunk = CHUNK_HEAD.matcher(text);
        if (!chunk.matches()) {
            bad("A chunk begins with its size in hexadecimal, and perhaps extensions");
            return;
        }
        left = Long.parseLong(chunk.group(1), 16);
        part = left == 0 ? Part.TRAILERS : Part.CHUNK;
    }

    private void chunkEnd(String text) {
        if (text.isEmpty()) {
            part = Part.CHUNK_LINE;
        } else {
            bad("A chunk is longer than it said");
        }
    }

    private void trailer(String text) {
        if (text.isEmpty()) {
            restart();
            ends();
        } else if (!NAME.matcher(text).region(0, Math.max(0, text.indexOf(':'))).matches()) {
            bad("A trailer line is a name, a colon and a value");
        }
    }

    private void bad(String message) {
        fails(400, message);
    }

    private void fails(int status, String message) {
        fault = Optional.of(new Fault(status, message, part == Part.REQUEST_LINE || part == Part.HEADERS));
        stop();
    }

    private void stop() {
        part = Part.FAULT;
        restart();
        line.reset();
    }
}
