package sidecar.console.edge;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import sidecar.address.RequestOrigin;

/** Reads off a servlet request where it was sent to and which page sent it. */
public final class RequestOrigins {

    private RequestOrigins() {}

    /** What the request's headers say of it; where it was sent to, a trusted proxy knows better. */
    public static RequestOrigin of(HttpServletRequest request) {
        String host = request.getHeader("Host");
        return new RequestOrigin(
                RequestBaseUrl.proxiedHost(request).orElse(host == null ? "" : host),
                Optional.ofNullable(request.getHeader("Origin")),
                Optional.ofNullable(request.getHeader("Sec-Fetch-Site")));
    }
}
