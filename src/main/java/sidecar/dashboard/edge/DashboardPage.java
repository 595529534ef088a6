package sidecar.dashboard.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import sidecar.console.edge.PageUser;
import sidecar.console.edge.UiMessages;
import sidecar.json.Json;

/** The dashboard lives in the browser, on the stream of snapshots; this hands it its words. */
@Named("dashboard")
@RequestScoped
public class DashboardPage {

    /** What dashboard.js says, each under {@code dashboard.live.}. */
    private static final List<String> TEXTS = List.of(
            "live",
            "lost",
            "of",
            "total",
            "hour",
            "last_minute",
            "refused_short",
            "refused",
            "free",
            "no_limit",
            "fits",
            "waiting",
            "and_more",
            "nobody",
            "some_cooling",
            "ok",
            "failed",
            "capacity",
            "prompt",
            "completion",
            "latency",
            "ttft",
            "wait_mean",
            "wait_most",
            "in_flight",
            "window",
            "free_in",
            "cooling_left",
            "more_keys",
            "fallback",
            "since",
            "half_open",
            "nodes");

    /** As the table of providers calls them too. */
    private static final List<String> STATES = List.of("healthy", "degraded", "down", "cooling", "error", "disabled");

    /** As the page Usage says it. */
    private static final List<String> PRICES = List.of("no_price", "no_price_hint");

    @Inject
    private PageUser user;

    /** As JSON. */
    public String getTexts() {
        ObjectNode texts = Json.object();
        TEXTS.forEach(name -> texts.put(name, UiMessages.in(user.getLocale(), "dashboard.live." + name)));
        STATES.forEach(name -> texts.put(name, UiMessages.in(user.getLocale(), "providers.state_" + name)));
        PRICES.forEach(name -> texts.put(name, UiMessages.in(user.getLocale(), "usage." + name)));
        return Json.write(texts);
    }
}
