package sidecar.provider;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Asks a provider something that no client asked for: for an operator who wants to know, or to learn how it is. Never
 * blocks; the stages always complete normally.
 */
public interface ProviderProbe {

    /** A chat of one LLM token, which proves address, key and model at once. */
    CompletionStage<Result> chat(Provider provider);

    /** The model list of the provider itself. */
    CompletionStage<Listing> models(Provider provider);

    /**
     * A GET that shows whether it can be reached. Takes no place in its window, and tells the pool nothing.
     *
     * @param target a path with or without a query, to be put after its base URL without {@code /v1}
     * @param patience for a whole answer
     */
    CompletionStage<Result> reach(Provider provider, String target, Duration patience);

    /**
     * A chat of one LLM token that counts as an attempt: it takes a place in the window, and the pool learns how it went.
     *
     * @param model a canonical model that it maps to a native id
     * @param patience for a whole answer
     * @return empty when it has no room for a probe, or cools
     */
    CompletionStage<Optional<Result>> attempt(Provider provider, String model, Duration patience);

    /**
     * How a probe went.
     *
     * @param status the upstream's HTTP status; 0 when none came
     * @param failureClass such as {@code credential}; empty when ok
     * @param message for the operator, without secrets; of an ok one, what it does not prove, or empty
     */
    record Result(boolean ok, int status, long latencyMs, String failureClass, String message) {}

    /**
     * What the provider lists.
     *
     * @param models native model ids; empty when the result is not ok
     */
    record Listing(Result result, List<String> models) {
        public Listing {
            models = List.copyOf(models);
        }
    }
}
