package sidecar.provider.reader;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sidecar.json.Decimals;
import sidecar.json.Fields;
import sidecar.json.Json;
import sidecar.json.Texts;
import sidecar.provider.ModelMapping;
import sidecar.provider.Price;

/** Reads and writes {@code model_mappings}: an object with one entry for each canonical model. */
public final class Mappings {

    private static final int MAX_NAME = 200;
    private static final int MAX_MODELS = 5_000;
    private static final int MAX_TOKENS = 1_000_000_000;
    private static final int MAX_MODALITIES = 16;
    private static final int MAX_COMPAT = 20_000;
    private static final int MAX_DIGITS = 40;
    private static final BigDecimal MAX_PRICE = BigDecimal.valueOf(1_000_000);
    private static final List<String> PRICES = List.of("input", "output", "cacheRead", "cacheWrite");

    private Mappings() {}

    /** The mappings of a provider's object; the fallback when the field is absent. */
    static Map<String, ModelMapping> read(Fields fields, Map<String, ModelMapping> fallback) {
        if (!fields.has("model_mappings")) {
            return fallback;
        }
        Optional<ObjectNode> object = fields.object("model_mappings");
        if (object.isEmpty()) {
            return fields.isNull("model_mappings")
                    ? fields.refuse("model_mappings", "must be an object", fallback)
                    : fallback;
        }
        if (object.get().size() > MAX_MODELS) {
            return fields.refuse("model_mappings", "must have at most " + MAX_MODELS + " models", fallback);
        }
        Fields models = fields.inside("model_mappings", object.get());
        Map<String, ModelMapping> mappings = new LinkedHashMap<>();
        object.get()
                .properties()
                .forEach(e -> mapping(models, e.getKey(), e.getValue()).ifPresent(m -> mappings.put(m.canonical(), m)));
        return mappings;
    }

    private static Optional<ModelMapping> mapping(Fields models, String canonical, JsonNode value) {
        Optional<ModelMapping> none = Optional.empty();
        String shown = Texts.excerpt(canonical);
        if (canonical.isBlank() || canonical.length() > MAX_NAME || !canonical.equals(canonical.strip())) {
            return models.refuse(
                    shown, "must be a model name of 1 to " + MAX_NAME + " characters without spaces around it", none);
        }
        if (Texts.hasControls(canonical)) {
            return models.refuse(shown, "must not contain control characters", none);
        }
        if (!(value instanceof ObjectNode object)) {
            return models.refuse(shown, "must be an object such as {\"native_id\": \"vendor/model\"}", none);
        }
        return Optional.of(mapping(models.inside(canonical, object), canonical));
    }

    private static ModelMapping mapping(Fields fields, String canonical) {
        String nativeId = fields.text("native_id", canonical, 1, MAX_NAME);
        if (nativeId.equals(ModelMapping.ANY) != canonical.equals(ModelMapping.ANY)) {
            nativeId = fields.refuse("native_id", "must be * exactly when the model is *", canonical);
        }
        ModelMapping mapping = new ModelMapping(
                canonical,
                nativeId,
                fields.flag("reasoning", false),
                fields.flag("reasoning_effort", false),
                modalities(fields),
                cost(fields),
                fields.integer("context_window", ModelMapping.DEFAULT_CONTEXT_WINDOW, 1, MAX_TOKENS),
                fields.integer("max_tokens", ModelMapping.DEFAULT_MAX_TOKENS, 1, MAX_TOKENS),
                freeForm(fields, "compat", Map.of(), MAX_COMPAT));
        fields.reportUnknown();
        return mapping;
    }

    private static List<String> modalities(Fields fields) {
        JsonNode node = fields.node("input_modalities");
        List<String> fallback = List.of("text");
        if (node == null) {
            return fallback;
        }
        if (!(node instanceof ArrayNode array) || array.isEmpty() || array.size() > MAX_MODALITIES) {
            return fields.refuse("input_modalities", "must be a list of names such as [\"text\", \"image\"]", fallback);
        }
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode name : array) {
            if (!name.isTextual() || !name.textValue().matches("[A-Za-z0-9_-]{1,32}")) {
                return fields.refuse("input_modalities", "must hold names of letters, digits, - and _ only", fallback);
            }
            names.add(name.textValue());
        }
        return new ArrayList<>(names);
    }

    private static Price cost(Fields fields) {
        Optional<ObjectNode> object = fields.object("cost");
        if (object.isEmpty()) {
            return Price.FREE;
        }
        Fields cost = fields.inside("cost", object.get());
        List<BigDecimal> prices = PRICES.stream().map(name -> price(cost, name)).toList();
        cost.reportUnknown();
        return new Price(prices.get(0), prices.get(1), prices.get(2), prices.get(3));
    }

    private static BigDecimal price(Fields cost, String name) {
        JsonNode node = cost.node(name);
        if (node == null) {
            return BigDecimal.ZERO;
        }
        return Decimals.read(node, MAX_DIGITS, MAX_DIGITS)
                .filter(price -> price.signum() >= 0 && price.compareTo(MAX_PRICE) <= 0)
                .orElseGet(() -> cost.refuse(
                        name,
                        "must be a number of USD per LLM token from 0 to 1000000 with at most 40 decimals",
                        BigDecimal.ZERO));
    }

    /** A free-form object, bounded by the length of its text. */
    static Map<String, Object> freeForm(Fields fields, String name, Map<String, Object> fallback, int max) {
        if (!fields.has(name)) {
            return fallback;
        }
        Optional<ObjectNode> object = fields.object(name);
        if (object.isPresent() && Json.write(object.get()).length() > max) {
            return fields.refuse(name, "must have at most " + max + " characters as JSON", fallback);
        }
        return object.map(Json::map).orElse(Map.of());
    }

    /** The JSON of {@code mappings}, which {@link #stored} reads back. */
    public static ObjectNode write(Map<String, ModelMapping> mappings) {
        ObjectNode object = Json.object();
        mappings.forEach((canonical, mapping) -> object.set(canonical, write(mapping)));
        return object;
    }

    /**
     * The mappings of a stored object.
     *
     * @throws IllegalArgumentException when it was not written by {@link #write}
     */
    public static Map<String, ModelMapping> stored(ObjectNode mappings) {
        Fields fields = new Fields(Json.object().set("model_mappings", mappings));
        Map<String, ModelMapping> read = read(fields, Map.of());
        if (!fields.errors().isEmpty()) {
            throw new IllegalArgumentException(fields.errors().get(0).message());
        }
        return read;
    }

    private static ObjectNode write(ModelMapping mapping) {
        ObjectNode object = Json.object();
        object.put("native_id", mapping.nativeId());
        object.put("reasoning", mapping.reasoning());
        object.put("reasoning_effort", mapping.reasoningEffort());
        ArrayNode modalities = object.putArray("input_modalities");
        mapping.inputModalities().forEach(modalities::add);
        ObjectNode cost = object.putObject("cost");
        cost.put("input", mapping.cost().input());
        cost.put("output", mapping.cost().output());
        cost.put("cacheRead", mapping.cost().cacheRead());
        cost.put("cacheWrite", mapping.cost().cacheWrite());
        object.put("context_window", mapping.contextWindow());
        object.put("max_tokens", mapping.maxTokens());
        object.set("compat", Json.tree(mapping.compat()));
        return object;
    }
}
