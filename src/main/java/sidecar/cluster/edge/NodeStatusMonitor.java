package sidecar.cluster.edge;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import sidecar.cluster.NodeDirectory;
import sidecar.cluster.NodeListing;
import sidecar.cluster.NodeStatus;
import sidecar.database.DatabaseLocation;
import sidecar.settings.Settings;
import sidecar.time.Ticker;

/**
 * The nodes, read when somebody asks and once a second at most, on a thread of the server's: whoever looks at a page must not hang where the database does. With
 * H2 it reads nothing.
 */
@ApplicationScoped
@NullUnmarked // the container fills its fields
class NodeStatusMonitor implements NodeDirectory {

    private static final System.Logger LOG = System.getLogger(NodeStatusMonitor.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    @Inject
    private Settings settings;

    @Inject
    private Ticker ticker;

    @Resource(lookup = "java:app/jdbc/sidecar")
    private DataSource database;

    @Resource
    private ManagedExecutorService workers;

    private @Nullable Future<?> reading; // guarded by this, as all below
    private @Nullable List<NodeStatus> nodes;
    private long readNanos;

    @Override
    public boolean isShared() {
        return DatabaseLocation.of(settings).isPostgres();
    }

    @Override
    public NodeListing latest() {
        if (isShared()) {
            begin();
        }
        return known();
    }

    @Override
    public NodeListing now() {
        if (isShared()) {
            begin();
            await(pending());
        }
        return known();
    }

    private synchronized NodeListing known() {
        return nodes == null ? NodeListing.UNKNOWN : new NodeListing(nodes, Optional.of(Duration.ZERO)).at(age());
    }

    private Duration age() {
        return Duration.ofNanos(ticker.nanos() - readNanos);
    }

    /** A reading, if one is due and none is under way. */
    private synchronized void begin() {
        boolean fresh = nodes != null && age().compareTo(INTERVAL) < 0;
        if (!fresh && (reading == null || reading.isDone())) {
            try {
                reading = workers.submit(this::read);
            } catch (RejectedExecutionException stopping) {
                reading = null;
            }
        }
    }

    private synchronized @Nullable Future<?> pending() {
        return reading;
    }

    private void read() {
        long begun = ticker.nanos();
        try {
            List<NodeStatus> found = new NodeStatusQuery(database).read();
            synchronized (this) {
                nodes = found;
                readNanos = begun;
            }
        } catch (SQLException | RuntimeException unanswered) {
            // DatabaseMonitor says it in the log
            LOG.log(System.Logger.Level.DEBUG, "the nodes cannot be read", unanswered);
        }
    }

    private static void await(@Nullable Future<?> reading) {
        try {
            if (reading != null) {
                reading.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException | ExecutionException unanswered) {
            LOG.log(System.Logger.Level.DEBUG, "the nodes are not read yet", unanswered);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
