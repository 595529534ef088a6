package sidecar.provider.edge.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import sidecar.console.edge.FormJson;
import sidecar.json.Json;
import sidecar.provider.ModelMapping;

/** One model mapping in the form; prices stand there for a million LLM tokens. */
public final class MappingRow extends FormRow {

    private static final long serialVersionUID = 1L;
    private static final List<String> PRICES = List.of("input", "output", "cacheRead", "cacheWrite");
    private static final String COMPAT = "compat";

    private boolean reasoning;
    private boolean reasoningEffort;

    /** A new line with every default. */
    static MappingRow of(String canonical, String nativeId) {
        MappingRow row = new MappingRow();
        row.getValues().put("canonical", canonical);
        row.getValues().put("native_id", nativeId);
        row.getValues().put("context_window", String.valueOf(ModelMapping.DEFAULT_CONTEXT_WINDOW));
        row.getValues().put("max_tokens", String.valueOf(ModelMapping.DEFAULT_MAX_TOKENS));
        row.getValues().put("input_modalities", "text");
        return row;
    }

    /** The line for a mapping as the API answers it. */
    static MappingRow of(String canonical, JsonNode mapping) {
        MappingRow row = of(canonical, mapping.path("native_id").asText());
        row.getValues().put("context_window", mapping.path("context_window").asText());
        row.getValues().put("max_tokens", mapping.path("max_tokens").asText());
        row.getValues()
                .put(
                        "input_modalities",
                        StreamSupport.stream(mapping.path("input_modalities").spliterator(), false)
                                .map(JsonNode::asText)
                                .collect(Collectors.joining(", ")));
        PRICES.forEach(name -> row.getValues()
                .put("cost." + name, FormJson.perMillion(mapping.path("cost").path(name))));
        row.getValues().put(COMPAT, FormJson.shown(mapping.path(COMPAT)));
        row.reasoning = mapping.path("reasoning").asBoolean();
        row.reasoningEffort = mapping.path("reasoning_effort").asBoolean();
        return row;
    }

    @Override
    String key() {
        return value("canonical");
    }

    /** What the API takes. A native id that is left out is the canonical name. */
    ObjectNode body() {
        ObjectNode body = Json.object();
        if (!value("native_id").isEmpty()) {
            body.put("native_id", value("native_id"));
        }
        body.put("reasoning", reasoning).put("reasoning_effort", reasoningEffort);
        ArrayNode modalities = body.putArray("input_modalities");
        List.of(value("input_modalities").split("[\\s,;]+")).stream()
                .filter(name -> !name.isEmpty())
                .forEach(modalities::add);
        ObjectNode cost = body.putObject("cost");
        PRICES.forEach(name -> cost.set(name, FormJson.price(value("cost." + name))));
        body.set("context_window", FormJson.integer(value("context_window")));
        body.set("max_tokens", FormJson.integer(value("max_tokens")));
        body.set(COMPAT, FormJson.object(value(COMPAT)));
        return body;
    }

    /** Whether its {@code compat} can take one of the keys. */
    boolean lacks(Map<String, Object> compat) {
        return FormJson.object(value(COMPAT)) instanceof ObjectNode said
                && !compat.keySet().stream().allMatch(said::has);
    }

    /** Adds the keys that its {@code compat} does not have; one that is no object stays as it was typed. */
    void add(Map<String, Object> compat) {
        if (FormJson.object(value(COMPAT)) instanceof ObjectNode said) {
            compat.forEach((key, value) -> said.putIfAbsent(key, Json.tree(value)));
            getValues().put(COMPAT, FormJson.shown(said));
        }
    }

    public boolean isReasoning() {
        return reasoning;
    }

    public void setReasoning(boolean reasoning) {
        this.reasoning = reasoning;
    }

    public boolean isReasoningEffort() {
        return reasoningEffort;
    }

    public void setReasoningEffort(boolean reasoningEffort) {
        this.reasoningEffort = reasoningEffort;
    }
}
