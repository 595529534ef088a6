package sidecar.console.edge;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import sidecar.address.RequestOrigin;

/** Reads off a servlet request where it was sent to and which page sent it. */
public final class RequestOrigins {

    private RequestOrigins() {}

    /** What the request's own headers say of it; a proxy's are not asked. */
    public static RequestOrigin of(HttpServletRequest request) {
        String host = request.getHeader("Host");
        return new RequestOrigin(
                host == null ? "" : host,
                Optional.ofNullable(request.getHeader("Origin")),
                Optional.ofNullable(request.getHeader("Sec-Fetch-Site")));
    }
}
