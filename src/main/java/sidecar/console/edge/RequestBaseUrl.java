package sidecar.console.edge;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** Where a request was sent to. */
public final class RequestBaseUrl {

    /** What a trusted proxy says of it. An attribute, because an injected request is the one from before all filters. */
    private static final String PROXIED = "sidecar.origin";

    private RequestBaseUrl() {}

    /** Notes what the client wrote, where the request itself tells only what the proxy did. */
    public static void proxied(HttpServletRequest request, String origin) {
        request.setAttribute(PROXIED, origin);
    }

    /** Host and port as a trusted proxy was spoken to with; empty when none brought the request. */
    static Optional<String> proxiedHost(HttpServletRequest request) {
        return request.getAttribute(PROXIED) instanceof String origin
                ? Optional.of(origin.substring(origin.indexOf("://") + 3))
                : Optional.empty();
    }

    /** Scheme, host, port and the application's path as the client wrote them, without a slash at the end. */
    public static String of(HttpServletRequest request) {
        return host(request) + request.getContextPath();
    }

    private static String host(HttpServletRequest request) {
        if (request.getAttribute(PROXIED) instanceof String origin) {
            return origin;
        }
        String url = request.getRequestURL().toString();
        return url.substring(0, url.length() - request.getRequestURI().length());
    }

    /** What was asked for below the application's own path, as it was sent: nothing is decoded. */
    public static String path(HttpServletRequest request) {
        String uri = request.getRequestURI();
        String application = request.getContextPath();
        return uri.startsWith(application) ? uri.substring(application.length()) : uri;
    }
}
