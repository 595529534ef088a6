package sidecar.metrics.edge;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import sidecar.access.BearerThrottle;
import sidecar.access.edge.BearerTokens;
import sidecar.console.edge.RequestBaseUrl;
import sidecar.door.edge.BufferedResponse;
import sidecar.door.edge.ErrorBody;
import sidecar.door.edge.SafeMethods;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/**
 * Lets the server write {@code /metrics} and hands it on in V2's words ({@link PrometheusTextRewriter}). The server refuses a
 * browser's Accept header with 406; here everybody gets the Prometheus text.
 */
public class MetricsFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Inject
    private transient Settings settings;

    @Inject
    private transient BearerTokens bearers;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!SafeMethods.readsOrRefuse(request, response)) {
            return;
        }
        if (request.getPathInfo() != null) {
            // the server would answer /metrics/ too, and others below it
            ErrorBody.send(response, 404, "/", "There is only /metrics", "not_found", Optional.empty());
            return;
        }
        if (settings.get(SettingsCatalog.METRICS_AUTH).equals("viewer") && refused(request, response)) {
            return;
        }
        BufferedResponse buffered = new BufferedResponse(response);
        chain.doFilter(new TextPlease(request), buffered);
        byte[] body = PrometheusTextRewriter.plain(buffered.text()).getBytes(StandardCharsets.UTF_8);
        response.setContentType("text/plain; version=0.0.4; charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** Answers who shows no token of ours. */
    private boolean refused(HttpServletRequest request, HttpServletResponse response) throws IOException {
        BearerThrottle.Judgement judgement = bearers.judge(request);
        if (judgement instanceof BearerThrottle.Judgement.TrustedToken) {
            return false;
        }
        boolean wait = judgement instanceof BearerThrottle.Judgement.Wait;
        if (judgement instanceof BearerThrottle.Judgement.Wait waiting) {
            response.setHeader("Retry-After", waiting.seconds());
        } else {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        ErrorBody.send(
                response,
                wait ? 429 : 401,
                RequestBaseUrl.path(request),
                wait
                        ? "Too many wrong tokens came from this address; try again later"
                        : "/metrics asks for the viewer token (metrics_auth): send it as Authorization: Bearer …",
                "invalid_api_key",
                Optional.of("invalid_api_key"));
        return true;
    }

    /** The same request, asking for plain text by GET. */
    private static final class TextPlease extends HttpServletRequestWrapper {
        TextPlease(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getMethod() {
            return "GET";
        }

        @Override
        public String getHeader(String name) {
            return name.equalsIgnoreCase("Accept") ? "text/plain" : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return name.equalsIgnoreCase("Accept")
                    ? Collections.enumeration(List.of("text/plain"))
                    : super.getHeaders(name);
        }
    }
}
