package sidecar.admin.edge;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells browsers to keep no page, so that nothing is shown after a sign-out, and to guess nothing. PrimeFaces adds the content security policy. Lets no more
 * visitors to the pages than there is room for.
 */
@WebFilter(
        servletNames = "pages",
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.FORWARD})
public class PageHeaders extends HttpFilter {

    private static final long serialVersionUID = 1L;

    private static final System.Logger LOG = System.getLogger(PageHeaders.class.getName());

    /** How long strangers' sessions last (web.xml). */
    private static final int SECONDS = 120;

    private final AtomicBoolean said = new AtomicBoolean();

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (!request.getServletPath().startsWith("/jakarta.faces.resource")) {
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("Referrer-Policy", "same-origin");
            if (!hasSession(request)) {
                full(response);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    /** Every page needs one, and their number is bounded (glassfish-web.xml). */
    private static boolean hasSession(HttpServletRequest request) {
        try {
            return request.getSession() != null;
        } catch (IllegalStateException tooMany) {
            return false;
        }
    }

    /** Faces would write down a stack trace for each of them, and send browsers from one error to the next. */
    private void full(HttpServletResponse response) throws IOException {
        if (said.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "more visitors than the console has room for: it lets nobody new in until some have gone (said once)");
        }
        response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setHeader("Retry-After", Integer.toString(SECONDS));
        response.setContentType("text/plain; charset=utf-8");
        response.getOutputStream()
                .write("The console has too many visitors at this moment; try again in two minutes.\n"
                        .getBytes(StandardCharsets.UTF_8));
    }
}
