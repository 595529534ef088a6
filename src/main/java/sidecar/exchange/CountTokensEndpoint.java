package sidecar.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import sidecar.dialect.TokenEstimate;
import sidecar.dialect.messages.MessagesRequestReader;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.protocol.ApiError;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.TranslationMode;

/**
 * {@code POST /v1/messages/count_tokens} for a model of which no provider speaks Messages: an estimate, without a request to anybody. Agents ask it
 * many times a second. Pure functions.
 */
public final class CountTokensEndpoint {

    private CountTokensEndpoint() {}

    /** What came of it. */
    public sealed interface CountResult {
        /** The body of the answer. */
        record Estimated(byte[] body) implements CountResult {}

        record Uncountable(ApiError error) implements CountResult {}
    }

    /** The answer; empty where a provider is to be asked. */
    public static Optional<CountResult> of(ClientRequest request, ProviderCatalog catalog, ExchangeSettings settings) {
        if (!request.path().countsTokens() || !request.method().equals("POST")) {
            return Optional.empty();
        }
        String asked = request.head().model().orElse("");
        String model = catalog.resolve(asked);
        boolean counted = catalog.serving(model).stream()
                .anyMatch(provider ->
                        request.path().apis().contains(provider.endpoint().api()));
        boolean translated = catalog.rules(model).translation().or(settings.translation()) == TranslationMode.ON;
        return counted || !translated ? Optional.empty() : Optional.of(estimate(request, catalog, asked, model));
    }

    private static CountResult estimate(ClientRequest request, ProviderCatalog catalog, String asked, String model) {
        if (asked.isEmpty()) {
            return new CountResult.Uncountable(ApiError.invalid("You must provide a 'model'.", "model"));
        }
        if (catalog.serving(model).isEmpty()) {
            return new CountResult.Uncountable(ApiError.modelNotFound(asked));
        }
        if (!request.client().permissions().mayUse(model, catalog::resolve)) {
            return new CountResult.Uncountable(ApiError.modelNotAllowed(asked));
        }
        try {
            JsonNode body = Json.readRequest(request.body().bytes().stream());
            if (body instanceof ObjectNode message) {
                MessagesRequestReader.read(message);
            }
            ObjectNode answer = Json.object().put("input_tokens", TokenEstimate.of(body));
            return new CountResult.Estimated(Json.bytes(answer));
        } catch (MalformedJsonException malformed) {
            return new CountResult.Uncountable(
                    ApiError.invalid("The request cannot be counted: " + malformed.getMessage() + ".", ""));
        } catch (InvalidRequestException invalid) {
            return new CountResult.Uncountable(ApiError.invalid(invalid.explanation(), invalid.path()));
        }
    }
}
