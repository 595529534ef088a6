package sidecar.provider.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import sidecar.console.edge.AdminOnly;
import sidecar.failure.FailureClass;
import sidecar.json.Json;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Endpoint;
import sidecar.provider.Provider;
import sidecar.provider.ProviderProbe;
import sidecar.provider.ProviderStatus;
import sidecar.provider.ProviderStatusService;
import sidecar.provider.edge.page.TestResult;
import sidecar.provider.edge.page.TestRun;

/** Questions that go out to a provider, with the answers as JSON. No thread waits for them. */
@ApplicationScoped
public class ProviderTestService {

    @Inject
    private ProviderProbe probe;

    @Inject
    private ProviderStatusService statuses;

    @Inject
    private CatalogHolder catalog;

    @Inject
    private InstantSource clock;

    /** By provider id; since the start. */
    private final Map<String, Tested> tested = new ConcurrentHashMap<>();

    /**
     * What a test has said.
     *
     * @param endpoint as it was reached then
     * @param failure its class; empty when it passed
     */
    public record Tested(Endpoint endpoint, boolean ok, String failure, String message, Instant at) {}

    /** The last test of a provider; empty when there was none since it is reached as it is now. */
    Optional<Tested> lastTest(Provider provider) {
        return Optional.ofNullable(tested.get(provider.id()))
                .filter(test -> test.endpoint().isReachedAs(provider.endpoint()));
    }

    /** A chat of one LLM token; a success clears the provider's error, and a refusal of its key is one. */
    @AdminOnly
    CompletionStage<JsonNode> test(Provider provider) {
        return ask(provider);
    }

    /** The same for several. Who asks is asked here, once: what follows begins on threads that serve no visitor. */
    @AdminOnly
    public TestRun run(List<TestResult> wanted) {
        return TestRun.of(wanted, this::ask);
    }

    private CompletionStage<JsonNode> ask(String id) {
        return catalog.get()
                .byId(id)
                .map(this::ask)
                .orElseGet(() -> CompletableFuture.completedFuture(TestRun.untested("this provider is gone")));
    }

    private CompletionStage<JsonNode> ask(Provider provider) {
        return probe.chat(provider).thenApply(result -> {
            if (result.ok() && statuses.status(provider).status() == ProviderStatus.ERROR) {
                statuses.clear(provider.id());
            } else if (result.failureClass().equals(FailureClass.CREDENTIAL.wire())) {
                statuses.credentialRefused(provider, result.message() + " to a test", true);
            }
            remember(provider, result);
            return write(result);
        });
    }

    private void remember(Provider provider, ProviderProbe.Result result) {
        if (!result.ok() && result.failureClass().isEmpty()) {
            return; // there was no place to ask
        }
        tested.keySet().removeIf(id -> catalog.get().byId(id).isEmpty());
        tested.put(
                provider.id(),
                new Tested(provider.endpoint(), result.ok(), result.failureClass(), result.message(), clock.instant()));
    }

    /** What the provider itself lists. */
    public CompletionStage<JsonNode> models(Provider provider) {
        return probe.models(provider).thenApply(listing -> {
            ObjectNode json = write(listing.result());
            ArrayNode models = json.putArray("models");
            listing.models().forEach(models::add);
            return json;
        });
    }

    private static ObjectNode write(ProviderProbe.Result result) {
        return Json.object()
                .put("ok", result.ok())
                .put("status", result.status())
                .put("latency_ms", result.latencyMs())
                .put("class", result.failureClass())
                .put("message", result.message());
    }
}
