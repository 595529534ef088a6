package sidecar.console.edge;

import jakarta.servlet.http.HttpServletRequest;

/** Where a request was sent to. */
public final class Origin {

    private Origin() {}

    /** Scheme, host and port as the client wrote them, without a slash at the end. */
    public static String of(HttpServletRequest request) {
        String url = request.getRequestURL().toString();
        return url.substring(0, url.length() - request.getRequestURI().length());
    }
}
