package sidecar.connect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;
import sidecar.json.Decimals;
import sidecar.json.Json;
import sidecar.provider.ApiProtocol;
import sidecar.provider.ModelMapping;
import sidecar.provider.Price;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.importing.OpenClawImport;

/**
 * Writes what an {@code openclaw.json} needs to reach this Sidecar: one provider for all models of a protocol, which is one provider for nearly
 * everybody. The way back of {@link OpenClawImport}.
 */
public final class OpenClawExport {

    /**
     * How long OpenClaw waits for one request, of which 240 s may pass in our queue. By default it gives up on a host
     * other than its own after about 165 s (docs/clients.md).
     */
    private static final int TIMEOUT_SECONDS = 600;

    private OpenClawExport() {}

    /**
     * The object to be merged into the file.
     *
     * @param origin scheme, host and port of this Sidecar, without a slash at the end
     * @param apiKey the text to stand in the file: never a secret, but a name of one
     */
    public static ObjectNode of(ProviderCatalog catalog, String origin, String apiKey) {
        ObjectNode file = Json.object();
        ObjectNode providers = file.putObject("models").put("mode", "merge").putObject("providers");
        Map<String, ModelMapping> models = catalog.models();
        for (ApiProtocol api : ApiProtocol.values()) {
            ArrayNode list = Json.array();
            models.values().stream()
                    .filter(mapping -> api(catalog, mapping.canonical()) == api)
                    .forEach(mapping -> list.add(model(mapping)));
            if (!list.isEmpty()) {
                providers.set(name(api), provider(api, origin, apiKey).set("models", list));
            }
        }
        return file;
    }

    private static ObjectNode provider(ApiProtocol api, String origin, String apiKey) {
        // Anthropic's clients add /v1 themselves
        return Json.object()
                .put("baseUrl", api == ApiProtocol.ANTHROPIC_MESSAGES ? origin : origin + "/v1")
                .put("apiKey", apiKey)
                .put("api", api.wire())
                .put("timeoutSeconds", TIMEOUT_SECONDS);
    }

    private static String name(ApiProtocol api) {
        return switch (api) {
            case OPENAI_COMPLETIONS -> "sidecar";
            case OPENAI_RESPONSES -> "sidecar-responses";
            case ANTHROPIC_MESSAGES -> "sidecar-messages";
        };
    }

    /** The protocol in which a model that is served can be asked for: that of the first provider that maps it. */
    public static ApiProtocol api(ProviderCatalog catalog, String model) {
        return catalog.enabled().stream()
                .filter(provider -> provider.mapping(model).isPresent())
                .map(provider -> provider.endpoint().api())
                .findFirst()
                .orElse(ApiProtocol.OPENAI_COMPLETIONS);
    }

    private static ObjectNode model(ModelMapping mapping) {
        ObjectNode model = Json.object()
                .put("id", mapping.canonical())
                .put("name", mapping.canonical())
                .put("reasoning", mapping.reasoning());
        ArrayNode input = model.putArray("input");
        mapping.inputModalities().forEach(input::add);
        Price cost = mapping.cost();
        model.putObject("cost")
                .put("input", perMillion(cost.input()))
                .put("output", perMillion(cost.output()))
                .put("cacheRead", perMillion(cost.cacheRead()))
                .put("cacheWrite", perMillion(cost.cacheWrite()));
        return model.put("contextWindow", mapping.contextWindow()).put("maxTokens", mapping.maxTokens());
    }

    private static BigDecimal perMillion(BigDecimal perToken) {
        return Decimals.shortest(perToken.movePointRight(OpenClawImport.PER_MILLION));
    }
}
