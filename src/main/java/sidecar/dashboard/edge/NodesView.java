package sidecar.dashboard.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import sidecar.admission.Admission;
import sidecar.cluster.NodeDirectory;
import sidecar.cluster.NodeListing;
import sidecar.cluster.NodeName;
import sidecar.cluster.NodeStatus;
import sidecar.cluster.NodeStatus.NodeState;
import sidecar.exchange.ExchangeRegistry;
import sidecar.json.Json;
import sidecar.lifecycle.edge.Version;
import sidecar.limit.QuotaLimits;
import sidecar.metrics.RuntimeReadings;
import sidecar.pool.ProviderPool;

/** The nodes as JSON: this one as it knows itself, the others as the database has them. */
@Named
@ApplicationScoped
public class NodesView {

    private static final Comparator<NodeStatus> ORDER =
            Comparator.comparing(NodeStatus::state).thenComparing(NodeStatus::name);

    @Inject
    private NodeDirectory directory;

    @Inject
    private NodeName self;

    @Inject
    private RuntimeReadings readings;

    @Inject
    private Admission admission;

    @Inject
    private ExchangeRegistry registry;

    @Inject
    private ProviderPool pool;

    @Inject
    private InstantSource clock;

    /** Whether there may be others. */
    public boolean isShared() {
        return directory.isShared();
    }

    Instant now() {
        return clock.instant();
    }

    /** All of them, this one first. Waits two seconds at most for the database. */
    ObjectNode json() {
        NodeListing listing = directory.now();
        List<NodeStatus> all = new ArrayList<>(listing.nodes());
        all.removeIf(node -> node.name().equals(self.value()));
        all.sort(ORDER);
        ObjectNode json = Json.object();
        ArrayNode items = json.putArray("items");
        items.add(item(own(listing)).put("this_node", true));
        all.forEach(node -> items.add(item(node).put("this_node", false)));
        json.put("shared", isShared());
        json.put("places_limit", places());
        json.put("current", !isShared() || listing.isCurrent());
        return json.put(
                "read_seconds_ago", listing.age().map(Duration::toSeconds).orElse(null));
    }

    /** Memory knows its figures better than the database. */
    private NodeStatus own(NodeListing listing) {
        Optional<NodeStatus> known =
                listing.find(self).filter(node -> node.state().isMember());
        int waiting = admission.depth();
        return new NodeStatus(
                self.value(),
                isShared() ? known.map(NodeStatus::state).orElse(NodeState.JOINING) : NodeState.MEMBER,
                Version.CURRENT,
                Optional.of(Duration.ofSeconds(readings.uptimeSeconds())),
                Math.max(0, registry.inFlight() - waiting),
                waiting,
                isShared() ? known.map(NodeStatus::places).orElse(0L) : places(),
                known.map(NodeStatus::silence).orElse(Duration.ZERO));
    }

    /** Of a minute, over all quota groups that have a limit. */
    private long places() {
        return pool.groups().values().stream().mapToLong(QuotaLimits::rpm).sum();
    }

    private static ObjectNode item(NodeStatus node) {
        ObjectNode json = Json.object()
                .put("name", node.name())
                .put("state", node.state().wire())
                .put("version", node.version());
        json.put("uptime_seconds", node.uptime().map(Duration::toSeconds).orElse(null));
        // what those that are gone had last is nothing that there is
        boolean runs = node.uptime().isPresent();
        json.put("in_flight", runs ? node.inFlight() : null).put("waiting", runs ? node.waiting() : null);
        return json.put("places", node.places())
                .put("seen_seconds_ago", node.silence().toSeconds());
    }
}
