package sidecar.console.edge;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is held until it is whole, then packed and sent with its length; only text is, anything else (a download)
 * passes. Held, because only then can an error page still take its place: nothing has been sent, no header been set. One
 * request's, one thread's.
 */
final class CompressedResponse extends HttpServletResponseWrapper {

    /** Below that, a packed answer fits into no fewer packets than a plain one. */
    private static final int WORTH_BYTES = 1_000;

    private final CompressedBody body = new CompressedBody();
    private @Nullable PrintWriter writer;

    CompressedResponse(HttpServletResponse response) {
        super(response);
    }

    private boolean isText() {
        String type = getContentType();
        return type != null && (type.startsWith("text/") || type.contains("javascript") || type.contains("xml"));
    }

    @Override
    public ServletOutputStream getOutputStream() {
        return body;
    }

    @Override
    public PrintWriter getWriter() {
        if (writer == null) {
            writer = new PrintWriter(new OutputStreamWriter(body, Charset.forName(getCharacterEncoding())));
        }
        return writer;
    }

    /** The length as Faces says it is that of the plain answer. */
    @Override
    public void setContentLengthLong(long length) {
        if (!isText()) {
            super.setContentLengthLong(length);
        }
    }

    @Override
    public void setContentLength(int length) {
        setContentLengthLong(length);
    }

    @Override
    public void flushBuffer() throws IOException {
        if (writer != null) {
            writer.flush();
        }
        if (body.passes != null) {
            super.flushBuffer();
        }
    }

    @Override
    public void reset() {
        super.reset();
        forget();
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        forget();
    }

    private void forget() {
        body.held.reset();
        writer = null;
    }

    /** The end of the answer; without text there is nothing left to do. */
    void send() throws IOException {
        if (writer != null) {
            writer.flush();
        }
        if (body.held.size() == 0 || isCommitted()) { // by an error or a redirect, which have bodies of their own
            return;
        }
        byte[] whole = body.held.toByteArray();
        if (whole.length >= WORTH_BYTES) {
            whole = packed(whole);
            setHeader("Content-Encoding", "gzip");
        }
        super.setContentLengthLong(whole.length);
        super.getOutputStream().write(whole);
    }

    private static byte[] packed(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(plain.length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        }
        return packed.toByteArray();
    }

    private ServletOutputStream plain() throws IOException {
        return super.getOutputStream();
    }

    /** Asks for the type at the first byte and not before: Faces takes the stream first and says the type then. */
    private final class CompressedBody extends ServletOutputStream {
        final ByteArrayOutputStream held = new ByteArrayOutputStream(32 * 1024);

        @Nullable
        ServletOutputStream passes;

        private OutputStream target() throws IOException {
            if (passes == null && held.size() == 0 && !isText()) {
                passes = plain();
            }
            return passes == null ? held : passes;
        }

        @Override
        public void write(int octet) throws IOException {
            target().write(octet);
        }

        @Override
        public void write(byte[] octets, int from, int length) throws IOException {
            target().write(octets, from, length);
        }

        @Override
        public void flush() throws IOException {
            if (passes != null) {
                passes.flush();
            }
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new IllegalStateException("pages are drawn by one thread");
        }
    }
}
