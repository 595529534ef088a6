package sidecar.boot.edge;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/** The default servlet: leads from {@code /} to the console, and answers 404 in JSON for everything that nobody else serves. */
@WebServlet(urlPatterns = "/", asyncSupported = true)
public class NotFoundServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getRequestURI().equals("/") && Methods.reads(request)) {
            response.setStatus(HttpServletResponse.SC_FOUND);
            response.setHeader("Location", "/dashboard");
            return;
        }
        notFound(request.getRequestURI(), response);
    }

    static void notFound(String path, HttpServletResponse response) throws IOException {
        ErrorBody.send(response, 404, path, "There is nothing at " + path, "not_found", Optional.of("not_found"));
    }
}
