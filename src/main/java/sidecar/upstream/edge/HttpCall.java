package sidecar.upstream.edge;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.async.AsyncExecRuntime;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.impl.BasicEntityDetails;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.RequestChannel;
import org.apache.hc.core5.http.protocol.HttpContext;
import sidecar.time.Timer;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;
import sidecar.upstream.UpstreamBody;

/** One call on HttpClient: writes the request's slices, and hands the answer on with back-pressure. */
final class HttpCall implements Upstream.Call, AsyncRequestProducer, AsyncResponseConsumer<Void> {

    static final String ATTRIBUTE = "sidecar.call";

    /** Bytes an upstream may send ahead of what the client took. */
    static final int WINDOW = 65_535;

    private static final Set<String> BODYLESS = Set.of("GET", "HEAD", "DELETE", "OPTIONS");

    /** How far it has come, whether or not it is over. */
    private enum CallProgress {
        CONNECTING,
        /** There was no connection in time: nothing is sent any more. */
        UNCONNECTED,
        SENDING,
        HEAD_CAME
    }

    private final String method;
    private final URI target;
    private final Headers headers;
    private final Upstream.Listener listener;
    private final long length;
    private final UpstreamBody.BodyPass body;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicReference<CallProgress> progress = new AtomicReference<>(CallProgress.CONNECTING);
    private final HttpClientContext context = HttpClientContext.create();
    private final Object lock = new Object();
    private volatile boolean aborted;
    private final boolean bodyless;
    private volatile Future<Void> future;
    private volatile AsyncExecRuntime runtime;
    private volatile FutureCallback<Void> done;
    private volatile Timer.Timeout connecting;
    private ByteBuffer unsent = ByteBuffer.allocate(0); // the reactor's
    private CapacityChannel capacity; // guarded by lock
    private int unreturned; // guarded by lock

    HttpCall(Upstream.Request request, Upstream.Listener listener) {
        // not the request itself: its body is let go of once it was sent, long before a stream ends
        this.method = request.method();
        this.target = request.target();
        this.headers = request.headers();
        this.listener = listener;
        this.length = request.body().length();
        this.body = request.body().read();
        this.bodyless = length == 0 && BODYLESS.contains(method);
    }

    /**
     * Gives it up when there is no connection by then: our own timer for the look-up of the name, connecting and the TLS
     * handshake together, whatever the client's own timeouts make of these. Before anything else is asked of it.
     */
    void connectWithin(Timer timer) {
        connecting = timer.after(HttpUpstream.CONNECT, this::unconnected);
    }

    private void unconnected() {
        if (progress.compareAndSet(CallProgress.CONNECTING, CallProgress.UNCONNECTED)
                && ended.compareAndSet(false, true)) {
            aborted = true;
            releaseRequest();
            end();
            listener.failed(HttpFailureMapper.unconnected(false));
        }
    }

    void executeOn(CloseableHttpAsyncClient client) {
        context.setAttribute(ATTRIBUTE, this);
        if (aborted) {
            return;
        }
        future = client.execute(this, this, null, context, new FutureCallback<Void>() {
            @Override
            public void completed(Void nothing) {}

            @Override
            public void failed(Exception cause) {
                HttpCall.this.failed(cause);
            }

            @Override
            public void cancelled() {}
        });
        if (aborted) {
            end();
        }
    }

    void use(AsyncExecRuntime runtime) {
        this.runtime = runtime;
        if (aborted) {
            runtime.discardEndpoint();
        }
    }

    // the call

    /**
     * Only what was written goes back, and in halves of the window: a constant would switch back-pressure off (httpcore
     * asks again after every read while the window is used up), and every update wakes the reactor.
     */
    @Override
    public void credit(int bytes) {
        CapacityChannel channel;
        int give;
        synchronized (lock) {
            unreturned += bytes;
            channel = capacity;
            if (channel == null || ended.get() || unreturned < WINDOW / 2) {
                return;
            }
            give = unreturned;
            unreturned = 0;
        }
        give(channel, give);
    }

