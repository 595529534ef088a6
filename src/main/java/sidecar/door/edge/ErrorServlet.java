package sidecar.door.edge;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import sidecar.console.edge.RequestBaseUrl;

/**
 * Where the server's own errors end (web.xml's error-page): one JSON line, never its HTML page, never a stack trace. The
 * server has logged the exception by then.
 */
@WebServlet(urlPatterns = "/error", asyncSupported = true)
public class ErrorServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        if (!(status instanceof Integer code)) {
            byName(request, response);
            return;
        }
        String path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String uri
                ? uri.substring(request.getContextPath().length())
                : "/";
        ErrorBody.send(response, code, path, message(code), type(code), Optional.empty());
    }

    /** Not by an error of the server: PrimeFaces sends browsers here when a page broke. */
    private static void byName(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        String accept = request.getHeader("Accept");
        if (accept != null && accept.contains("text/html")) {
            request.getRequestDispatcher("/broken.xhtml").forward(request, response);
        } else {
            NotFoundServlet.notFound(RequestBaseUrl.path(request), response);
        }
    }

    static String message(int status) {
        return switch (status) {
            case 400 -> "The request could not be understood";
            case 401 -> "Sign in, or send a token";
            case 403 -> "This token may not do that";
            case 404 -> "There is nothing here";
            case 405 -> "This method is not allowed here";
            case 413 -> "The request body is too large";
            case 415 -> "This content type is not supported";
            case 501 -> "This method is not served here";
            default ->
                status >= 500
                        ? "Sidecar could not answer this request; its log says why"
                        : "The request was refused with status " + status;
        };
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "invalid_api_key";
            case 404 -> "not_found";
            case 501 -> "invalid_request_error";
            default -> status >= 500 ? "internal_error" : "invalid_request_error";
        };
    }
}
