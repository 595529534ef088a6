package sidecar.pool.edge.shared;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import sidecar.cluster.LeaderElection;
import sidecar.cluster.NodeName;
import sidecar.pool.ProviderPool;
import sidecar.pool.edge.shared.PoolEventTable.NewEvent;
import sidecar.pool.edge.shared.PoolEventTable.StoredEvent;
import sidecar.pool.event.PoolEventJson;
import sidecar.pool.event.RemotePoolEvent;
import sidecar.pool.event.UntoldPoolEvents;
import sidecar.pool.event.UntoldPoolEvents.UntoldEvent;
import sidecar.time.Ticker;

/** Tells other nodes what this one's pool has learned, and this one's pool what the others have, at each {@link #run}. Used by one thread. */
final class PoolEventExchange {

    /** What a node that starts may still have to know is not older, or is stored elsewhere too. */
    private static final Duration KEPT = Duration.ofMinutes(5);

    private static final Duration PRUNED_EVERY = Duration.ofMinutes(1);
    private static final Duration PROBES_TOLD_EVERY = Duration.ofSeconds(3);

    private final NodeName node;
    private final ProviderPool pool;
    private final UntoldPoolEvents untold;
    private final PoolEventTable table;
    private final PoolEventReader reader;
    private final Runnable announce;
    private final LeaderElection leader;
    private final Ticker ticker;
    private final InstantSource clock;
    private boolean first = true;
    private long prunedNanos;
    private long toldProbesNanos;

    /** @param announce wakes other nodes: there is something to read */
    PoolEventExchange(
            NodeName node,
            ProviderPool pool,
            UntoldPoolEvents untold,
            PoolEventTable table,
            Runnable announce,
            LeaderElection leader,
            Ticker ticker,
            InstantSource clock) {
        this.node = node;
        this.pool = pool;
        this.untold = untold;
        this.table = table;
        this.reader = new PoolEventReader(table);
        this.announce = announce;
        this.leader = leader;
        this.ticker = ticker;
        this.clock = clock;
        this.prunedNanos = ticker.nanos();
        this.toldProbesNanos = prunedNanos;
    }

    /** Tells, hears, and deletes what is old. Blocks on the database; what could not be told is told the next time. */
    void run() throws SQLException {
        retellProbes();
        tell();
        hear();
        prune();
    }

    private void retellProbes() {
        long now = ticker.nanos();
        if (now - toldProbesNanos >= PROBES_TOLD_EVERY.toNanos()) {
            toldProbesNanos = now;
            pool.retellProbes();
        }
    }

    private void tell() throws SQLException {
        List<UntoldEvent> events = untold.take();
        if (events.isEmpty()) {
            return;
        }
        boolean told = false;
        try {
            table.add(node, events.stream().map(this::row).toList());
            told = true;
        } finally {
            if (!told) {
                untold.putBack(events);
            }
        }
        announce.run();
    }

    private NewEvent row(UntoldEvent event) {
        return new NewEvent(
                Duration.ofNanos(ticker.nanos() - event.nanos()), PoolEventJson.write(event.event(), event.wall()));
    }

    private void hear() throws SQLException {
        List<StoredEvent> stored = reader.next();
        Instant now = clock.instant();
        pool.apply(stored.stream()
                // what it told before it was started again, it has forgotten
                .filter(event -> first || !event.node().equals(node.value()))
                .flatMap(event -> remote(event, now))
                .toList());
        first = false;
    }

    private static Stream<RemotePoolEvent> remote(StoredEvent stored, Instant now) {
        return PoolEventJson.read(stored.json(), now.minus(stored.age())).stream()
                .map(event -> new RemotePoolEvent(event, stored.age()));
    }

    private void prune() throws SQLException {
        long now = ticker.nanos();
        if (now - prunedNanos >= PRUNED_EVERY.toNanos()) {
            prunedNanos = now;
            if (leader.isLeader()) {
                table.prune(KEPT);
            }
        }
    }
}
