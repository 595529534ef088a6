package sidecar.exchange.edge;

import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import sidecar.body.RequestBody;
import sidecar.client.ClientToken;
import sidecar.client.ClientTokens;
import sidecar.console.edge.RequestBaseUrl;
import sidecar.exchange.CountTokensEndpoint;
import sidecar.exchange.Exchange;
import sidecar.exchange.RefusalErrors;
import sidecar.protocol.ApiError;
import sidecar.protocol.ApiPath;
import sidecar.protocol.ErrorRenderer;
import sidecar.time.Timer;
import sidecar.upstream.Header;

/** The servlet of {@code /v1}: authenticates the caller, reads the request, and starts an exchange. */
@WebServlet(
        urlPatterns = {"/v1/*", "/chat/completions/*", "/completions/*", "/embeddings/*", "/models", "/models/"},
        asyncSupported = true)
public class ProxyServlet extends HttpServlet {

    private static final System.Logger LOG = System.getLogger(ProxyServlet.class.getName());

    private static final Set<Integer> UNREAD = Set.of(408, 413, 503);
    private static final String REQUEST_ID = "X-Request-Id";
    private static final String MESSAGES = "/v1/messages";

    private final transient ProxyGateway gateway;

    /** For the container, which makes its own subclass. */
    protected ProxyServlet() {
        this.gateway = null;
    }

    @Inject
    public ProxyServlet(ProxyGateway gateway) {
        this.gateway = gateway;
    }

    /** Whether a request is for this servlet, which reads without a thread that waits. */
    public static boolean serves(HttpServletRequest request) {
        return ProxyServlet.class
                .getName()
                .equals(request.getHttpServletMapping().getServletName());
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String id = RequestReader.id(request);
        Optional<ApiPath> path = ApiPath.of(RequestBaseUrl.path(request));
        if (request.getMethod().equals("OPTIONS")) {
            response.setHeader(REQUEST_ID, id);
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            return;
        }
        ClientTokens.AccessDecision decision = gateway.admit(request);
        Optional<ApiError> refusal = refusal(request, path, decision);
        if (refusal.isPresent()) {
            response.setHeader(REQUEST_ID, id);
            answer(response, refusal.get(), errors(request, path, id));
            return;
        }
        ClientToken client = ((ClientTokens.AccessDecision.Allowed) decision).client();
        if (gateway.isAnsweredLocally(request, path.get())) {
            response.setHeader(REQUEST_ID, id);
            gateway.answer(path.get(), client, request, response);
        } else {
            read(new RequestReader(request, id, client, path.get(), gateway.settings()), request);
        }
    }

    /** The list of models has two shapes, by a header of the client's; its errors too. */
    static ErrorRenderer errors(HttpServletRequest request, Optional<ApiPath> path, String id) {
        boolean models =
                path.filter(asked -> asked.kind() == ApiPath.PathKind.MODELS).isPresent();
        return ErrorRenderer.of(models && ProxyGateway.isAnthropic(request) ? ApiPath.of(MESSAGES) : path, id);
    }

    private Optional<ApiError> refusal(
            HttpServletRequest request, Optional<ApiPath> path, ClientTokens.AccessDecision decision) {
        if (decision instanceof ClientTokens.AccessDecision.Denied refused) {
            return Optional.of(unadmitted(refused));
        }
        if (path.isEmpty()) {
            return Optional.of(ApiError.notFound("There is nothing at this path; the API is under /v1."));
        }
        return RequestReader.refusal(request).or(gateway::closed);
    }

    private static ApiError unadmitted(ClientTokens.AccessDecision.Denied refused) {
        return switch (refused.reason()) {
            case UNKNOWN -> ApiError.unknownClient(refused.advice());
            case FOREIGN_HOST -> ApiError.foreignHost(refused.advice());
            case FOREIGN_ORIGIN -> ApiError.forbidden(refused.advice(), "foreign_origin");
        };
    }

