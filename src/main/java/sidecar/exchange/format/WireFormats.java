package sidecar.exchange.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.stream.Collectors;
import sidecar.dialect.MappingOptions;
import sidecar.dialect.TranslatedRequest;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses;
import sidecar.exchange.ClientRequest;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.pool.Lease;
import sidecar.protocol.ApiError;
import sidecar.protocol.ApiPath;
import sidecar.provider.ApiProtocol;
import sidecar.provider.Dialect;

/** Chooses the form of an attempt: the client's own where the provider speaks its dialect, else a translation. Pure functions. */
public final class WireFormats {

    private static final String PREVIOUS = "previous_response_id";

    private WireFormats() {}

    /** What came of it. */
    public sealed interface FormatChoice {
        record Usable(WireFormat format) implements FormatChoice {}

        /** The request cannot be put into the provider's dialect, and that is the client's to mend. */
        record Untranslatable(ApiError error) implements FormatChoice {}
    }

    /**
     * The form for one attempt.
     *
     * @param mayInject whether nothing is known against asking the provider for usage
     * @param now when the answer begins, as far as the client is told
     */
    public static FormatChoice of(ClientRequest request, Lease lease, boolean mayInject, Instant now) {
        ApiProtocol api = lease.provider().endpoint().api();
        ApiPath target = request.path().at(api);
        if (target.equals(request.path())) {
            boolean injects = mayInject
                    && request.head().stream()
                    && request.path().injectsUsage()
                    && request.head().usage().isPresent()
                    && lease.mapping().usageInStreaming();
            return new FormatChoice.Usable(new NativeFormat(request, lease, injects));
        }
        return translated(request, lease, target, mayInject, now);
    }

    private static FormatChoice translated(
            ClientRequest request, Lease lease, ApiPath target, boolean mayInject, Instant now) {
        try {
            JsonNode body = Json.read(request.body().bytes().stream());
            if (!(body instanceof ObjectNode asked)) {
                return untranslatable("The request body must be a JSON object.", "");
            }
            Dialect from = request.path().dialect().orElseThrow();
            Dialect to = Dialect.ofTranslated(lease.provider().endpoint().api());
            MappingOptions options = MappingOptions.of(lease.mapping(), lease.model());
            TranslatedRequest translation = TranslatedRequest.of(from, to, asked, options);
            String changing = translation.losses().stream()
                    .filter(Losses.Loss::changesAnswer)
                    .map(Losses.Loss::name)
                    .collect(Collectors.joining(", "));
            if (request.client().permissions().strictTranslation() && !changing.isEmpty()) {
                return untranslatable(
                        "The provider of this model speaks another dialect (" + to.wire() + "), which cannot say: "
                                + changing
                                + ". Leave that out, or ask for a model whose provider speaks " + from.wire()
                                + "; this client's token does not allow such a loss (strict_translation).",
                        "");
            }
            return new FormatChoice.Usable(
                    new TranslatedFormat(request, lease, target, asked, translation, mayInject, now));
        } catch (MalformedJsonException malformed) {
            return untranslatable(
                    "The request cannot be translated for its provider: " + malformed.getMessage() + ".", "");
        } catch (InvalidRequestException invalid) {
            return new FormatChoice.Untranslatable(
                    invalid.path().equals(PREVIOUS)
                            ? ApiError.previousResponseNotFound(invalid.explanation())
                            : ApiError.invalid(invalid.explanation(), invalid.path()));
        }
    }

    private static FormatChoice untranslatable(String message, String param) {
        return new FormatChoice.Untranslatable(ApiError.invalid(message, param));
    }
}
