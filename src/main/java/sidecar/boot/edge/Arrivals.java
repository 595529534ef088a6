package sidecar.boot.edge;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.ConnectionProbe;
import org.glassfish.grizzly.memory.Buffers;
import sidecar.boot.Drainable;
import sidecar.boot.Framing;
import sidecar.exchange.edge.ClientConnection;
import sidecar.time.Ticker;
import sidecar.time.Timer;

/**
 * The requests on their way in, seen before the server sees them. Closes connections on which one is not framed as it
 * should be, or takes too long to arrive: the server itself reads generously, and its idle timeout begins anew with every
 * byte, so that a head of one byte a minute would keep its connection for weeks
 * (docs/adr/030-requests-are-read-twice.md). Thread-safe; never blocks.
 */
public final class Arrivals extends ConnectionProbe.Adapter implements Drainable, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Arrivals.class.getName());

    /** From the first byte of a head to its last. */
    private static final Duration HEAD = Duration.ofSeconds(30);

    /** For the body of a request that a thread waits for. */
    private static final Duration BODY = Duration.ofSeconds(60);

    /** The same for somebody who has shown no token: all that a stranger has to send is a sign-in. */
    private static final Duration STRANGERS_BODY = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofSeconds(2);

    /** What all heads on their way may take; the server keeps them in memory until they end, at twice that. */
    private static final long MOST_HEAD_BYTES = Runtime.getRuntime().maxMemory() / 16;

    /** A head that is not to blame when others use up all that. */
    private static final int MODEST_HEAD_BYTES = 4 * 1024;

    private final Ticker ticker;
    private final Timer timer;
    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();
    private final Map<Connection<?>, Visit> visits = new ConcurrentHashMap<>();
    private final AtomicInteger changing = new AtomicInteger();
    private final AtomicLong headBytes = new AtomicLong();
    private Timer.Timeout next; // guarded by this, as closed
    private boolean closed;

    Arrivals(Ticker ticker, Timer timer) {
        this.ticker = ticker;
        this.timer = timer;
        lookLater();
    }

    /** What is known of one connection. Stamps are zero while there is nothing to wait for. */
    private static final class Visit {
        private final Framing framing = new Framing(); // guarded by this
        private volatile long headSince;
        private volatile long bodySince;
        private volatile Duration bodyLimit = BODY;
        private volatile boolean arriving;

        /** Takes what came last. @return whether it may go on to the server */
        synchronized boolean take(Buffer data, int size, long now) {
            int end = data.position();
            if (data.hasArray()) {
                int base = data.arrayOffset();
                framing.take(data.array(), base + end - size, base + end);
            } else {
                byte[] copy = new byte[size];
                data.position(end - size);
                data.get(copy);
                data.position(end);
                framing.take(copy, 0, size);
            }
            arriving = framing.inRequest();
            headSince = !framing.inHead() ? 0 : headSince == 0 ? now : headSince;
            return framing.fault().isEmpty();
        }

        synchronized Optional<Framing.Fault> fault() {
            return framing.fault();
        }

        synchronized int headBytes() {
            return framing.headBytes();
        }

        /** Whether nothing can be under way on the connection but the head that is wrong. */
        synchronized boolean first() {
            return framing.requests() <= 1;
        }

        boolean late(long now) {
            return late(headSince, HEAD, now) || (arriving && late(bodySince, bodyLimit, now));
        }

        private static boolean late(long since, Duration most, long now) {
            return since != 0 && now - since >= most.toNanos();
        }
    }

    /** Watches every connection from now on that comes to the port of this request. */
    void watch(HttpServletRequest request) {
        if (ports.add(request.getLocalPort())) {
            Connection<?> connection = ClientConnection.of(request).raw();
            connection.getTransport().getConnectionMonitoringConfig().addProbes(this);
        }
    }

    /** Whether all of this request has come already, so that no thread will wait for more. */
    boolean arrived(HttpServletRequest request) {
        return !visit(ClientConnection.of(request).raw()).arriving;
    }

    /** From now on a thread waits for the body of this request. */
    void awaited(HttpServletRequest request, boolean stranger) {
        Visit visit = visit(ClientConnection.of(request).raw());
        visit.bodyLimit = stranger ? STRANGERS_BODY : BODY;
        visit.bodySince = now();
    }

    /** No thread waits for it any more. */
    void served(HttpServletRequest request) {
        visit(ClientConnection.of(request).raw()).bodySince = 0;
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

    private Visit visit(Connection<?> connection) {
        return visits.computeIfAbsent(connection, first -> new Visit());
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
        Visit visit = visit(connection);
        int before = visit.headBytes();
        boolean good = visit.take(data, size, now());
        int head = visit.headBytes();
        long all = head == before ? 0 : headBytes.addAndGet(head - before);
        if (!good || (all > MOST_HEAD_BYTES && head > MODEST_HEAD_BYTES)) {
            data.position(data.position() - size);
            refuse(connection, visit);
        }
    }

    private static void refuse(Connection<?> connection, Visit visit) {
        Optional<Framing.Fault> fault = visit.fault();
        LOG.log(
                System.Logger.Level.DEBUG,
                "{0} is refused: {1}",
                connection.getPeerAddress(),
                fault.map(Framing.Fault::message).orElse("too many long heads at once"));
        if (fault.isPresent() && fault.get().head() && visit.first()) {
            answer(connection, fault.get());
            connection.closeSilently();
        } else {
            connection.terminateSilently();
        }
    }

    @SuppressWarnings({"unchecked", "FutureReturnValueIgnored"}) // bytes pass, and nobody waits until they have
    private static void answer(Connection<?> connection, Framing.Fault fault) {
        String body = ErrorBody.openAi(fault.message(), "invalid_request_error").toString();
        String head = "HTTP/1.1 " + fault.status() + " Refused\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\nConnection: close\r\n\r\n";
        ((Connection<Object>) connection)
                .write(Buffers.wrap(
                        connection.getTransport().getMemoryManager(),
                        (head + body).getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Override
    @SuppressWarnings("rawtypes")
    public void onCloseEvent(Connection connection) {
        forget(connection);
    }

    private void forget(Connection<?> connection) {
        Visit visit = visits.remove(connection);
        if (visit != null) {
            headBytes.addAndGet(-visit.headBytes());
        }
    }

    private void look() {
        try {
            long now = now();
            visits.forEach((connection, visit) -> look(connection, visit, now));
            // counted anew, since a read and an end at the same time may leave something of it behind
            headBytes.set(visits.values().stream().mapToLong(Visit::headBytes).sum());
        } finally {
            lookLater();
        }
    }

    private synchronized void lookLater() {
        if (!closed) {
            next = timer.after(LOOK, this::look);
        }
    }

    /** Watches nothing any more. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        next.cancel();
    }

    private void look(Connection<?> connection, Visit visit, long now) {
        if (!connection.isOpen()) {
            // its last read was told after its end
            forget(connection);
        } else if (visit.late(now)) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "a request took too long to arrive from {0}",
                    connection.getPeerAddress());
            connection.terminateSilently();
        }
    }
}
