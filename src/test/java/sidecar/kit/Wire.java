package sidecar.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The few pieces of HTTP/1.1 that both ends of the kit read, and those of the benches. */
public final class Wire {

    private Wire() {}

    /** Bytes of a text that is to go on the wire as it stands. */
    static byte[] latin1(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /**
     * One line without its end, which may be CRLF or LF.
     *
     * @throws EOFException if the stream ends before the line does
     */
    public static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the stream ended within a line, after " + line.size() + " bytes");
            }
            line.write(b);
        }
        String text = line.toString(ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /** Header lines up to the empty one. */
    public static HeaderList headers(InputStream in) throws IOException {
        List<String> raw = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            raw.add(line);
        }
        return HeaderList.parse(raw);
    }

    /**
     * The size that a chunk's first line gives.
     *
     * @throws IOException if it is none
     */
    public static int chunkSize(String line) throws IOException {
        try {
            return Integer.parseInt(line.split(";", 2)[0].strip(), 16);
        } catch (NumberFormatException e) {
            throw new IOException("not a chunk size: " + line, e);
        }
    }

    /** Exactly {@code count} bytes. */
    static byte[] exactly(InputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("wanted " + count + " bytes, the stream ended after " + bytes.length);
        }
        return bytes;
    }

    /** A whole chunked body, decoded, with its trailers read and dropped. */
    static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(line(in)); size > 0; size = chunkSize(line(in))) {
            body.writeBytes(exactly(in, size));
            line(in);
        }
        headers(in);
        return body.toByteArray();
    }
}
