package sidecar.probe;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import sidecar.body.RequestBody;
import sidecar.failure.FailureClass;
import sidecar.failure.FailureClassifier;
import sidecar.pool.Lease;
import sidecar.pool.ProviderPool;
import sidecar.protocol.ApiPath;
import sidecar.protocol.ResponseJson;
import sidecar.provider.ApiProtocol;
import sidecar.provider.ModelMapping;
import sidecar.provider.Provider;
import sidecar.provider.ProviderProbe;
import sidecar.time.TimeSource;
import sidecar.upstream.Header;
import sidecar.upstream.HeaderRules;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;
import sidecar.upstream.UpstreamBody;

/**
 * Requests of Sidecar's own to one provider, for an operator who wants to know and for health probes. A chat takes its
 * place in the window like any other request: the upstream counts it too. Thread-safe; never blocks.
 */
public final class UpstreamProbe implements ProviderProbe {

    private static final List<String> BOUNDS = List.of("max_tokens", "max_completion_tokens", "max_output_tokens");

    private final ProviderPool pool;
    private final Upstream upstream;
    private final Supplier<FailureClassifier> failures;
    private final TimeSource time;
    private final Duration patience;
    private final String userAgent;

    /** @param patience for a whole answer to an operator's question */
    public UpstreamProbe(
            ProviderPool pool,
            Upstream upstream,
            Supplier<FailureClassifier> failures,
            TimeSource time,
            Duration patience,
            String userAgent) {
        this.pool = pool;
        this.upstream = upstream;
        this.failures = failures;
        this.time = time;
        this.patience = patience;
        this.userAgent = userAgent;
    }

    // for operators

    @Override
    public CompletionStage<Result> chat(Provider provider) {
        Optional<String> named = provider.mappings().values().stream()
                .map(ModelMapping::nativeId)
                .filter(id -> !id.equals(ModelMapping.ANY))
                .findFirst();
        if (named.isPresent()) {
            return chat(provider, named.get());
        }
        // only "*" is mapped: take any model that the upstream lists
        return models(provider)
                .thenCompose(listing -> listing.models().isEmpty()
                        ? CompletableFuture.completedFuture(
                                listing.result().ok()
                                        ? nothing("the upstream lists no model to test with: map one by name")
                                        : listing.result())
                        : chat(provider, listing.models().get(0)));
    }

    private CompletionStage<Result> chat(Provider provider, String nativeId) {
        return pool.leaseFor(provider)
                .<CompletionStage<Result>>map(lease -> chat(lease, nativeId, patience)
                        .thenApply(response -> ProbeOutcome.of(failures.get(), provider, response, true)
                                .result())
                        .whenComplete((result, never) -> lease.close()))
                .orElseGet(() -> CompletableFuture.completedFuture(
                        nothing("every request of this minute is used: try again in a minute")));
    }

    @Override
    public CompletionStage<Listing> models(Provider provider) {
        return get(provider, "/v1/models", patience).thenApply(response -> {
            Result result =
                    ProbeOutcome.of(failures.get(), provider, response, false).result();
            if (!result.ok()) {
                return new Listing(result, List.of());
            }
            return ModelListReader.read(response.text())
                    .map(models -> new Listing(result, models))
                    .orElseGet(() -> new Listing(noList(response), List.of()));
        });
    }

    private static Result noList(ProbeRequest.ProbeResponse response) {
        return new Result(
                false,
                response.status(),
                response.latencyMs(),
                FailureClass.BAD_SUCCESS.wire(),
                "HTTP " + response.status()
                        + ", but what came is no list of models: check api_base_url, or map the models by" + " name");
    }

    private static Result nothing(String message) {
        return new Result(false, 0, 0, "", message);
    }

    // for health

    @Override
    public CompletionStage<Result> reach(Provider provider, String target, Duration patience) {
        return get(provider, target, patience)
                .thenApply(response -> ProbeOutcome.of(failures.get(), provider, response, false)
                        .result());
    }

