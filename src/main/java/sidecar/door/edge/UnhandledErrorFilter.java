package sidecar.door.edge;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.glassfish.grizzly.Connection;
import sidecar.console.edge.RequestBaseUrl;
import sidecar.exchange.edge.ClientConnection;
import sidecar.exchange.edge.ProxyServlet;
import sidecar.logging.edge.ClientDisconnects;
import sidecar.logging.edge.LogRateFilter;

/**
 * Where what a page, a resource or the admin interface throws ends: one line of the log, and JSON for the client. The server
 * would write a stack trace for everybody who leaves before the answer, and for every odd header that a library stumbles over.
 */
public class UnhandledErrorFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    private static final System.Logger LOG = System.getLogger(UnhandledErrorFilter.class.getName());

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        // asked for now: a request that broke off may not know it any more
        Connection<?> connection = ClientConnection.of(request).raw();
        boolean stranger = !ProxyServlet.serves(request) && request.getUserPrincipal() == null;
        if (stranger) {
            LogRateFilter.stranger(request.getMethod() + " " + RequestBaseUrl.path(request), connection::isOpen);
        }
        try {
            chain.doFilter(request, response);
        } catch (IOException | ServletException | RuntimeException fault) {
            failed(request, response, connection, fault);
        } finally {
            if (stranger) {
                LogRateFilter.over();
            }
        }
    }

    private static void failed(
            HttpServletRequest request, HttpServletResponse response, Connection<?> connection, Exception fault)
            throws IOException {
        if (!connection.isOpen() || ClientDisconnects.isOne(fault)) {
            LOG.log(System.Logger.Level.DEBUG, "client left before its answer", fault);
            connection.terminateSilently();
            return;
        }
        LOG.log(System.Logger.Level.ERROR, "a request failed", fault);
        if (response.isCommitted() || request.isAsyncStarted()) {
            // the client must not take what it has for a whole answer
            connection.terminateSilently();
            return;
        }
        response.reset();
        ErrorBody.send(
                response,
                HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
                RequestBaseUrl.path(request),
                ErrorServlet.message(HttpServletResponse.SC_INTERNAL_SERVER_ERROR),
                "internal_error",
                Optional.empty());
    }
}
