package sidecar.pool.edge.shared;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import sidecar.cluster.LeaderElection;
import sidecar.cluster.NodeName;
import sidecar.console.ChangeNotices;
import sidecar.pool.ProviderPool;
import sidecar.pool.event.UntoldPoolEvents;
import sidecar.time.Ticker;

/**
 * Lets nodes that share a database know what each has learned of upstreams, on a thread of its own, which nobody waits for: at once where it is woken by the pool or
 * by a notice, else twice a second. Where no other node can be, there is none of it.
 */
@ApplicationScoped
public class PoolEventSharing {

    private static final System.Logger LOG = System.getLogger(PoolEventSharing.class.getName());

    private static final String TABLE = "pool_event";
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LAST_ROUND = Duration.ofSeconds(2);

    @Resource(lookup = "java:app/jdbc/sidecar")
    private DataSource database;

    @Resource
    private ManagedThreadFactory threads;

    @Inject
    private NodeName node;

    @Inject
    private LeaderElection leader;

    @Inject
    private ChangeNotices notices;

    @Inject
    private ProviderPool pool;

    @Inject
    private Ticker ticker;

    @Inject
    private InstantSource clock;

    private PoolEventExchange exchange;
    private Semaphore wakes;
    private Thread thread;
    private boolean failing; // of its thread
    private volatile boolean stopped;

    /** Takes up what the others know, and begins; once cooldowns and credential errors are taken up. */
    public void begin() {
        if (node.equals(NodeName.LOCAL)) {
            return;
        }
        wakes = new Semaphore(0);
        UntoldPoolEvents untold = new UntoldPoolEvents(ticker, clock, wakes::release);
        exchange = new PoolEventExchange(
                node, pool, untold, new PoolEventTable(database), () -> notices.announce(TABLE), leader, ticker, clock);
        round();
        pool.onEvent(untold);
        notices.subscribe(TABLE, wakes::release);
        thread = threads.newThread(this::run);
        thread.setName("sidecar-pool-events");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!stopped) {
                if (wakes.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                    wakes.drainPermits(); // one round is for all of them
                }
                round();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() {
        try {
            exchange.run();
            failing = false;
        } catch (SQLException | RuntimeException | LinkageError notNow) {
            if (!failing) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "what is learned of upstreams is not exchanged with other nodes until the database answers: {0}",
                        notNow.toString());
            }
            failing = true;
        }
    }

    /** Ends with a last round; waits for it at most two seconds. Idempotent. */
    @PreDestroy
    public void stop() {
        if (thread == null || stopped) {
            return;
        }
        stopped = true;
        wakes.release();
        try {
            thread.join(LAST_ROUND.toMillis());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
