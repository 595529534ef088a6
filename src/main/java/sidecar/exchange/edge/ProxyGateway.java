package sidecar.exchange.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import sidecar.address.AddressRange;
import sidecar.address.RequestOrigin;
import sidecar.body.ByteBudget;
import sidecar.body.RequestBodyStore;
import sidecar.client.AccessSettings;
import sidecar.client.AnonymousAccess;
import sidecar.client.AnonymousCallers;
import sidecar.client.ClientToken;
import sidecar.client.ClientTokens;
import sidecar.console.edge.RequestOrigins;
import sidecar.exchange.ClientRequest;
import sidecar.exchange.CountTokensEndpoint;
import sidecar.exchange.Exchange;
import sidecar.exchange.ExchangeRegistry;
import sidecar.exchange.ExchangeServices;
import sidecar.exchange.ExchangeSettings;
import sidecar.exchange.RefusalErrors;
import sidecar.exchange.response.ClientStream;
import sidecar.protocol.ApiError;
import sidecar.protocol.ApiPath;
import sidecar.provider.ProviderCatalog;
import sidecar.time.Timer;

/** What the servlet needs of other rooms. Made once, at the start. */
public final class ProxyGateway {

    private static final String MODELS = "/v1/models";

    /** What proxies add: the peer is then not the one who asks. */
    private static final List<String> FORWARDING = List.of("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via");

    private final ExchangeServices services;
    private final ExchangeRegistry registry;
    private final Supplier<ClientTokens> clients;
    private final AnonymousCallers openCallers;
    private final Supplier<AccessSettings> access;
    private final RequestBodyStore bodyStore;
    private final LongSupplier mostBytes;

    /**
     * All settings are read at every use.
     *
     * @param openCallers is told who comes in without a token
     * @param access who may come in while no token exists
     * @param mostBytes the longest body that is taken
     */
    public ProxyGateway(
            ExchangeServices services,
            ExchangeRegistry registry,
            Supplier<ClientTokens> clients,
            AnonymousCallers openCallers,
            Supplier<AccessSettings> access,
            RequestBodyStore bodyStore,
            LongSupplier mostBytes) {
        this.services = services;
        this.registry = registry;
        this.clients = clients;
        this.openCallers = openCallers;
        this.access = access;
        this.bodyStore = bodyStore;
        this.mostBytes = mostBytes;
    }

    /** Whether the caller may pass, and as whom. */
    ClientTokens.AccessDecision admit(HttpServletRequest request) {
        Instant now = services.time().clock().instant();
        ClientTokens.AccessDecision decision = clients.get()
                .admit(
                        new ClientTokens.Caller(tokens(request), AddressRange.peer(request.getRemoteAddr())),
                        () -> open(request),
                        now);
        if (decision instanceof ClientTokens.AccessDecision.Allowed let
                && let.client().isOpen()) {
            openCallers.note(
                    request.getRemoteAddr(), Objects.requireNonNullElse(request.getHeader("User-Agent"), ""), now);
        }
        return decision;
    }

    private AnonymousAccess open(HttpServletRequest request) {
        AccessSettings settings = access.get();
        RequestOrigin from = RequestOrigins.of(request);
        return new AnonymousAccess(
                settings.allowOpen(),
                loopback(request) && FORWARDING.stream().allMatch(name -> request.getHeader(name) == null),
                from.namesListener(request.getLocalAddr(), settings.allowedHosts()),
                from.isForeign(settings.corsOrigins()));
    }

    /** Of every header that may carry one: Claude Code fills both, and only one of them with ours. */
    private static List<String> tokens(HttpServletRequest request) {
        List<String> tokens = new ArrayList<>();
        String authorization = request.getHeader("Authorization");
        if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            tokens.add(authorization.substring(7).trim());
        }
        Optional.ofNullable(request.getHeader("x-api-key")).map(String::trim).ifPresent(tokens::add);
        return tokens;
    }

    /** The address of the TCP peer: never what a header says of it. */
    private static boolean loopback(HttpServletRequest request) {
        return AddressRange.peer(request.getRemoteAddr())
                .filter(InetAddress::isLoopbackAddress)
                .isPresent();
    }

    /** Why no exchange begins now; empty when one may. */
    Optional<ApiError> closed() {
        return registry.draining() ? Optional.of(RefusalErrors.draining()) : Optional.empty();
    }

    ExchangeSettings settings() {
        return services.settings().get();
    }

    RequestBodyStore bodyStore() {
        return bodyStore;
    }

    long mostBytes() {
        return mostBytes.getAsLong();
    }

    ByteBudget memory() {
        return services.memory();
    }

    Timer timer() {
        return services.time().timer();
    }

    Exchange enter(ClientRequest request, ClientStream stream) {
        return registry.enter(services, request, stream);
    }

    /** Whether no provider is needed for the answer. */
    boolean isAnsweredLocally(HttpServletRequest request, ApiPath path) {
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        return reads && path.kind() == ApiPath.PathKind.MODELS;
    }

    /** The answer to a question for LLM tokens that no provider has to be asked. */
    Optional<CountTokensEndpoint.CountResult> count(ClientRequest request) {
        return CountTokensEndpoint.of(request, services.catalog().get(), settings());
    }

    /** Whether the client reads Anthropic's shape. */
    static boolean isAnthropic(HttpServletRequest request) {
        return request.getHeader("anthropic-version") != null;
    }

    void answer(ApiPath path, ClientToken client, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ProviderCatalog catalog = services.catalog().get();
        boolean anthropic = isAnthropic(request);
        byte[] body;
        if (path.path().equals(MODELS)) {
            body = anthropic
                    ? AnthropicModelList.page(
                            catalog, client, request.getParameter("after_id"), request.getParameter("limit"))
                    : ModelList.all(catalog, client);
        } else {
            String raw = path.path().substring(MODELS.length() + 1).replace("+", "%2B");
            String model = URLDecoder.decode(raw, StandardCharsets.UTF_8);
            Optional<byte[]> found =
                    anthropic ? AnthropicModelList.one(catalog, client, model) : ModelList.one(catalog, client, model);
            if (found.isEmpty()) {
                ProxyServlet.answer(
                        response, ApiError.modelNotFound(model), ProxyServlet.errors(request, Optional.of(path), ""));
                return;
            }
            body = found.get();
        }
        ProxyServlet.json(response, body);
    }
}
