package sidecar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.cluster.NodeStatus.NodeState;

class NodeListingTest {

    private static final NodeName SELF = new NodeName("self");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static NodeStatus node(String name, NodeState state) {
        return new NodeStatus(name, state, "3.1.0", Optional.of(Duration.ofHours(1)), 2, 3, 10, SECOND);
    }

    private static NodeListing listing(NodeStatus... nodes) {
        return new NodeListing(List.of(nodes), Optional.of(Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource({"member,0,MEMBER", "member,4999,MEMBER", "member,5000,SILENT", "left,0,LEFT", "gone,600000,GONE"})
    void aMemberThatMissesRenewalsIsSilent(String stored, long silentMillis, NodeState state) {
        assertThat(NodeState.of(stored, Duration.ofMillis(silentMillis))).isEqualTo(state);
    }

    @Test
    void whoAnswersIsWhoRenewedBesidesThisOne() {
        NodeListing listing = listing(
                node("self", NodeState.MEMBER),
                node("other", NodeState.MEMBER),
                node("silent", NodeState.SILENT),
                node("gone", NodeState.GONE));

        assertThat(listing.answering(SELF, SECOND)).extracting(NodeStatus::name).containsExactly("other");
        assertThat(listing.at(Duration.ofMillis(1_001)).answering(SELF, SECOND)).isEmpty();
        assertThat(NodeListing.UNKNOWN.answering(SELF, SECOND)).isEmpty();
    }

    @Test
    void anOldReadingKeepsItsStatesWhileItsMomentsMoveAway() {
        NodeListing old = listing(node("other", NodeState.MEMBER)).at(Duration.ofSeconds(60));

        assertThat(old.isCurrent()).isFalse();
        assertThat(listing().isCurrent()).isTrue();
        assertThat(NodeListing.UNKNOWN.isCurrent()).isFalse();
        NodeStatus other = old.find(new NodeName("other")).orElseThrow();
        assertThat(other.state()).isEqualTo(NodeState.MEMBER);
        assertThat(other.silence()).isEqualTo(Duration.ofSeconds(61));
        assertThat(other.uptime()).contains(Duration.ofMinutes(61));
        assertThat(old.find(SELF)).isEmpty();
    }
}
