package sidecar.access.edge;

import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Gives those who have signed in their session, where it is needed: for pages, which keep their state in it, and for the dashboard's stream, which
 * ends with it. After {@link TokenMechanism}, and after the filter that knows whether the browser speaks TLS.
 */
@WebFilter(
        servletNames = "pages",
        urlPatterns = {AdminFilter.DASHBOARD_STREAM, "/api/admin" + AdminFilter.DASHBOARD_STREAM},
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.FORWARD},
        asyncSupported = true)
public class SignInFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Inject
    private transient SignInSessions sessions;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getUserPrincipal() != null && !request.getServletPath().startsWith("/jakarta.faces.resource")) {
            sessions.keep(request, response);
        }
        chain.doFilter(request, response);
    }
}
