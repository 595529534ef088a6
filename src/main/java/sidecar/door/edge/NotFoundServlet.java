package sidecar.door.edge;

import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import sidecar.console.edge.RequestBaseUrl;

/** The default servlet: leads from {@code /} to the console, and answers 404 for everything that nobody else serves: a page to browsers, JSON to programs. */
@WebServlet(urlPatterns = "/", asyncSupported = true)
public class NotFoundServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        String path = RequestBaseUrl.path(request);
        if ((path.equals("/") || path.isEmpty()) && SafeMethods.reads(request)) {
            if (request.getMethod().equals("HEAD")) {
                return; // agents ask so whether anybody is there
            }
            response.setStatus(HttpServletResponse.SC_FOUND);
            response.setHeader("Location", request.getContextPath() + "/dashboard");
            return;
        }
        if (isBrowser(request, path)) {
            // the page itself tells what happened
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            request.setAttribute("missing", true);
            request.getRequestDispatcher("/broken.xhtml").forward(request, response);
            return;
        }
        notFound(path, response);
    }

    /** Whether a person looks for a page; what is below the interfaces is a program's. */
    private static boolean isBrowser(HttpServletRequest request, String path) {
        String accept = request.getHeader("Accept");
        return SafeMethods.reads(request)
                && accept != null
                && accept.contains("text/html")
                && !path.startsWith("/v1")
                && !path.startsWith("/api");
    }

    static void notFound(String path, HttpServletResponse response) throws IOException {
        ErrorBody.send(response, 404, path, "There is nothing at " + path, "not_found", Optional.of("not_found"));
    }
}
