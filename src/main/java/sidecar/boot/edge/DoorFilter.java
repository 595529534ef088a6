package sidecar.boot.edge;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the metrics port to metrics and health. Both listeners share one virtual server, so without this the whole
 * application, admin interface included, would answer on a port that is opened to a monitoring network. Paths are compared
 * as they were sent: an encoded or dotted spelling is simply not one of these.
 */
public class DoorFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Set<String> OPEN =
            Set.of("/metrics", "/health", "/health/live", "/health/ready", "/health/started");

    private transient Listen listen;

    @Override
    public void init() {
        listen = Listen.fromConfig();
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (listen.metricsOnly(request.getLocalPort()) && !OPEN.contains(request.getRequestURI())) {
            ErrorBody.send(
                    response, 404, "/", "This port serves only /metrics and /health", "not_found", Optional.empty());
            return;
        }
        chain.doFilter(request, response);
    }
}
