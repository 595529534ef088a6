package sidecar.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All nodes, as they were read from the database.
 *
 * @param nodes in no particular order
 * @param age since they were read; empty when they never were
 */
public record NodeListing(List<NodeStatus> nodes, Optional<Duration> age) {

    /** Before anything was read. */
    public static final NodeListing UNKNOWN = new NodeListing(List.of(), Optional.empty());

    /** Readings follow each other within a second: one that is older means that the database does not answer. */
    private static final Duration CURRENT = Duration.ofSeconds(4);

    public NodeListing {
        nodes = List.copyOf(nodes);
    }

    /** Whether the database has answered lately. */
    public boolean isCurrent() {
        return age.filter(since -> since.compareTo(CURRENT) < 0).isPresent();
    }

    /** That node, as far as it is known. */
    public Optional<NodeStatus> find(NodeName name) {
        return nodes.stream().filter(node -> node.name().equals(name.value())).findFirst();
    }

    /**
     * Those besides that one which renewed their membership when they were read.
     *
     * @return none when that is longer ago than {@code atMost}
     */
    public List<NodeStatus> answering(NodeName besides, Duration atMost) {
        return age.filter(since -> since.compareTo(atMost) <= 0).isEmpty()
                ? List.of()
                : nodes.stream()
                        .filter(node -> node.state() == NodeStatus.NodeState.MEMBER)
                        .filter(node -> !node.name().equals(besides.value()))
                        .toList();
    }

    /** The same some time after it was read: states stay as they were seen, moments move away. */
    public NodeListing at(Duration later) {
        return new NodeListing(nodes.stream().map(node -> node.after(later)).toList(), Optional.of(later));
    }
}
