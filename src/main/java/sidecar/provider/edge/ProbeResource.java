package sidecar.provider.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.json.Json;
import sidecar.pool.Standings;
import sidecar.pool.Status;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;
import sidecar.provider.ProviderProbe;

/** Questions that go out to a provider. No thread waits for the answer. */
@Path("/backends/{id}")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "backends")
public class ProbeResource {

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ProviderProbe probe;

    @Inject
    private Standings standings;

    @POST
    @Path("/test")
    @Operation(summary = "Sends a chat of one LLM token; a success clears the provider's error")
    public CompletionStage<JsonNode> test(@PathParam("id") String id) {
        Provider provider = known(id);
        Standings known = standings;
        return probe.chat(provider).thenApply(result -> {
            if (result.ok() && known.standing(provider).status() == Status.ERROR) {
                known.clear(id);
            }
            return write(result);
        });
    }

    @GET
    @Path("/models")
    @Operation(summary = "What the provider itself lists")
    public CompletionStage<JsonNode> models(@PathParam("id") String id) {
        return probe.models(known(id)).thenApply(listing -> {
            ObjectNode json = write(listing.result());
            ArrayNode models = json.putArray("models");
            listing.models().forEach(models::add);
            return json;
        });
    }

    private static ObjectNode write(ProviderProbe.Result result) {
        return Json.object()
                .put("ok", result.ok())
                .put("status", result.status())
                .put("latency_ms", result.latencyMs())
                .put("class", result.failureClass())
                .put("message", result.message());
    }

    private Provider known(String id) {
        return catalog.get().byId(id).orElseThrow(() -> new NotFoundException("Backend not found"));
    }
}
