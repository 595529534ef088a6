package sidecar.dashboard.edge;

import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import sidecar.cluster.NodeStatus;
import sidecar.console.edge.Format;
import sidecar.console.edge.UiMessages;
import sidecar.json.Json;

/** The Nodes page: what {@code GET /nodes} says. */
@Named("nodes")
@ViewScoped
public class NodesPage implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Seconds between two renewals, and a little more. */
    private static final int NOW = 3;

    @Inject
    private NodesView view;

    @Inject
    private Format format;

    private Map<String, Object> state = Map.of();

    /** Looks anew. */
    @PostConstruct
    public void refresh() {
        state = Json.map(view.json());
    }

    public Map<String, Object> getState() {
        return state;
    }

    @SuppressWarnings("unchecked") // the view writes a list of objects
    public List<Map<String, Object>> getRows() {
        return (List<Map<String, Object>>) state.get("items");
    }

    /** What is known while the database does not answer. */
    public String getOutage() {
        Number age = (Number) state.get("read_seconds_ago");
        return age == null
                ? UiMessages.of("nodes.unread")
                : UiMessages.of("nodes.stale", format.duration(age.longValue()));
    }

    /** The class of its state's word. */
    public String colour(Map<String, Object> row) {
        return switch (row.get("state").toString()) {
            case "member" -> "state-healthy";
            case "gone" -> "state-down";
            case "left" -> "state-disabled";
            default -> "state-degraded";
        };
    }

    /** Of all there are, if there are limits. */
    public String places(Map<String, Object> row) {
        String own = format.number((Number) row.get("places"));
        Number all = (Number) state.get("places_limit");
        return all.longValue() == 0 ? own : UiMessages.of("nodes.places.of", own, format.number(all));
    }

    /** How long ago that was. */
    public String seen(Map<String, Object> row) {
        long seconds = ((Number) row.get("seen_seconds_ago")).longValue();
        return seconds < NOW ? UiMessages.of("nodes.seen.now") : UiMessages.of("time.ago", format.duration(seconds));
    }

    /** What its state means for its places; empty where the word says it all. */
    public String meaning(Map<String, Object> row) {
        return switch (row.get("state").toString()) {
            case "silent" -> silence(((Number) row.get("seen_seconds_ago")).longValue());
            case "joining" -> UiMessages.of("nodes.joining.hint");
            case "gone" -> UiMessages.of("nodes.gone.hint");
            default -> "";
        };
    }

    private String silence(long seconds) {
        Duration left = NodeStatus.STANDING.minusSeconds(seconds);
        String ago = format.duration(seconds);
        return left.isNegative() || left.isZero()
                ? UiMessages.of("nodes.silent.over", ago)
                : UiMessages.of(
                        "nodes.silent.until",
                        ago,
                        format.time(view.now().plus(left)).substring("uuuu-MM-dd ".length()));
    }
}
