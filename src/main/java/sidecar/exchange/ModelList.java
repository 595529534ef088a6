package sidecar.exchange;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import sidecar.provider.ModelMapping;
import sidecar.provider.ProviderCatalog;

/** {@code GET /v1/models}, answered from the mappings: no upstream is asked. Pure functions. */
public final class ModelList {

    private ModelList() {}

    /** Every model that an enabled provider serves by name, in OpenAI's list shape. */
    public static byte[] all(ProviderCatalog catalog) {
        ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        catalog.models().values().forEach(mapping -> data.add(one(mapping)));
        return list.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** One model; empty when nobody serves it by name. */
    public static Optional<byte[]> one(ProviderCatalog catalog, String model) {
        return Optional.ofNullable(catalog.models().get(model))
                .map(mapping -> one(mapping).toString().getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode one(ModelMapping mapping) {
        ObjectNode model = JsonNodeFactory.instance
                .objectNode()
                .put("id", mapping.canonical())
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", "sidecar")
                .put("context_window", mapping.contextWindow())
                .put("max_tokens", mapping.maxTokens());
        ArrayNode modalities = model.putArray("input_modalities");
        mapping.inputModalities().forEach(modalities::add);
        return model;
    }
}
