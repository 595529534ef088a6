package sidecar.admin.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import sidecar.json.Problems;

/**
 * The second lock: a request that reached the API by a way around {@link AdminFilter} goes no further. Also bounds
 * every body.
 */
@Provider
@PreMatching
public class PassedOnly implements ContainerRequestFilter {

    /** Enough for thousands of providers. */
    static final int MAX_BODY = 4 << 20;

    @Context
    private HttpServletRequest servletRequest;

    @Override
    public void filter(ContainerRequestContext request) {
        if (servletRequest.getAttribute(AdminFilter.PASSED) == null) {
            request.abortWith(Response.status(Response.Status.UNAUTHORIZED)
                    .type(MediaType.APPLICATION_JSON_TYPE)
                    .entity(Problems.detail("Missing Authorization header"))
                    .build());
        } else if (request.getLength() > MAX_BODY) {
            request.abortWith(tooLong());
        } else {
            request.setEntityStream(new Bounded(request.getEntityStream()));
        }
    }

    static Response tooLong() {
        return Response.status(Response.Status.REQUEST_ENTITY_TOO_LARGE)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(Problems.detail("The body must have at most " + MAX_BODY + " bytes"))
                .build();
    }

    /** Counts what is really read: a chunked body announces no length. */
    private static final class Bounded extends FilterInputStream {
        private int left = MAX_BODY;

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            take(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = super.read(buffer, offset, length);
            take(Math.max(n, 0));
            return n;
        }

        private void take(int bytes) {
            left -= bytes;
            if (left < 0) {
                throw new ClientErrorException(tooLong());
            }
        }
    }
}