    @Override
    public CompletionStage<Optional<Result>> attempt(Provider provider, String model, Duration patience) {
        return pool.leaseForProbe(provider, model, chatPath(provider).use())
                .<CompletionStage<Optional<Result>>>map(
                        lease -> chat(lease, lease.mapping().wireName(model), patience)
                                .thenApply(response -> Optional.of(report(lease, response)))
                                .whenComplete((result, never) -> lease.close()))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
    }

    /** Tells the pool what every attempt tells. */
    private Result report(Lease lease, ProbeRequest.ProbeResponse response) {
        ProbeOutcome outcome = ProbeOutcome.of(failures.get(), lease.provider(), response, true);
        if (outcome.verdict().isPresent()) {
            if (!response.nobodysFault()) {
                lease.failed(outcome.failed(time.clock().instant()));
            }
        } else {
            ResponseJson answer = response.answer();
            if (answer != null && answer.usage != null) {
                lease.cost(answer.usage.total());
            }
            lease.succeeded(response.status());
        }
        return outcome.result();
    }

    // asking

    /** With one LLM token; where the model wants more of them, or another name for that, once more. */
    private CompletableFuture<ProbeRequest.ProbeResponse> chat(Lease lease, String nativeId, Duration patience) {
        return chat(lease, nativeId, "max_tokens", 1, patience)
                .thenCompose(response -> refusesTokenLimit(response)
                        ? retry(lease.provider(), nativeId, patience)
                                .orElse(CompletableFuture.completedFuture(response))
                        : CompletableFuture.completedFuture(response));
    }

    private static boolean refusesTokenLimit(ProbeRequest.ProbeResponse response) {
        return (response.status() == 400 || response.status() == 422)
                && BOUNDS.stream().anyMatch(response.peek()::contains);
    }

    /** On a place of its own; empty where there is none. */
    private Optional<CompletableFuture<ProbeRequest.ProbeResponse>> retry(
            Provider provider, String nativeId, Duration patience) {
        return pool.leaseFor(provider)
                .map(lease -> chat(lease, nativeId, "max_completion_tokens", 16, patience)
                        .whenComplete((response, never) -> lease.close()));
    }

    private CompletableFuture<ProbeRequest.ProbeResponse> chat(
            Lease lease, String nativeId, String bound, int tokens, Duration patience) {
        boolean anthropic = isAnthropic(lease.provider());
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("model", nativeId)
                .put(anthropic ? "max_tokens" : bound, tokens);
        body.putArray("messages").addObject().put("role", "user").put("content", "ping");
        String path = lease.provider().endpoint().api().chatPath();
        return ask(lease.provider(), "POST", path, body.toString(), request(patience, Optional.of(lease)));
    }

    private static ApiPath chatPath(Provider provider) {
        return ApiPath.of(provider.endpoint().api().chatPath()).orElseThrow();
    }

    private static boolean isAnthropic(Provider provider) {
        return provider.endpoint().api() == ApiProtocol.ANTHROPIC_MESSAGES;
    }

    private CompletableFuture<ProbeRequest.ProbeResponse> get(Provider provider, String target, Duration patience) {
        return ask(provider, "GET", target, "", request(patience, Optional.empty()));
    }

    private ProbeRequest request(Duration patience, Optional<Lease> lease) {
        return new ProbeRequest(upstream, time, patience, lease);
    }

    private CompletableFuture<ProbeRequest.ProbeResponse> ask(
            Provider provider, String method, String target, String body, ProbeRequest request) {
        if (provider.endpoint().key().isEmpty()) {
            return CompletableFuture.completedFuture(ProbeRequest.ProbeResponse.failed(
                    FailureClass.CREDENTIAL, "its key is missing or cannot be read: enter it", false));
        }
        List<Header> client = body.isEmpty()
                ? List.of(new Header("Accept", "application/json"))
                : List.of(new Header("Accept", "application/json"), new Header("Content-Type", "application/json"));
        Headers headers = HeaderRules.toUpstream(new Headers(client), provider, Set.of(), userAgent);
        UpstreamBody outward =
                RequestBody.of(body.getBytes(StandardCharsets.UTF_8)).with(List.of());
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark + 1);
        return request.ask(
                new Upstream.Request(method, provider.endpoint().url().join(path, query), headers, outward));
    }
}
