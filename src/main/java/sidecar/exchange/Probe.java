package sidecar.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import sidecar.failure.FailureClass;
import sidecar.failure.FailureRules;
import sidecar.json.Json;
import sidecar.json.MalformedJson;
import sidecar.pool.Lease;
import sidecar.provider.Api;
import sidecar.provider.ModelMapping;
import sidecar.provider.Provider;
import sidecar.provider.ProviderProbe;
import sidecar.time.Timer;
import sidecar.upstream.Body;
import sidecar.upstream.Header;
import sidecar.upstream.HeaderRules;
import sidecar.upstream.Headers;
import sidecar.upstream.Upstream;

/**
 * Requests of Sidecar's own to one provider, for an operator who wants to know. A chat takes its place in the window
 * like any other request: the upstream counts it too. Thread-safe; never blocks.
 */
public final class Probe implements ProviderProbe {

    private static final int MOST_BYTES = 4 << 20;
    private static final int MOST_MODELS = 5_000;

    private final House house;
    private final Duration patience;
    private final String userAgent;

    /** @param patience for a whole answer */
    public Probe(House house, Duration patience, String userAgent) {
        this.house = house;
        this.patience = patience;
        this.userAgent = userAgent;
    }

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
        Optional<Lease> lease = house.pool().leaseFor(provider);
        if (lease.isEmpty()) {
            return CompletableFuture.completedFuture(
                    nothing("every request of this minute is used: try again in a minute"));
        }
        boolean anthropic = provider.endpoint().api() == Api.ANTHROPIC_MESSAGES;
        ObjectNode body =
                JsonNodeFactory.instance.objectNode().put("model", nativeId).put("max_tokens", 1);
        body.putArray("messages").addObject().put("role", "user").put("content", "ping");
        String path = anthropic ? "/v1/messages" : "/v1/chat/completions";
        return ask(provider, "POST", path, body.toString(), lease)
                .thenApply(asked -> asked.result(house.failures().get(), true));
    }

    @Override
    public CompletionStage<Listing> models(Provider provider) {
        return ask(provider, "GET", "/v1/models", "", Optional.empty()).thenApply(asked -> {
            Result result = asked.result(house.failures().get(), false);
            return new Listing(result, result.ok() ? listed(asked.text()) : List.of());
        });
    }

    private static List<String> listed(String text) {
        List<String> ids = new ArrayList<>();
        try {
            JsonNode root = Json.read(text);
            JsonNode data = root.isArray() ? root : root.path("data");
            for (JsonNode model : data) {
                String id = model.path("id").asText(model.path("name").asText(""));
                if (!id.isEmpty() && ids.size() < MOST_MODELS) {
                    ids.add(id);
                }
            }
        } catch (MalformedJson notAList) {
            return List.of();
        }
        return ids;
    }

    private static Result nothing(String message) {
        return new Result(false, 0, 0, "", message);
    }

    private CompletableFuture<Asked> ask(
            Provider provider, String method, String path, String body, Optional<Lease> lease) {
        if (provider.endpoint().key().isEmpty()) {
            lease.ifPresent(Lease::close);
            return CompletableFuture.completedFuture(
                    Asked.failed(FailureClass.CREDENTIAL, "the stored key cannot be read: enter it again"));
        }
        List<Header> client = body.isEmpty()
                ? List.of(new Header("Accept", "application/json"))
                : List.of(new Header("Accept", "application/json"), new Header("Content-Type", "application/json"));
        Headers headers = HeaderRules.outward(new Headers(client), provider, Set.of(), userAgent);
        Body outward = RequestBody.of(body.getBytes(StandardCharsets.UTF_8)).with(List.of());
        Collector collector = new Collector(lease);
        Timer.Timeout timeout = house.timer().after(patience, collector::late);
        collector.on(house.upstream()
                .send(
                        new Upstream.Request(method, provider.endpoint().url().join(path, ""), headers, outward),
                        collector));
        return collector.asked.whenComplete((asked, never) -> {
            timeout.cancel();
            collector.close();
        });
    }

    /** What came of asking. */
    private record Asked(int status, String text, long latencyMs, Optional<FailureClass> failure, String message) {

        static Asked failed(FailureClass kind, String message) {
            return new Asked(0, "", 0, Optional.of(kind), message);
        }

        Result result(FailureRules rules, boolean answers) {
            Optional<FailureClass> kind = failure.or(() -> rules.classify(status, text));
            String fault = "";
            if (kind.isEmpty() && answers) {
                fault = fault(text.getBytes(StandardCharsets.UTF_8));
                kind = fault.isEmpty() ? kind : Optional.of(FailureClass.BAD_SUCCESS);
            }
            String wrong = fault.isEmpty() ? "" : ": " + fault;
            String says = kind.isEmpty() ? "" : message.isEmpty() ? "HTTP " + status + wrong : message;
            return new Result(
                    kind.isEmpty(),
                    status,
                    latencyMs,
                    kind.map(FailureClass::wire).orElse(""),
                    says);
        }
    }

    /** What keeps a 200 from being an answer; empty for a good one. */
    private static String fault(byte[] body) {
        Answer answer = Answer.read(body, 0, body.length, "", "");
        return answer == null ? "the answer is not a JSON object" : answer.error ? "with an error object" : "";
    }

    /** Gathers a short answer. */
    private final class Collector implements Upstream.Listener {
        private final CompletableFuture<Asked> asked = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Optional<Lease> lease;
        private final long begun = house.ticker().nanos();
        private Upstream.@Nullable Call call; // guarded by this, as owed is
        private int owed;
        private volatile int status;

        Collector(Optional<Lease> lease) {
            this.lease = lease;
        }

        /** The first bytes may come before the caller has its call. */
        synchronized void on(Upstream.Call made) {
            call = made;
            made.credit(owed);
        }

        private synchronized void credit(int bytes) {
            if (call == null) {
                owed += bytes;
            } else {
                call.credit(bytes);
            }
        }

        synchronized void close() {
            lease.ifPresent(Lease::close);
            if (call != null) {
                call.abort();
            }
        }

        void late() {
            asked.complete(Asked.failed(FailureClass.TIMEOUT, "no answer within " + patience.toSeconds() + " s"));
        }

        @Override
        public void sent() {
            lease.ifPresent(Lease::sent);
        }

        @Override
        public void head(Upstream.Head head) {
            status = head.status();
        }

        @Override
        public void data(ByteBuffer chunk) {
            byte[] some = new byte[chunk.remaining()];
            chunk.get(some);
            bytes.writeBytes(some);
            if (bytes.size() > MOST_BYTES) {
                asked.complete(Asked.failed(FailureClass.BAD_SUCCESS, "the answer is longer than 4 MiB"));
            } else {
                credit(some.length);
            }
        }

        @Override
        public void end() {
            long millis = Duration.ofNanos(house.ticker().nanos() - begun).toMillis();
            asked.complete(new Asked(status, bytes.toString(StandardCharsets.UTF_8), millis, Optional.empty(), ""));
        }

        @Override
        public void failed(Upstream.Failure failure) {
            if (!failure.began()) {
                lease.ifPresent(Lease::unused);
            }
            asked.complete(Asked.failed(FailureClass.NETWORK, failure.message()));
        }
    }
}
