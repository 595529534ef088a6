package sidecar.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import sidecar.body.RequestBody;
import sidecar.exchange.ExchangeServices;
import sidecar.failure.FailureClass;
import sidecar.failure.Verdict;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.pool.Lease;
import sidecar.protocol.ApiPath;
import sidecar.protocol.ResponseJson;
import sidecar.protocol.UpstreamError;
import sidecar.provider.ApiProtocol;
import sidecar.provider.ModelMapping;
import sidecar.provider.Provider;
import sidecar.provider.ProviderProbe;
import sidecar.provider.Redactor;
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

    private static final int MAX_MODELS = 5_000;

    private static final List<String> BOUNDS = List.of("max_tokens", "max_completion_tokens", "max_output_tokens");

    private final ExchangeServices services;
    private final Duration patience;
    private final String userAgent;

    /** @param patience for a whole answer to an operator's question */
    public UpstreamProbe(ExchangeServices services, Duration patience, String userAgent) {
        this.services = services;
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
        return services.pool()
                .leaseFor(provider)
                .<CompletionStage<Result>>map(lease -> chat(lease, nativeId, patience)
                        .thenApply(response -> ProbeOutcome.of(services, provider, response, true)
                                .result())
                        .whenComplete((result, never) -> lease.close()))
                .orElseGet(() -> CompletableFuture.completedFuture(
                        nothing("every request of this minute is used: try again in a minute")));
    }

    @Override
    public CompletionStage<Listing> models(Provider provider) {
        return get(provider, "/v1/models", patience).thenApply(response -> {
            Result result = ProbeOutcome.of(services, provider, response, false).result();
            if (!result.ok()) {
                return new Listing(result, List.of());
            }
            return listed(response.text())
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

    /** The models of a list, in whichever of the forms that vendors have; empty when it is none, or names nothing. */
    private static Optional<List<String>> listed(String text) {
        try {
            JsonNode root = Json.read(text);
            return Stream.of(root, root.path("data"), root.path("models"))
                    .filter(JsonNode::isArray)
                    .findFirst()
                    .filter(list -> list.isEmpty() || !ids(list).isEmpty())
                    .map(UpstreamProbe::ids);
        } catch (MalformedJsonException notAList) {
            return Optional.empty();
        }
    }

    private static List<String> ids(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(model -> model.isTextual()
                        ? model.textValue()
                        : Stream.of("id", "name", "model")
                                .map(name -> model.path(name).asText(""))
                                .filter(id -> !id.isEmpty())
                                .findFirst()
                                .orElse(""))
                .filter(id -> !id.isBlank())
                .limit(MAX_MODELS)
                .toList();
    }

    private static Result nothing(String message) {
        return new Result(false, 0, 0, "", message);
    }

    // for health

    @Override
    public CompletionStage<Result> reach(Provider provider, String target, Duration patience) {
        return get(provider, target, patience)
                .thenApply(response ->
                        ProbeOutcome.of(services, provider, response, false).result());
    }

    @Override
    public CompletionStage<Optional<Result>> attempt(Provider provider, String model, Duration patience) {
        return services.pool()
                .leaseForProbe(
                        provider,
                        model,
                        (isAnthropic(provider) ? ApiPath.PathKind.MESSAGES : ApiPath.PathKind.CHAT).name())
                .<CompletionStage<Optional<Result>>>map(
                        lease -> chat(lease, lease.mapping().wireName(model), patience)
                                .thenApply(response -> Optional.of(report(lease, response)))
                                .whenComplete((result, never) -> lease.close()))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
    }

    /** Tells the pool what every attempt tells. */
    private Result report(Lease lease, ProbeRequest.ProbeResponse response) {
        ProbeOutcome outcome = ProbeOutcome.of(services, lease.provider(), response, true);
        if (outcome.verdict().isPresent()) {
            if (!response.nobodysFault()) {
                lease.failed(outcome.failed(services));
            }
        } else {
            ResponseJson answer = answer(response);
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
        return services.pool()
                .leaseFor(provider)
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
        String path = anthropic ? "/v1/messages" : "/v1/chat/completions";
        return ask(lease.provider(), "POST", path, body.toString(), request(patience, Optional.of(lease)));
    }

    private static boolean isAnthropic(Provider provider) {
        return provider.endpoint().api() == ApiProtocol.ANTHROPIC_MESSAGES;
    }

    private CompletableFuture<ProbeRequest.ProbeResponse> get(Provider provider, String target, Duration patience) {
        return ask(provider, "GET", target, "", request(patience, Optional.empty()));
    }

    private ProbeRequest request(Duration patience, Optional<Lease> lease) {
        return new ProbeRequest(services.upstream(), services.timer(), services.ticker(), patience, lease);
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

    private static @Nullable ResponseJson answer(ProbeRequest.ProbeResponse response) {
        byte[] body = response.text().getBytes(StandardCharsets.UTF_8);
        return ResponseJson.read(body, 0, body.length, "", "");
    }

    /**
     * What an answer means.
     *
     * @param verdict empty for a good one
     * @param message for operators; empty for a good one
     */
    private record ProbeOutcome(ProbeRequest.ProbeResponse response, Optional<Verdict> verdict, String message) {

        /** @param chat whether it should be the answer to a chat */
        static ProbeOutcome of(
                ExchangeServices services, Provider provider, ProbeRequest.ProbeResponse response, boolean chat) {
            Optional<Verdict> verdict = response.failure()
                    .map(Verdict::of)
                    .or(() -> services.failures().get().classify(response.status(), response.peek(), provider.label()));
            String fault = verdict.isEmpty() && chat ? fault(response) : "";
            if (!fault.isEmpty()) {
                return new ProbeOutcome(
                        response,
                        Optional.of(Verdict.of(FailureClass.BAD_SUCCESS)),
                        "HTTP " + response.status() + ": " + fault);
            }
            if (chat && isAboutTheContent(response, verdict)) {
                byte[] said = Redactor.of(provider.endpoint().secrets())
                        .bytes(response.peek().getBytes(StandardCharsets.UTF_8));
                return new ProbeOutcome(
                        response,
                        verdict,
                        "the key is accepted; what was asked to test it was not: "
                                + UpstreamError.of(response.status(), said).message());
            }
            String says = response.message().isEmpty() ? "HTTP " + response.status() : response.message();
            return new ProbeOutcome(response, verdict, verdict.isEmpty() ? "" : says);
        }

        /** Whether the key is good: a request whose content was found wrong has been let in before. */
        private boolean accepted() {
            return verdict.isEmpty() || isAboutTheContent(response, verdict);
        }

        private static boolean isAboutTheContent(ProbeRequest.ProbeResponse response, Optional<Verdict> verdict) {
            boolean wrong = response.status() == 400 || response.status() == 422;
            return wrong && verdict.map(Verdict::means).equals(Optional.of(FailureClass.CLIENT));
        }

        /** What keeps a 200 from being an answer; empty for a good one. */
        private static String fault(ProbeRequest.ProbeResponse response) {
            ResponseJson answer = answer(response);
            if (answer == null) {
                return "the answer is not a JSON object";
            }
            return answer.holds ? "" : answer.error ? "with an error object" : "with an object that holds no answer";
        }

        Result result() {
            return new Result(
                    accepted(),
                    response.status(),
                    response.latencyMs(),
                    accepted() ? "" : verdict.map(v -> v.means().wire()).orElse(""),
                    message);
        }

        Lease.Failed failed(ExchangeServices services) {
            Verdict why = verdict.orElseThrow();
            Duration retryAfter = why.retryAfter(
                    response.headers()::first, response.peek(), services.clock().instant());
            return new Lease.Failed(why.means(), response.status(), retryAfter, message, Lease.Asked.NOTHING_UNUSUAL);
        }
    }
}
