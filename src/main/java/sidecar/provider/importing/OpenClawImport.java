package sidecar.provider.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sidecar.json.Json;
import sidecar.json.Texts;

/**
 * Reads the {@code models.providers} of an {@code openclaw.json}. Prices there are USD per 1,000,000 LLM tokens, ours per
 * LLM token; moving the decimal point is exact.
 */
public final class OpenClawImport {

    public static final int PER_MILLION = 6;
    private static final List<String> PRICES = List.of("input", "output", "cacheRead", "cacheWrite");

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]{0,99}+)}");

    private final Map<String, String> variables;
    private final ImportDrafts drafts;

    private OpenClawImport(Map<String, String> variables, ImportDrafts drafts) {
        this.variables = variables;
        this.drafts = drafts;
    }

    /**
     * Reads providers.
     *
     * @param file in whose {@code env} and {@code env.vars} the variables stand that providers refer to
     */
    static void read(JsonNode file, ObjectNode providers, ImportDrafts drafts) {
        OpenClawImport reading = new OpenClawImport(variables(file.path("env")), drafts);
        for (Map.Entry<String, JsonNode> entry : providers.properties()) {
            String where = "models.providers." + Texts.excerpt(entry.getKey());
            if (entry.getValue() instanceof ObjectNode provider) {
                reading.provider(where, entry.getKey(), provider);
            } else {
                drafts.error(where, "must be an object");
            }
        }
    }

    private static Map<String, String> variables(JsonNode env) {
        Map<String, String> variables = new TreeMap<>();
        for (JsonNode place : List.of(env, env.path("vars"))) {
            place.properties().stream()
                    .filter(entry -> entry.getValue().isTextual())
                    .forEach(entry ->
                            variables.put(entry.getKey(), entry.getValue().textValue()));
        }
        return variables;
    }

    private void provider(String where, String id, ObjectNode provider) {
        String text = keyText(id, provider);
        KeyScanner.ScannedKeys found = KeyScanner.readField(text);
        if (found.keys().isEmpty() && found.leftOut().isEmpty()) {
            drafts.leaveOut(where, KeyScanner.NO_KEY);
        }
        found.leftOut().forEach(reason -> drafts.leaveOut(where, reason));
        if (found.keys().isEmpty()) {
            return;
        }
        ObjectNode body = Json.object();
        body.put("name", id);
        copy(provider, "baseUrl", body, "api_base_url");
        copy(provider, "api", body, "api");
        copy(provider, "headers", body, "headers");
        resolve(body);
        ObjectNode mappings = models(where, provider.path("models"), drafts);
        if (!mappings.isEmpty()) {
            body.set("model_mappings", mappings);
        }
        found.keys().forEach(key -> drafts.add(where, body.deepCopy().put("api_key", key)));
    }

    /** The key, or a list: of the provider, or of a variable that it names or that is named like it. */
    private String keyText(String id, ObjectNode provider) {
        JsonNode given = provider.path("apiKey");
        // newer files: {source: "env", id: "NAME"}; other sources are outside of the file
        String text = given.isObject() ? "${" + given.path("id").asText() + "}" : given.asText("");
        if (text.isBlank() || given.isNull()) {
            return variablesOf(id, provider);
        }
        return variables.getOrDefault(text, resolved(text));
    }

    /** OpenClaw's own rule: NVIDIA_API_KEY, NVIDIA_API_KEYS and NVIDIA_API_KEY_1 are keys of nvidia. */
    private String variablesOf(String id, ObjectNode provider) {
        List<String> vendors = new ArrayList<>();
        vendors.add(id.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"));
        vendors.addAll(LineImport.vendorsAt(resolved(provider.path("baseUrl").asText(""))));
        for (String vendor : vendors) {
            String keys = variables.entrySet().stream()
                    .filter(variable -> isKeyOf(vendor, variable.getKey()))
                    .map(Map.Entry::getValue)
                    .collect(Collectors.joining("\n"));
            if (!keys.isBlank()) {
                return keys;
            }
        }
        return "";
    }

    private static boolean isKeyOf(String vendor, String variable) {
        String key = vendor + "_API_KEY";
        return variable.equals(key) || variable.equals(key + "S") || variable.startsWith(key + "_");
    }

    /** With the values of the variables that the file gives; other references stay. */
    private String resolved(String text) {
        return REFERENCE
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(variables.getOrDefault(found.group(1), found.group())));
    }

    private void resolve(ObjectNode object) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (entry.getValue().isTextual()) {
                entry.setValue(TextNode.valueOf(resolved(entry.getValue().textValue())));
            } else if (entry.getValue() instanceof ObjectNode inner) {
                resolve(inner);
            }
        }
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
