package sidecar.exchange.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sidecar.client.ClientToken;
import sidecar.json.Json;
import sidecar.provider.ProviderCatalog;

/** {@code GET /v1/models} for clients of Anthropic's, which name its version in a header (docs.anthropic.com/en/api/models-list). Pure functions. */
final class AnthropicModelList {

    private static final int USUAL_LIMIT = 20;
    private static final int MAX_LIMIT = 1000;

    /** Nobody knows when a model was made: Anthropic's value for that. */
    private static final String CREATED = "1970-01-01T00:00:00Z";

    private AnthropicModelList() {}

    /**
     * One page of the models that {@link ModelList#all} has.
     *
     * @param after the id before the first one wanted; null for the first page
     * @param limit how many are wanted, 1 to 1000; null, or no such number, for 20
     */
    static byte[] page(ProviderCatalog catalog, ClientToken client, @Nullable String after, @Nullable String limit) {
        List<String> all = ModelList.names(catalog, client);
        int from = after == null ? 0 : all.indexOf(after) + 1;
        int to = Math.min(all.size(), from + count(limit));
        List<String> page = all.subList(from, to);
        ObjectNode list = Json.object();
        ArrayNode data = list.putArray("data");
        page.forEach(name -> data.add(model(name)));
        list.put("has_more", to < all.size());
        list.put("first_id", page.isEmpty() ? null : page.get(0));
        list.put("last_id", page.isEmpty() ? null : page.get(page.size() - 1));
        return Json.bytes(list);
    }

    private static int count(@Nullable String limit) {
        boolean number = limit != null && limit.matches("[1-9]\\d{0,3}");
        return number ? Math.min(MAX_LIMIT, Integer.parseInt(limit)) : USUAL_LIMIT;
    }

    /** One model under the name asked for; empty when nobody maps it or the client may not use it. */
    static Optional<byte[]> one(ProviderCatalog catalog, ClientToken client, String asked) {
        return ModelList.one(catalog, client, asked).map(found -> Json.bytes(model(asked)));
    }

    private static ObjectNode model(String name) {
        return Json.object()
                .put("type", "model")
                .put("id", name)
                .put("display_name", name)
                .put("created_at", CREATED);
    }
}
