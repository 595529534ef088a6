package sidecar.access.edge;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import sidecar.access.BearerThrottle;
import sidecar.address.RequestOrigin;
import sidecar.console.edge.AdminRequiredException;
import sidecar.console.edge.ConsoleRole;
import sidecar.console.edge.RequestOrigins;
import sidecar.json.ErrorBodies;
import sidecar.json.Json;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/**
 * Guards the admin API: nothing under {@code /api/admin}, nor V2's stream, is reached without a token, but for what the operator
 * opened. Judges by the path that the container parsed, never by the raw one.
 */
@WebFilter(
        urlPatterns = {"/api/admin/*", AdminFilter.DASHBOARD_STREAM},
        asyncSupported = true)
public class AdminFilter extends HttpFilter {

    /** V2's stream of snapshots, the one path outside {@code /api/admin} that is guarded here. */
    public static final String DASHBOARD_STREAM = "/dashboard/sse";

    /** Set on requests that passed; {@link AdminBypassGuard} refuses every other one. */
    static final String PASSED = AdminFilter.class.getName() + ".passed";

    /** What V2 served to everybody. */
    private static final Pattern V2_READS =
            Pattern.compile("/backends(/[^/]+)?|/pools|/stats/[^/]+|/config(/[^/]+)?|" + DASHBOARD_STREAM);

    @Inject
    private transient AdminTokens tokens;

    @Inject
    private transient BearerTokens bearers;

    @Inject
    private transient Settings settings;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        Optional<Refusal> refusal = judge(request);
        if (refusal.isPresent()) {
            refuse(response, refusal.get());
        } else {
            request.setAttribute(PASSED, true);
            chain.doFilter(request, response);
        }
    }

    private record Refusal(int status, String detail, Optional<String> retryAfter) {
        Refusal(int status, String detail) {
            this(status, detail, Optional.empty());
        }
    }

    private Optional<Refusal> judge(HttpServletRequest request) {
        if (!tokens.configured()) {
            return Optional.of(new Refusal(401, "Admin API not configured: set SIDECAR_ADMIN_TOKEN"));
        }
        String authorization = request.getHeader("Authorization");
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        boolean admin = request.isUserInRole(ConsoleRole.ADMIN);
        boolean known = admin || request.isUserInRole(ConsoleRole.VIEWER);
        if (authorization == null || authorization.isBlank()) {
            // A sign-in reads, for the pages' stream and downloads. It never writes: its cookies come along with any
            // page's request, a header does not.
            return reads && (known || isOpen(request))
                    ? Optional.empty()
                    : Optional.of(new Refusal(401, "Missing Authorization header"));
        }
        BearerThrottle.Judgement judgement = bearers.judge(request);
        if (judgement instanceof BearerThrottle.Judgement.Wait wait) {
            return Optional.of(new Refusal(
                    429,
                    "Too many wrong tokens came from this address; try again in " + wait.seconds() + " s",
                    Optional.of(wait.seconds())));
        }
        if (!known || judgement instanceof BearerThrottle.Judgement.WrongToken) {
            return Optional.of(new Refusal(401, "Invalid admin token"));
        }
        return admin || reads
                ? Optional.empty()
                : Optional.of(new Refusal(403, new AdminRequiredException().getMessage()));
    }

    /** Whether a request will come by here; for {@link TokenMechanism}, which runs earlier. */
    static boolean guards(HttpServletRequest request) {
        String path = request.getServletPath();
        return path.equals("/api/admin") || path.startsWith("/api/admin/") || path.equals(DASHBOARD_STREAM);
    }

    private boolean isOpen(HttpServletRequest request) {
        // A path that can be read in two ways is opened in neither.
        boolean plain = request.getRequestURI().chars().noneMatch(c -> c == '%' || c == ';' || c == '\\')
                && !request.getRequestURI().contains("//");
        // the stream's servlet is mapped exactly: what it is asked for is all servlet path
        String path = request.getPathInfo() == null ? request.getServletPath() : request.getPathInfo();
        return plain
                && settings.get(SettingsCatalog.ADMIN_PUBLIC_READ)
                && V2_READS.matcher(path).matches()
                && isOwnPage(request);
    }

    /** What needs no token must not be read by a page that a browser on the operator's network happens to show. */
    private boolean isOwnPage(HttpServletRequest request) {
        RequestOrigin from = RequestOrigins.of(request);
        return from.namesListener(request.getLocalAddr(), settings.get(SettingsCatalog.ALLOWED_HOSTS))
                && !from.isForeign(List.of());
    }

    private static void refuse(HttpServletResponse response, Refusal refusal) throws IOException {
        response.setStatus(refusal.status());
        if (refusal.status() == HttpServletResponse.SC_UNAUTHORIZED) {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        refusal.retryAfter().ifPresent(seconds -> response.setHeader("Retry-After", seconds));
        response.setContentType("application/json");
        byte[] body = Json.write(ErrorBodies.detail(refusal.detail())).getBytes(StandardCharsets.UTF_8);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
