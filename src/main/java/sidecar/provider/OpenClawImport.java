package sidecar.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import sidecar.json.Json;
import sidecar.json.Texts;

/**
 * Reads the {@code models.providers} of an {@code openclaw.json}. Prices there are USD per 1,000,000 LLM tokens, ours per
 * LLM token; moving the decimal point is exact.
 */
final class OpenClawImport {

    static final int PER_MILLION = 6;
    private static final List<String> PRICES = List.of("input", "output", "cacheRead", "cacheWrite");

    private OpenClawImport() {}

    static void read(ObjectNode providers, ImportDrafts drafts) {
        for (Map.Entry<String, JsonNode> entry : providers.properties()) {
            String where = "models.providers." + Texts.excerpt(entry.getKey());
            if (entry.getValue() instanceof ObjectNode provider) {
                provider(where, entry.getKey(), provider, drafts);
            } else {
                drafts.error(where, "must be an object");
            }
        }
    }

    private static void provider(String where, String id, ObjectNode provider, ImportDrafts drafts) {
        JsonNode key = provider.path("apiKey");
        if (!key.isTextual() || key.textValue().contains("${")) {
            drafts.error(where, "has no literal apiKey; put the key itself there for the import");
            return;
        }
        ObjectNode body = Json.object();
        body.put("name", id);
        copy(provider, "baseUrl", body, "api_base_url");
        copy(provider, "apiKey", body, "api_key");
        copy(provider, "api", body, "api");
        copy(provider, "headers", body, "headers");
        ObjectNode mappings = models(where, provider.path("models"), drafts);
        if (!mappings.isEmpty()) {
            body.set("model_mappings", mappings);
        }
        drafts.add(where, body);
    }

    private static ObjectNode models(String where, JsonNode models, ImportDrafts drafts) {
        ObjectNode mappings = Json.object();
        if (models instanceof ArrayNode array) {
            for (JsonNode model : array) {
                String id =
                        model.isTextual() ? model.textValue() : model.path("id").asText("");
                if (id.isEmpty()) {
                    drafts.error(where + ".models", "has an entry without an id");
                } else {
                    mappings.set(id, mapping(model));
                }
            }
        } else if (models instanceof ObjectNode older) {
            // Older guides key the models by their id.
            older.properties().forEach(e -> mappings.set(e.getKey(), mapping(e.getValue())));
        } else if (!models.isMissingNode()) {
            drafts.error(where + ".models", "must be a list or an object");
        }
        return mappings;
    }

    private static ObjectNode mapping(JsonNode model) {
        ObjectNode mapping = Json.object();
        copy(model, "reasoning", mapping, "reasoning");
        copy(model, "input", mapping, "input_modalities");
        copy(model, "contextWindow", mapping, "context_window");
        copy(model, "maxTokens", mapping, "max_tokens");
        copy(model, "compat", mapping, "compat");
        if (model.get("cost") instanceof ObjectNode cost) {
            mapping.set("cost", cost(cost));
        } else {
            copy(model, "cost", mapping, "cost");
        }
        return mapping;
    }

    private static ObjectNode cost(ObjectNode perMillion) {
        ObjectNode cost = Json.object();
        for (String name : PRICES) {
            JsonNode price = perMillion.get(name);
            if (price != null && price.isNumber()) {
                cost.put(name, price.decimalValue().movePointLeft(PER_MILLION));
            } else if (price != null) {
                cost.set(name, price);
            }
        }
        return cost;
    }

    private static void copy(JsonNode from, String name, ObjectNode to, String as) {
        if (from.has(name)) {
            to.set(as, from.get(name));
        }
    }
}
