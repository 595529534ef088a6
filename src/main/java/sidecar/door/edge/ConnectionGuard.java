package sidecar.door.edge;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.ConnectionProbe;
import org.glassfish.grizzly.monitoring.MonitoringConfig;
import sidecar.door.HttpFramingValidator;
import sidecar.exchange.edge.ClientConnection;
import sidecar.lifecycle.Drainable;
import sidecar.time.Ticker;
import sidecar.time.Timer;

/**
 * The requests on their way in, seen before the server sees them. Closes connections on which one is not framed as it
 * should be, or takes too long to arrive: the server itself reads generously, and its idle timeout begins anew with every
 * byte, so that a head of one byte a minute would keep its connection for weeks
 * (docs/adr/030-requests-are-read-twice.md). Thread-safe; never blocks.
 */
public final class ConnectionGuard extends ConnectionProbe.Adapter implements Drainable, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ConnectionGuard.class.getName());

    private static final Duration LOOK = Duration.ofSeconds(2);

    /** What all heads on their way may take; the server keeps them in memory until they end, at twice that. */
    private static final long MOST_HEAD_BYTES = Runtime.getRuntime().maxMemory() / 16;

    /** A head that is not to blame when others use up all that, unless modest ones alone take half as much again. */
    private static final int MODEST_HEAD_BYTES = 4 * 1024;

    private final Ticker ticker;
    private final Timer timer;
    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();
    private final List<Runnable> probes = new CopyOnWriteArrayList<>(); // each takes one of ours away
    private final Map<Connection<?>, WatchedConnection> connections = new ConcurrentHashMap<>();
    private final AtomicInteger changing = new AtomicInteger();
    private final AtomicLong headBytes = new AtomicLong();
    private volatile String contextPath = "";
    private Timer.Timeout next; // guarded by this, as closed
    private boolean closed;

    public ConnectionGuard(Ticker ticker, Timer timer) {
        this.ticker = ticker;
        this.timer = timer;
        scheduleCheck();
    }

    /** Watches every connection from now on that comes to the port of this request. */
    void watch(HttpServletRequest request) {
        if (ports.add(request.getLocalPort())) {
            contextPath = request.getContextPath();
            MonitoringConfig<ConnectionProbe> transport =
                    ClientConnection.of(request).raw().getTransport().getConnectionMonitoringConfig();
            transport.addProbes(this);
            probes.add(() -> transport.removeProbes(this));
            probes.add(ClientConnection.onAnswered(request, this::answered));
        }
    }

    /** Whether all of this request has come already, so that no thread will wait for more. */
    boolean arrived(HttpServletRequest request) {
        return !watched(ClientConnection.of(request).raw()).arriving();
    }

    /** From now on a thread waits for the body of this request. */
    void awaited(HttpServletRequest request, boolean stranger) {
        watched(ClientConnection.of(request).raw()).bodySince(now(), stranger);
    }

    /** No thread waits for it any more. */
    void served(HttpServletRequest request) {
        watched(ClientConnection.of(request).raw()).bodySince(0, false);
    }

    /** A request that may change something is being served, until {@link #changed}. */
    void changes() {
        changing.incrementAndGet();
    }

    /** One of those is over. */
    void changed() {
        changing.decrementAndGet();
    }

    @Override
    public void drain() {
        // what still comes is quick
    }

    /** An operator who saves something while Sidecar stops is to learn whether it was saved. */
    @Override
    public boolean idle() {
        return changing.get() == 0;
    }

    private WatchedConnection watched(Connection<?> connection) {
        return connections.computeIfAbsent(connection, first -> new WatchedConnection());
    }

    private long now() {
        long nanos = ticker.nanos();
        return nanos == 0 ? 1 : nanos;
    }

    /** Before the server looks at them: what must not go on is taken back, as if it had not been read. */
    @Override
    @SuppressWarnings("rawtypes") // as the server declares it
    public void onReadEvent(Connection connection, Buffer data, int size) {
        if (size <= 0) {
            return;
        }
        WatchedConnection watched = watched(connection);
        int before = watched.headBytes();
        int bad = watched.take(data, size, now());
        int head = watched.headBytes();
        long all = head == before ? 0 : headBytes.addAndGet(head - before);
        boolean tooMuch = all > MOST_HEAD_BYTES && (head > MODEST_HEAD_BYTES || all > MOST_HEAD_BYTES / 2 * 3);
        if (bad > 0 || tooMuch) {
            data.position(data.position() - (tooMuch ? size : bad));
        }
        if (tooMuch) {
            LOG.log(System.Logger.Level.DEBUG, "{0}: too many long heads at once", connection.getPeerAddress());
            connection.terminateSilently();
        } else {
            watched.due().ifPresent(fault -> refuse(connection, watched, fault));
        }
    }

    /** The server has answered one of the connection's requests: perhaps the last one before a fault. */
    private void answered(Connection<?> connection) {
        WatchedConnection watched = connections.get(connection);
        if (watched != null) {
            watched.answered();
            watched.due().ifPresent(fault -> refuse(connection, watched, fault));
        }
    }

    /** Requests before the one that is wrong have been answered; nothing of it or after it reaches the server. */
    private void refuse(Connection<?> connection, WatchedConnection watched, HttpFramingValidator.Fault fault) {
        LOG.log(System.Logger.Level.DEBUG, "{0} is refused: {1}", connection.getPeerAddress(), fault.message());
        watched.refusedSince(now());
        if (fault.head()) {
            MalformedRequestResponse.answer(connection, fault, withoutContext(watched.path()));
        } else if (watched.hasAnswers()) {
            MalformedRequestResponse.end(connection);
        } else {
            connection.terminateSilently();
        }
    }

    private String withoutContext(String path) {
        return path.startsWith(contextPath + "/") ? path.substring(contextPath.length()) : path;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public void onCloseEvent(Connection connection) {
        forget(connection);
    }

    private void forget(Connection<?> connection) {
        WatchedConnection watched = connections.remove(connection);
        if (watched != null) {
            headBytes.addAndGet(-watched.headBytes());
        }
    }

    private void check() {
        try {
            long now = now();
            connections.forEach((connection, watched) -> check(connection, watched, now));
            // counted anew, since a read and an end at the same time may leave something of it behind
            headBytes.set(connections.values().stream()
                    .mapToLong(WatchedConnection::headBytes)
                    .sum());
        } finally {
            scheduleCheck();
        }
    }

    private synchronized void scheduleCheck() {
        if (!closed) {
            next = timer.after(LOOK, this::check);
        }
    }

    /** Watches nothing any more. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            next.cancel();
        }
        probes.forEach(Runnable::run);
        connections.clear();
    }

    private void check(Connection<?> connection, WatchedConnection watched, long now) {
        if (!connection.isOpen()) {
            // its last read was told after its end
            forget(connection);
        } else if (watched.late(now)) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "a request took too long to arrive from {0}",
                    connection.getPeerAddress());
            connection.terminateSilently();
        }
    }
}
