package sidecar.door.edge;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import sidecar.body.ByteBudget;

/**
 * A request of the admin interface, whose body is read whole and becomes a tree: up to a bound, and counted in the memory of
 * all at what the tree takes. Of one request, one thread's; to be closed after it.
 */
final class BoundedBodyRequest extends HttpServletRequestWrapper implements AutoCloseable {

    /** A configuration of 2,000 providers has about half of it. */
    static final int MAX_BYTES = 4 << 20;

    /** What a tree of JSON takes for each byte of its text, roughly. */
    private static final int EXPANSION = 8;

    /** So much is read however short memory is. */
    private static final int SMALL = 16 * 1024;

    private final ByteBudget memory;
    private final ByteBudget.Share held;

    BoundedBodyRequest(HttpServletRequest request, ByteBudget memory) {
        super(request);
        this.memory = memory;
        this.held = memory.share();
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        return new Counted(super.getInputStream());
    }

    /** The body is not held any more. */
    @Override
    public void close() {
        held.close();
    }

    private final class Counted extends ServletInputStream {
        private final ServletInputStream in;
        private final long declared = getContentLengthLong();
        private long read;

        Counted(ServletInputStream in) {
            this.in = in;
        }

        private void count(int bytes) {
            read += Math.max(0, bytes);
            held.add((long) Math.max(0, bytes) * EXPANSION);
            if (Math.max(read, declared) > MAX_BYTES) {
                throw new ClientErrorException(
                        "The body is longer than " + MAX_BYTES + " bytes; send it in parts",
                        Response.Status.REQUEST_ENTITY_TOO_LARGE);
            }
            if (read > SMALL && memory.isShort()) {
                throw new ServiceUnavailableException("There is no memory for this body now; try again", 1L);
            }
        }

        @Override
        public int read() throws IOException {
            int octet = in.read();
            count(octet < 0 ? 0 : 1);
            return octet;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int n = in.read(bytes, from, length);
            count(n);
            return n;
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }

        @Override
        public boolean isFinished() {
            return in.isFinished();
        }

        @Override
        public boolean isReady() {
            return in.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("the admin interface reads on its thread");
        }
    }
}
