package sidecar.door.edge;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.ConnectionProbe;
import org.glassfish.grizzly.Transport;
import org.glassfish.grizzly.nio.NIOConnection;
import sidecar.body.ByteBudget;
import sidecar.time.Ticker;
import sidecar.time.Timer;

/**
 * Keeps clients that do not read from holding threads and memory. An answer goes into its connection's queue whole, up to
 * {@link #QUEUE_BYTES}, so that no thread waits for its client; what is queued counts in the memory of all; and a
 * connection on which nothing was taken for its patience is closed. Thread-safe; never blocks.
 */
public final class SlowReadGuard extends ConnectionProbe.Adapter implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SlowReadGuard.class.getName());

    /** More than any page and any of its parts; a longer answer waits on its thread, which the number of these bounds. */
    static final int QUEUE_BYTES = 2 << 20;

    /** What the kernel takes in addition: as it comes, it takes megabytes on a loopback. */
    private static final int SEND_BUFFER_BYTES = 256 * 1024;

    /** So much of earlier answers may be unread when the next request of a connection is served. */
    static final int PIPELINED_BYTES = 64 * 1024;

    /** Of pages and the admin interface on all connections together. */
    private static final long MAX_UNREAD_BYTES = Runtime.getRuntime().maxMemory() / 16;

    /** Of the same on all connections of one address: whoever opens new ones all the time uses up only his own room. */
    private static final long MAX_UNREAD_BYTES_OF_ONE_ADDRESS = MAX_UNREAD_BYTES / 4;

    /** Who has read within this time is not closed for others. */
    private static final Duration RECENT = Duration.ofSeconds(1);

    /** What an answer is. */
    enum AnswerKind {
        /**
         * Of {@code /v1}: an agent may stop reading it for as long as is usual for proxies. It queues little, and slows its
         * upstream instead; so it counts in the memory of all, and takes no room from pages.
         */
        RELAYED(Duration.ofSeconds(60)),
        /** Of a page, the admin interface, anything else: made whole, whether it is read or not. */
        OWN(Duration.ofSeconds(10));

        private final Duration timeout;

        AnswerKind(Duration timeout) {
            this.timeout = timeout;
        }
    }

    private static final Duration SWEEP = Duration.ofSeconds(2);

    private static final Duration FOREVER = Duration.ofDays(1);

    private final Ticker ticker;
    private final Timer timer;
    private final ByteBudget memory;
    private final ByteBudget.Share share;
    private final Set<Transport> transports = ConcurrentHashMap.newKeySet();
    private final Map<Connection<?>, Unread> connections = new ConcurrentHashMap<>();
    private final AtomicLong unreadBytes = new AtomicLong();
    private Timer.Timeout next; // guarded by this, as closed
    private boolean closed;

    public SlowReadGuard(Ticker ticker, Timer timer, ByteBudget memory) {
        this.ticker = ticker;
        this.timer = timer;
        this.memory = memory;
        this.share = memory.share();
        sweepLater();
    }

    private record Stalled(Connection<?> connection, long bytes, long nanos) {}

    /** What a client has not taken yet. */
    private static final class Unread {
        private long bytes; // guarded by this, as all below
        private long sinceNanos;
        private AnswerKind kind = AnswerKind.OWN;
        private String address = "";

        /** @return how many bytes more are unread than when it was looked at last */
        synchronized long update(int queued, boolean progress, long now) {
            if (bytes == 0 || progress) {
                sinceNanos = now;
            }
            long more = queued - bytes;
            bytes = queued;
            return more;
        }

        synchronized void serve(String client, AnswerKind next) {
            address = client;
            kind = next;
        }

        synchronized long ownBytes() {
            return kind == AnswerKind.OWN ? bytes : 0;
        }

        synchronized long ownBytesOf(String client) {
            return address.equals(client) ? ownBytes() : 0;
        }

        synchronized long bytes() {
            return bytes;
        }

        synchronized long stalledNanos(long now) {
            return bytes == 0 ? 0 : now - sinceNanos;
        }

        synchronized boolean late(long now, Duration longest) {
            return bytes > 0 && stalledNanos(now) >= Math.min(kind.timeout.toNanos(), longest.toNanos());
        }
    }

    /**
     * A request has come on that connection.
     *
     * @param address of its client, or of the network that counts as one
     * @param kind what its answer will be
     * @return whether it may be served; when not, its connection is closed already
     */
    boolean admits(Connection<?> connection, String address, AnswerKind kind) {
        Transport transport = connection.getTransport();
        if (transports.add(transport)) {
            connection.getTransport().getConnectionMonitoringConfig().addProbes(this);
        }
        Unread unread = connections.computeIfAbsent(connection, first -> boundSendBuffer(connection));
        unread.serve(address, kind);
        check(connection, unread, false);
        if (unread.bytes() > PIPELINED_BYTES) {
            end(connection, "asks on without reading");
            return false;
        }
        NIOConnection network = (NIOConnection) (Object) connection;
        network.setMaxAsyncWriteQueueSize(QUEUE_BYTES);
        network.setWriteTimeout(kind.timeout.toMillis(), TimeUnit.MILLISECONDS);
        return true;
    }

    private static Unread boundSendBuffer(Connection<?> connection) {
        try {
            ((SocketChannel) ((NIOConnection) (Object) connection).getChannel())
                    .setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
        } catch (IOException closing) {
            // then there is nothing to bound
        }
        return new Unread();
    }

    /**
     * Whether what clients have not read of pages and the admin interface, that one and all together, leaves room for another
     * such answer to that one; closes the worst of them to make some.
     */
    boolean hasRoomFor(String address) {
        if (unreadBytes.get() <= MAX_UNREAD_BYTES_OF_ONE_ADDRESS) {
            return true;
        }
        return makeRoom(unread -> unread.ownBytesOf(address), MAX_UNREAD_BYTES_OF_ONE_ADDRESS)
                && makeRoom(Unread::ownBytes, MAX_UNREAD_BYTES);
    }

    private boolean makeRoom(ToLongFunction<Unread> counted, long max) {
        long unread = connections.values().stream().mapToLong(counted).sum();
        if (unread <= max) {
            return true;
        }
        for (Stalled worst : stalled(counted)) {
            end(worst.connection(), "does not read while others have no room");
            unread -= worst.bytes();
            if (unread <= max) {
                return true;
            }
        }
        return false;
    }

    /** Those of which something is counted, and which have not read for a while; the longest first. */
    private List<Stalled> stalled(ToLongFunction<Unread> counted) {
        long now = ticker.nanos();
        return connections.entrySet().stream()
                // looked at once: it changes while they are put in order
                .map(entry -> new Stalled(
                        entry.getKey(),
                        counted.applyAsLong(entry.getValue()),
                        entry.getValue().stalledNanos(now)))
                .filter(stalled -> stalled.bytes() > 0 && stalled.nanos() >= RECENT.toNanos())
                .sorted(Comparator.comparingLong(Stalled::nanos).reversed())
                .toList();
    }

    /** The answer to the request on that connection has been written. */
    void answered(Connection<?> connection) {
        Unread unread = connections.get(connection);
        if (unread != null) {
            check(connection, unread, false);
        }
    }

    private void check(Connection<?> connection, Unread unread, boolean progress) {
        int queued = connection.isOpen()
                ? ((NIOConnection) (Object) connection).getAsyncWriteQueue().spaceInBytes()
                : 0;
        count(unread.update(queued, progress, ticker.nanos()));
    }

    private void count(long more) {
        if (more != 0) {
            unreadBytes.addAndGet(more);
            share.add(more);
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as the server declares it
    public void onWriteEvent(Connection connection, Buffer data, long size) {
        Unread unread = size > 0 ? connections.get(connection) : null;
        if (unread != null) {
            check(connection, unread, true);
        }
    }

    @Override
    @SuppressWarnings("rawtypes")
    public void onCloseEvent(Connection connection) {
        forget(connection);
    }

    private void forget(Connection<?> connection) {
        Unread unread = connections.remove(connection);
        if (unread != null) {
            count(unread.update(0, false, ticker.nanos()));
        }
    }

    private void end(Connection<?> connection, String why) {
        LOG.log(System.Logger.Level.DEBUG, "{0} is closed: it {1}", connection.getPeerAddress(), why);
        forget(connection);
        connection.terminateSilently();
    }

    private void sweep() {
        try {
            connections.forEach(this::sweep);
            // counted anew, since a write and an end at the same time may leave something behind
            count(connections.values().stream().mapToLong(Unread::bytes).sum() - unreadBytes.get());
        } finally {
            sweepLater();
        }
    }

    private void sweep(Connection<?> connection, Unread unread) {
        check(connection, unread, false);
        if (!connection.isOpen()) {
            forget(connection);
        } else if (unread.late(ticker.nanos(), memory.isShort() ? AnswerKind.OWN.timeout : FOREVER)) {
            end(connection, "takes nothing of its answer");
        }
    }

    private synchronized void sweepLater() {
        if (!closed) {
            next = timer.after(SWEEP, this::sweep);
        }
    }

    /** Watches nothing any more. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            next.cancel();
        }
        transports.forEach(
                transport -> transport.getConnectionMonitoringConfig().removeProbes(this));
        connections.clear();
        share.close();
    }
}
