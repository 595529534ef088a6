package sidecar.door.edge;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import sidecar.json.Json;
import sidecar.lifecycle.edge.ProcessPhase;
import sidecar.lifecycle.edge.Version;

/**
 * Answers {@code /health} as V2 did: 200 and "ok" while serving, else 503 and the stage the process is in. A filter and
 * not a servlet: MicroProfile Health does not register its own {@code /health/live} and {@code /health/ready} in an
 * application that maps a servlet to {@code /health}.
 */
public class HealthFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Inject
    private transient ProcessPhase lifecycle;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException {
        if (!SafeMethods.readsOrRefuse(request, response)) {
            return;
        }
        ProcessPhase.Phase phase = lifecycle.phase();
        boolean serving = phase == ProcessPhase.Phase.READY;
        ErrorBody.json(
                response,
                serving ? 200 : 503,
                Json.write(Json.object()
                        .put("status", serving ? "ok" : phase.name().toLowerCase(Locale.ROOT))
                        .put("version", Version.CURRENT)
                        .put("uptime_seconds", lifecycle.uptime().toSeconds())));
    }
}
