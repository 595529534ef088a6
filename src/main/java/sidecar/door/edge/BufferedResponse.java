package sidecar.door.edge;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** A response whose body is kept in memory, for one that is to be rewritten as a whole. Not safe for threads. */
public final class BufferedResponse extends HttpServletResponseWrapper {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 * 1024);
    private final PrintWriter writer = new PrintWriter(bytes, false, StandardCharsets.UTF_8);

    public BufferedResponse(HttpServletResponse response) {
        super(response);
    }

    public String text() {
        writer.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public PrintWriter getWriter() {
        return writer;
    }

    @Override
    public ServletOutputStream getOutputStream() {
        return new Kept();
    }

    @Override
    public void setContentLength(int length) {
        // the rewritten body has another one
    }

    @Override
    public void setContentLengthLong(long length) {
        // the rewritten body has another one
    }

    @Override
    public void flushBuffer() {
        // nothing leaves before it is rewritten
    }

    private final class Kept extends ServletOutputStream {
        @Override
        public void write(int b) {
            bytes.write(b);
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            bytes.write(source, offset, length);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new IllegalStateException("metrics are written in one go");
        }
    }
}
