package sidecar.dashboard.edge;

import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Locale;
import sidecar.access.edge.AdminFilter;
import sidecar.cluster.NodeDirectory;
import sidecar.console.edge.PageUser;

/**
 * {@code /dashboard/sse}: one snapshot after the other, as events. V2's path, and the same below {@code /api/admin}.
 * {@link AdminFilter} stands before both.
 */
@WebServlet(
        urlPatterns = {AdminFilter.DASHBOARD_STREAM, "/api/admin" + AdminFilter.DASHBOARD_STREAM},
        asyncSupported = true)
public class DashboardServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Inject
    private transient DashboardHub hub;

    @Inject
    private transient PageUser user;

    @Inject
    private transient NodeDirectory nodes;

    @Override
    protected void doHead(HttpServletRequest request, HttpServletResponse response) {
        head(response);
    }

    private static void head(HttpServletResponse response) {
        response.setContentType("text/event-stream; charset=utf-8");
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("X-Accel-Buffering", "no");
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!hub.hasRoom()) {
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "Too many dashboards are open");
            return;
        }
        head(response);
        nodes.now(); // while it may wait: the first snapshot has sums over them
        AsyncContext context = request.startAsync();
        context.setTimeout(0);
        HttpSession session = request.getHeader("Authorization") == null ? request.getSession(false) : null;
        // pages come with a session; the API, V2's address of this stream included, speaks English
        Locale language = session == null ? Locale.ENGLISH : user.getLocale();
        DashboardListener listener = new DashboardListener(context, session == null ? "" : session.getId(), language);
        listener.begin();
        hub.enter(listener);
    }
}
