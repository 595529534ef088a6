package sidecar.door.edge;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/**
 * Says who is behind a trusted proxy. First of all filters: whatever is counted by address is counted by the client's, so
 * that one client of the proxy uses up nothing of the others'.
 */
public class ForwardedHeaderFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Inject
    private transient Settings settings;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(ProxiedRequest.of(request, settings.get(SettingsCatalog.TRUSTED_PROXIES)), response);
    }
}
