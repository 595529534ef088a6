package sidecar.exchange.edge;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import sidecar.console.edge.RequestOrigins;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/**
 * Lets web pages read what {@code /v1} answers, streams and errors included, if their origin is one of {@code cors_origins} (Cross-Origin
 * Resource Sharing). It decides about reading only; who may call is {@link ProxyGateway}'s business. Cookies are never involved.
 */
public class CorsFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,2000}");
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";

    /** How long a browser may remember a preflight's answer; setting changes act at once for everything else. */
    private static final String SECONDS = "600";

    @Inject
    private transient Settings settings;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        List<String> allowed = settings.get(SettingsCatalog.CORS_ORIGINS);
        if (!allowed.isEmpty()) {
            response.addHeader("Vary", "Origin");
            if (RequestOrigins.of(request).isOneOf(allowed)) {
                response.setHeader("Access-Control-Allow-Origin", request.getHeader("Origin"));
                response.setHeader("Access-Control-Expose-Headers", "*");
                preflight(request, response);
            }
        }
        chain.doFilter(request, response);
    }

    /** A browser asks before it sends what no form could send, such as a token. */
    private static void preflight(HttpServletRequest request, HttpServletResponse response) {
        if (!request.getMethod().equals("OPTIONS") || request.getHeader("Access-Control-Request-Method") == null) {
            return;
        }
        response.setHeader("Access-Control-Allow-Methods", METHODS);
        String names = request.getHeader("Access-Control-Request-Headers");
        if (names != null && NAMES.matcher(names).matches()) {
            // named one by one: a browser does not take the asterisk for Authorization
            response.setHeader("Access-Control-Allow-Headers", names);
        }
        if ("true".equals(request.getHeader("Access-Control-Request-Private-Network"))) {
            response.setHeader("Access-Control-Allow-Private-Network", "true");
        }
        response.setHeader("Access-Control-Max-Age", SECONDS);
    }
}
