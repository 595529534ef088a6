package sidecar.access.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import sidecar.json.ErrorBodies;

/**
 * The second lock: a request that reached the API by a way around {@link AdminFilter} goes no further. Also bounds
 * every body.
 */
@Provider
@PreMatching
public class AdminBypassGuard implements ContainerRequestFilter {

    /** Enough for thousands of providers. */
    static final int MAX_BODY = 4 << 20;

    @Context
    private HttpServletRequest servletRequest;

    @Override
    public void filter(ContainerRequestContext request) {
        if (servletRequest.getAttribute(AdminFilter.PASSED) == null) {
            request.abortWith(Response.status(Response.Status.UNAUTHORIZED)
                    .type(MediaType.APPLICATION_JSON_TYPE)
                    .entity(ErrorBodies.detail("Missing Authorization header"))
                    .build());
        } else if (!isPlain(request.getHeaderString(HttpHeaders.CONTENT_ENCODING))) {
            request.abortWith(refused(
                    Response.Status.UNSUPPORTED_MEDIA_TYPE, "Send the body as it is, without Content-Encoding"));
        } else if (request.getLength() > MAX_BODY) {
            request.abortWith(tooLong());
        } else {
            request.setEntityStream(new Bounded(request.getEntityStream()));
        }
    }

    private static boolean isPlain(String coding) {
        return coding == null || coding.isBlank() || coding.strip().equalsIgnoreCase("identity");
    }

    static Response tooLong() {
        return refused(Response.Status.REQUEST_ENTITY_TOO_LARGE, "The body must have at most " + MAX_BODY + " bytes");
    }

    private static Response refused(Response.Status status, String detail) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(ErrorBodies.detail(detail))
                .build();
    }

    /** Counts what is really read: a chunked body announces no length. One that breaks off is the client's fault and no error of ours. */
    private static final class Bounded extends FilterInputStream {
        private int left = MAX_BODY;

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = arrived(buffer, offset, length);
            take(Math.max(n, 0));
            return n;
        }

        private int arrived(byte[] buffer, int offset, int length) {
            try {
                return super.read(buffer, offset, length);
            } catch (IOException cut) {
                throw new ClientErrorException(
                        refused(Response.Status.BAD_REQUEST, "The body broke off before its end"), cut);
            }
        }

        private void take(int bytes) {
            left -= bytes;
            if (left < 0) {
                throw new ClientErrorException(tooLong());
            }
        }
    }
}