    /** Everything after this is answered through the exchange, also what goes wrong. */
    private void read(RequestReader reader, HttpServletRequest request) throws IOException {
        ClientConnection connection = ClientConnection.of(request);
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        try {
            ServletStream stream = new ServletStream(async, connection, gateway.memory());
            Body next = new Body(reader, stream, async, connection);
            BodyReader body = new BodyReader(
                    request.getInputStream(),
                    reader.hasBody() ? request.getContentLengthLong() : 0,
                    gateway.mostBytes(),
                    gateway.bodyStore(),
                    next);
            next.awaited(gateway.timer().after(gateway.settings().deadline(), body::late));
            body.start();
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "client left while it was read", gone);
            connection.terminate();
            async.complete();
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.WARNING, "request could not be read", bug);
            connection.terminate();
            async.complete();
        }
    }

    /** What follows the body. */
    private final class Body implements BodyReader.Completion {
        private final RequestReader reader;
        private final ServletStream stream;
        private final AsyncContext async;
        private final ClientConnection connection;
        private Timer.Timeout patience;

        Body(RequestReader reader, ServletStream stream, AsyncContext async, ClientConnection connection) {
            this.reader = reader;
            this.stream = stream;
            this.async = async;
            this.connection = connection;
        }

        void awaited(Timer.Timeout patience) {
            this.patience = patience;
        }

        @Override
        public void whole(RequestBody body) {
            patience.cancel();
            Optional<ApiError> closed = gateway.closed();
            if (closed.isPresent()) {
                // it stopped while the body came
                body.release();
                refused(closed.get());
                return;
            }
            RequestReader.ParsedRequest result = reader.understand(body);
            Optional<CountTokensEndpoint.CountResult> count = result instanceof RequestReader.ParsedRequest.Good asked
                    ? gateway.count(asked.request())
                    : Optional.empty();
            if (count.isPresent()) {
                body.release();
                counted(count.get());
            } else if (result instanceof RequestReader.ParsedRequest.Good good) {
                Exchange exchange = gateway.enter(good.request(), stream);
                stream.open(exchange);
                exchange.start();
            } else if (result instanceof RequestReader.ParsedRequest.Bad bad) {
                body.release();
                refused(bad.error());
            }
        }

        private void counted(CountTokensEndpoint.CountResult result) {
            if (result instanceof CountTokensEndpoint.CountResult.Estimated counted) {
                answered(response -> json(response, counted.body()));
            } else if (result instanceof CountTokensEndpoint.CountResult.Uncountable uncountable) {
                refused(uncountable.error());
            }
        }

        @Override
        public void refused(ApiError error) {
            patience.cancel();
            answered(response -> {
                if (UNREAD.contains(error.status())) {
                    // the rest of the body is not read: the connection is of no further use
                    response.setHeader("Connection", "close");
                }
                answer(response, error, reader.errors());
            });
        }

        private void answered(ShortAnswer answer) {
            HttpServletResponse response = (HttpServletResponse) async.getResponse();
            response.setHeader(REQUEST_ID, reader.id());
            try {
                answer.write(response);
            } catch (IOException gone) {
                LOG.log(System.Logger.Level.DEBUG, "client left before its refusal", gone);
            } finally {
                async.complete();
            }
        }

        @Override
        public void broken(Throwable cause) {
            patience.cancel();
            LOG.log(System.Logger.Level.DEBUG, "request body broke off", cause);
            connection.terminate();
            async.complete();
        }
    }

    /** An answer without an exchange. */
    @FunctionalInterface
    private interface ShortAnswer {
        void write(HttpServletResponse response) throws IOException;
    }

    /** A short answer of JSON, in one blocking write that fits the buffer. */
    static void json(HttpServletResponse response, byte[] body) throws IOException {
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** A short answer, in one blocking write that fits the buffer. */
    static void answer(HttpServletResponse response, ApiError error, ErrorRenderer renderer) throws IOException {
        response.setStatus(renderer.status(error));
        for (Header line : RefusalErrors.headers(error)) {
            response.setHeader(line.name(), line.value());
        }
        byte[] body = renderer.body(error);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
