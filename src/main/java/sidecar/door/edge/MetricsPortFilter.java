package sidecar.door.edge;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sidecar.console.edge.RequestBaseUrl;

/**
 * Keeps the metrics port to metrics and health. Both listeners share one virtual server, so without this the whole
 * application, admin interface included, would answer on a port that is opened to a monitoring network. Paths are compared
 * as they were sent: an encoded or dotted spelling is simply not one of these. On both ports it turns away requests whose
 * end is a matter of opinion, the raw material of request smuggling.
 */
public class MetricsPortFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Set<String> OPEN =
            Set.of("/metrics", "/health", "/health/live", "/health/ready", "/health/started");

    private transient ListenAddresses addresses;

    @Override
    public void init() {
        addresses = ListenAddresses.fromConfig();
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (addresses.metricsOnly(request.getLocalPort()) && !OPEN.contains(RequestBaseUrl.path(request))) {
            ErrorBody.send(
                    response, 404, "/", "This port serves only /metrics and /health", "not_found", Optional.empty());
            return;
        }
        Optional<String> crooked = ambiguousFraming(request);
        if (crooked.isPresent()) {
            response.setHeader("Connection", "close");
            ErrorBody.send(
                    response,
                    400,
                    RequestBaseUrl.path(request),
                    crooked.get(),
                    "invalid_request_error",
                    Optional.empty());
            return;
        }
        chain.doFilter(request, response);
    }

    /** Why two programs in a row could disagree about where this request ends; empty for a straight one. */
    private static Optional<String> ambiguousFraming(HttpServletRequest request) {
        List<String> coding = Collections.list(request.getHeaders("Transfer-Encoding"));
        if (!coding.isEmpty() && request.getHeader("Content-Length") != null) {
            return Optional.of("A request must not have both Content-Length and Transfer-Encoding");
        }
        if (!coding.isEmpty() && !(coding.size() == 1 && coding.get(0).trim().equalsIgnoreCase("chunked"))) {
            return Optional.of("The only Transfer-Encoding of a request is chunked");
        }
        if (!coding.isEmpty() && request.getProtocol().equals("HTTP/1.0")) {
            return Optional.of("HTTP/1.0 has no Transfer-Encoding");
        }
        return Collections.list(request.getHeaders("Host")).size() > 1
                ? Optional.of("A request must have one Host")
                : Optional.empty();
    }
}
