package sidecar.boot.edge;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The default servlet: says what this is at {@code /}, and 404 in JSON for everything that nobody else serves. */
@WebServlet(urlPatterns = "/", asyncSupported = true)
public class NotFoundServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final byte[] WELCOME = """
            This is Sidecar, an LLM gateway.
            OpenAI-compatible API: /v1    health: /health    metrics: /metrics    admin API: /api/admin (see docs/operations.md)
            """.getBytes(StandardCharsets.UTF_8);

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getRequestURI().equals("/") && Methods.reads(request)) {
            response.setContentType("text/plain");
            response.setContentLength(WELCOME.length);
            response.getOutputStream().write(WELCOME);
            return;
        }
        notFound(request.getRequestURI(), response);
    }

    static void notFound(String path, HttpServletResponse response) throws IOException {
        ErrorBody.send(response, 404, path, "There is nothing at " + path, "not_found", Optional.of("not_found"));
    }
}
