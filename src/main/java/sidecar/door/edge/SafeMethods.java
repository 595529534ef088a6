package sidecar.door.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/** Which HTTP methods are safe (RFC 9110 §9.2.1): they change nothing. */
public final class SafeMethods {
    private SafeMethods() {}

    static boolean reads(HttpServletRequest request) {
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    }

    /** True for GET and HEAD; anything else has been answered with 405. */
    public static boolean readsOrRefuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (reads(request)) {
            return true;
        }
        response.setHeader("Allow", "GET, HEAD");
        ErrorBody.send(
                response,
                405,
                "/",
                "Only GET is allowed here",
                "invalid_request_error",
                Optional.of("method_not_allowed"));
        return false;
    }
}
