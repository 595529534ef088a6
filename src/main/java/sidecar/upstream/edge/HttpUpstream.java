package sidecar.upstream.edge;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import sidecar.time.Ticker;
import sidecar.time.Timer;
import sidecar.upstream.Upstream;

/**
 * {@link Upstream} on HttpClient's asynchronous client, HTTP/1.1, one reactor thread. Everything that the client would
 * do by itself is off: retries, redirects, cookies, authentication, decompression.
 */
public final class HttpUpstream implements Upstream, AutoCloseable {

    /** Until a connection is there: name, connecting to whichever of its addresses, and TLS. */
    static final Duration CONNECT = Duration.ofSeconds(10);

    /** More than there will ever be exchanges: what bounds the load is the providers' limits, not this pool. */
    private static final int CONNECTIONS = 20_000;

    /** More of a host's addresses than this do not share the time for connecting: each must be given a chance. */
    private static final int MOST_ADDRESSES = 3;

    private final CloseableHttpAsyncClient client;
    private final CheckedDnsResolver resolver;
    private final Timer timer;

    /**
     * @param blocking where host names are looked up
     * @param refusal why an address may not be connected to; empty when it may
     * @param timer for the time until a connection is there
     */
    public HttpUpstream(
            Executor blocking, Function<InetAddress, Optional<String>> refusal, Ticker ticker, Timer timer) {
        this.timer = timer;
        this.resolver = new CheckedDnsResolver(SystemDefaultDnsResolver.INSTANCE, blocking, refusal, ticker);
        this.client = HttpAsyncClients.custom()
                .setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
                        .setMaxConnTotal(CONNECTIONS)
                        .setMaxConnPerRoute(CONNECTIONS)
                        .setDnsResolver(resolver)
                        .setConnectionConfigResolver(route ->
                                connecting(resolver.count(route.getTargetHost().getHostName())))
                        .setDefaultTlsConfig(TlsConfig.custom()
                                .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                                .setHandshakeTimeout(Timeout.of(CONNECT))
                                .build())
                        .build())
                .setHttp1Config(Http1Config.custom()
                        .setInitialWindowSize(HttpCall.WINDOW)
                        // of each connection, for as long as it lasts; httpcore's own choice is four times that
                        .setBufferSize(8 * 1024)
                        .setMaxLineLength(64 * 1024)
                        .setMaxHeaderCount(200)
                        .build())
                .setIOReactorConfig(IOReactorConfig.custom()
                        .setIoThreadCount(1)
                        .setTcpNoDelay(true)
                        .setSoKeepAlive(true)
                        .setSoTimeout(Timeout.DISABLED)
                        .build())
                .setIoSessionDecorator(PacedSession::new)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.DISABLED)
                        .setConnectionRequestTimeout(Timeout.of(CONNECT))
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .addExecInterceptorLast("abort", HttpUpstream::remember)
                .addExecInterceptorAfter(ChainElement.CONNECT.name(), "began", HttpUpstream::connected)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableConnectionState()
                // shorter than the usual keep-alive of servers, so that a connection is rarely closed under a request
                .evictIdleConnections(TimeValue.ofSeconds(45))
                .evictExpiredConnections()
                .build();
        client.start();
    }

    /** One address after the other is tried, and all of them together within {@link #CONNECT}. */
    private static ConnectionConfig connecting(int addresses) {
        return ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(CONNECT.dividedBy(Math.min(addresses, MOST_ADDRESSES))))
                .setSocketTimeout(Timeout.DISABLED)
                .build();
    }

    /**
     * Hands each call the means to close its connection: cancelling the future does nothing to a connection that came
     * out of the pool (HttpClient 5.6.5).
     */
    private static void remember(
            HttpRequest request,
            AsyncEntityProducer body,
            AsyncExecChain.Scope scope,
            AsyncExecChain chain,
            AsyncExecCallback callback)
            throws HttpException, IOException {
        if (scope.clientContext.getAttribute(HttpCall.ATTRIBUTE) instanceof HttpCall call) {
            call.use(scope.execRuntime);
        }
        chain.proceed(request, body, scope, callback);
    }

    /** From here on bytes leave; before it, also when a request was produced already, none has. */
    private static void connected(
            HttpRequest request,
            AsyncEntityProducer body,
            AsyncExecChain.Scope scope,
            AsyncExecChain chain,
            AsyncExecCallback callback)
            throws HttpException, IOException {
        if (scope.clientContext.getAttribute(HttpCall.ATTRIBUTE) instanceof HttpCall call && !call.connected()) {
            throw new ConnectException("given up while connecting");
        }
        chain.proceed(request, body, scope, callback);
    }

    @Override
    public Call send(Request request, Listener listener) {
        HttpCall call = new HttpCall(request, listener);
        call.connectWithin(timer);
        String host = request.target().getHost();
        resolver.onResolved(
                host,
                () -> call.executeOn(client),
                () -> call.fails(new Failure(Cause.DNS, "the host " + host + " cannot be resolved", false)));
        return call;
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