    @Override
    public void updateCapacity(CapacityChannel channel) {
        int give;
        synchronized (lock) {
            capacity = channel;
            give = unreturned;
            unreturned = 0;
        }
        if (give > 0) {
            give(channel, give);
        }
    }

    private void give(CapacityChannel channel, int bytes) {
        try {
            channel.update(bytes);
        } catch (java.io.IOException closed) {
            failed(closed);
        }
    }

    @Override
    public void abort() {
        aborted = true;
        releaseRequest();
        if (!ended.get()) {
            end();
        }
    }

    /** What it needs only until it was sent, or cannot be. Idempotent. */
    private void releaseRequest() {
        body.close();
        connecting.cancel();
    }

    private void end() {
        Future<Void> running = future;
        if (running != null) {
            running.cancel(true);
        }
        AsyncExecRuntime connection = runtime;
        if (connection != null) {
            connection.discardEndpoint();
        }
    }

    // the request

    @Override
    public void sendRequest(RequestChannel channel, HttpContext context)
            throws org.apache.hc.core5.http.HttpException, java.io.IOException {
        String path = target.getRawPath() + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery());
        BasicHttpRequest head = new BasicHttpRequest(
                method, new HttpHost(target.getScheme(), target.getHost(), target.getPort()), path);
        headers.lines().forEach(line -> head.addHeader(line.name(), line.value()));
        channel.sendRequest(head, bodyless ? null : new BasicEntityDetails(length, null), context);
    }

    /**
     * A connection is there, and the request goes out on it now.
     *
     * @return false when it came too late, and nothing may be sent
     */
    boolean connected() {
        if (!progress.compareAndSet(CallProgress.CONNECTING, CallProgress.SENDING)) {
            return false;
        }
        connecting.cancel();
        if (bodyless) {
            listener.sent();
        }
        return true;
    }

    @Override
    public boolean isRepeatable() {
        return false;
    }

    @Override
    public int available() {
        return Math.max(1, unsent.remaining());
    }

    @Override
    public void produce(DataStreamChannel channel) throws java.io.IOException {
        do {
            if (!unsent.hasRemaining()) {
                unsent = body.next();
            }
            if (!unsent.hasRemaining()) {
                body.close();
                channel.endStream();
                listener.sent();
                return;
            }
            channel.write(unsent);
        } while (!unsent.hasRemaining());
    }

    // the answer

    @Override
    public void consumeResponse(
            HttpResponse response, EntityDetails entity, HttpContext context, FutureCallback<Void> done) {
        progress.set(CallProgress.HEAD_CAME);
        List<sidecar.upstream.Header> lines = new ArrayList<>();
        for (Header line : response.getHeaders()) {
            lines.add(new sidecar.upstream.Header(line.getName(), line.getValue() == null ? "" : line.getValue()));
        }
        listener.head(new Upstream.Head(response.getCode(), new Headers(lines)));
        if (entity == null) {
            complete(done);
        } else {
            this.done = done;
        }
    }

    @Override
    public void informationResponse(HttpResponse response, HttpContext context) {}

    @Override
    public void consume(ByteBuffer chunk) {
        listener.data(chunk);
    }

    @Override
    public void streamEnd(List<? extends Header> trailers) {
        complete(done);
    }

    private void complete(FutureCallback<Void> done) {
        if (ended.compareAndSet(false, true)) {
            done.completed(null);
            listener.end();
        }
    }

    /** It cannot even be tried. */
    void fails(Upstream.Failure failure) {
        releaseRequest();
        if (ended.compareAndSet(false, true)) {
            listener.failed(failure);
        }
    }

    @Override
    public void failed(Exception cause) {
        releaseRequest();
        if (ended.compareAndSet(false, true)) {
            CallProgress reached = progress.get();
            boolean headCame = reached == CallProgress.HEAD_CAME;
            listener.failed(
                    HttpFailureMapper.of(cause, headCame || reached == CallProgress.SENDING, headCame, reused()));
        }
    }

    private boolean reused() {
        EndpointDetails connection = context.getEndpointDetails();
        return connection != null && connection.getRequestCount() > 1;
    }

    @Override
    public void releaseResources() {
        releaseRequest();
    }
}
