package sidecar.exchange.edge;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.glassfish.grizzly.CloseListener;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.ICloseType;
import org.glassfish.grizzly.IOEvent;
import org.glassfish.grizzly.http.server.HttpServerFilter;
import org.glassfish.grizzly.http.server.HttpServerProbe;
import org.glassfish.grizzly.http.server.Response;
import org.glassfish.grizzly.monitoring.MonitoringConfig;
import org.glassfish.grizzly.nio.NIOConnection;

/**
 * The TCP connection behind a servlet request. The servlet API tells nothing of a client that leaves before it is
 * written to, has no way to end an answer as incomplete, and queues 8 MiB for a slow reader; the server's network layer
 * knows better.
 */
@SuppressWarnings("deprecation") // the listener's type parameter, for which this server version has no other
public final class ClientConnection {

    /** What is queued for a slow reader. */
    private static final int QUEUE = 32 * 1024;

    /** What the kernel queues in addition. */
    private static final int SEND_BUFFER = 64 * 1024;

    private final NIOConnection connection;
    private CloseListener<org.glassfish.grizzly.Closeable, ICloseType> listener;

    private ClientConnection(NIOConnection connection) {
        this.connection = connection;
    }

    /** The connection of {@code request}. */
    public static ClientConnection of(HttpServletRequest request) {
        return new ClientConnection((NIOConnection)
                (Object) GrizzlyRequest.network(request).getContext().getConnection());
    }

    /** The server's own object for it. */
    public Connection<?> raw() {
        return (Connection<?>) (Object) connection;
    }

    /**
     * From now on {@code then} is told whenever a request of the same listener has its answer, whoever sent it: all of it
     * is written or queued.
     *
     * @return ends that
     */
    public static Runnable onAnswered(HttpServletRequest request, Consumer<Connection<?>> then) {
        MonitoringConfig<HttpServerProbe> listener =
                GrizzlyRequest.network(request).getHttpFilter().getMonitoringConfig();
        HttpServerProbe probe = new HttpServerProbe.Adapter() {
            @Override
            @SuppressWarnings("rawtypes") // as the server declares it
            public void onRequestCompleteEvent(HttpServerFilter filter, Connection answered, Response response) {
                then.accept(answered);
            }
        };
        listener.addProbes(probe);
        return () -> listener.removeProbes(probe);
    }

    /** Keeps what is queued for a slow reader small, so that it slows its upstream instead. */
    void boundQueue() {
        connection.setMaxAsyncWriteQueueSize(QUEUE);
        try {
            ((SocketChannel) connection.getChannel()).setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
        } catch (IOException closing) {
            // then there is nothing to bound
        }
    }

    /**
     * Calls {@code gone} when the client leaves. Only once the request's body has been read: watching the socket is how
     * the server would begin to read a next request.
     */
    void watch(Runnable gone) {
        listener = (closed, how) -> gone.run();
        connection.addCloseListener(listener);
        try {
            connection.enableIOEvent(IOEvent.READ);
        } catch (IOException closed) {
            gone.run();
        }
    }

    /**
     * Stops watching. Before the client can see the answer's end: it may send its next request at once, and while READ is
     * enabled by us the server gives that to the request that is just being recycled, where it is lost.
     *
     * <p>In one step: the server's {@code disableIOEvent} reads what the selector waits for and writes it back on this thread, and
     * when the selector's thread asked for WRITE between the two, the queued rest of the answer was never sent.
     */
    void forget() {
        if (listener == null) {
            return;
        }
        connection.removeCloseListener(listener);
        listener = null;
        try {
            connection.getSelectionKey().interestOpsAnd(~SelectionKey.OP_READ);
        } catch (CancelledKeyException closed) {
            // then nothing comes any more
        }
    }

    /** Closes it without the ending that would make an answer look complete. */
    void terminate() {
        connection.terminateSilently();
    }
}
