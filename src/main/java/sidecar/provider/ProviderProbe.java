package sidecar.provider;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Asks a provider something on an operator's behalf. Never blocks; the stages always complete normally. */
public interface ProviderProbe {

    /** A chat of one LLM token, which proves address, key and model at once. */
    CompletionStage<Result> chat(Provider provider);

    /** The model list of the provider itself. */
    CompletionStage<Listing> models(Provider provider);

    /**
     * How a probe went.
     *
     * @param status the upstream's HTTP status; 0 when none came
     * @param failureClass such as {@code credential}; empty when ok
     * @param message for the operator, without secrets; empty when ok
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
