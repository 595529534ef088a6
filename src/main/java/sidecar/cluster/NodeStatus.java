package sidecar.cluster;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A node as the database has it.
 *
 * @param name of the node
 * @param version of Sidecar that it runs, or ran last
 * @param uptime since its start; empty when it is no member any more
 * @param inFlight exchanges under way that do not wait
 * @param waiting exchanges that wait for a place
 * @param places of a minute's requests that it owns, over all quota groups
 * @param silence since it renewed its membership last, by the database's clock
 */
public record NodeStatus(
        String name,
        NodeState state,
        String version,
        Optional<Duration> uptime,
        int inFlight,
        int waiting,
        long places,
        Duration silence) {

    /** A member renews its membership once a second: one that has missed a few may be slow, or cut off, or dead. */
    static final Duration QUIET = Duration.ofSeconds(5);

    /** For so long after its last renewal a node goes on with its standing share. */
    public static final Duration STANDING = Duration.ofMinutes(5);

    /** How it stands, in the order in which they are listed. */
    public enum NodeState {
        /** It runs, and is not, or no longer, a member. */
        JOINING,
        /** It renews its membership. */
        MEMBER,
        /** A member that has not been heard of for {@link #QUIET}: it keeps what it owns until it is taken for gone. */
        SILENT,
        /** It gave everything back at an orderly stop. */
        LEFT,
        /** Its silence was so long that its places were taken back. */
        GONE;

        /** Its name in JSON. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * As it stands in the table.
         *
         * @param stored {@code member}, {@code left} or {@code gone}
         * @param silence since it was seen last
         */
        public static NodeState of(String stored, Duration silence) {
            NodeState state = valueOf(stored.toUpperCase(Locale.ROOT));
            return state == MEMBER && silence.compareTo(QUIET) >= 0 ? SILENT : state;
        }

        /** Whether it is a member, silent or not. */
        public boolean isMember() {
            return this == MEMBER || this == SILENT;
        }
    }

    /** The same some time later, when nothing has been heard since. */
    NodeStatus after(Duration time) {
        return new NodeStatus(
                name, state, version, uptime.map(time::plus), inFlight, waiting, places, silence.plus(time));
    }
}
