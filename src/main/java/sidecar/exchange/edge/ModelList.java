package sidecar.exchange.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import sidecar.client.ClientToken;
import sidecar.provider.ModelMapping;
import sidecar.provider.ProviderCatalog;

/** {@code GET /v1/models}, answered from the mappings: no upstream is asked. Pure functions. */
public final class ModelList {

    private ModelList() {}

    /** Every model that an enabled provider serves by name, that is not hidden, and that the client may use, in OpenAI's list shape. */
    public static byte[] all(ProviderCatalog catalog, ClientToken client) {
        ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        models(catalog, client).forEach(mapping -> data.add(one(mapping, mapping.canonical())));
        return list.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The names of these, in the same order. */
    static List<String> names(ProviderCatalog catalog, ClientToken client) {
        return models(catalog, client).map(ModelMapping::canonical).toList();
    }

    private static Stream<ModelMapping> models(ProviderCatalog catalog, ClientToken client) {
        return catalog.models().values().stream()
                .filter(mapping -> client.permissions().mayUse(mapping.canonical(), catalog::resolve));
    }

    /** One model, also a hidden one, by its name or an alias, under the name asked for; empty when nobody maps it or the client may not use it. */
    public static Optional<byte[]> one(ProviderCatalog catalog, ClientToken client, String asked) {
        return Optional.of(catalog.resolve(asked))
                .filter(canonical -> client.permissions().mayUse(canonical, catalog::resolve))
                .flatMap(catalog::model)
                .map(mapping -> one(mapping, asked).toString().getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode one(ModelMapping mapping, String id) {
        ObjectNode model = JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
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
