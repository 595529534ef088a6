package sidecar.provider.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.console.Saved;
import sidecar.console.edge.RestResponses;
import sidecar.json.Json;
import sidecar.provider.CatalogHolder;
import sidecar.provider.PoolTier;
import sidecar.provider.Provider;
import sidecar.provider.ProviderStatusService;

/** {@code /api/admin/backends}: the providers, under the name that V2's scripts know. */
@Path("/backends")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "backends", description = "Providers: one upstream endpoint plus one API key each")
public class ProviderResource {

    private static final String BACKEND = "Backend";

    @Inject
    private ProviderAdmin admin;

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ProviderStatusService statuses;

    @Inject
    private ProviderTestService providerTests;

    @Inject
    private ProviderQueries queries;

    @GET
    @Operation(summary = "All providers by pool and creation; ?pool=primary|fallback")
    public JsonNode list(@QueryParam("pool") String wanted) {
        Optional<PoolTier> pool = Optional.ofNullable(wanted)
                .filter(w -> !w.isBlank())
                .map(w ->
                        PoolTier.of(w).orElseThrow(() -> new BadRequestException("pool must be primary or fallback")));
        ArrayNode list = Json.array();
        queries.views().stream()
                .filter(view -> pool.isEmpty()
                        || view.path("pool").asText().equals(pool.get().wire()))
                .forEach(list::add);
        return list;
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Creates a provider; needs name, api_base_url and api_key")
    public Response create(JsonNode body) {
        return answer(admin.create(RestResponses.object(body)));
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "One provider; its key is masked")
    public JsonNode get(@PathParam("id") String id) {
        return view(known(id), List.of());
    }

    @PUT
    @Path("/{id}")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Changes the fields that are given; a masked or empty api_key keeps the key")
    public Response update(@PathParam("id") String id, JsonNode body) {
        return answer(admin.update(id, RestResponses.object(body)));
    }

    @DELETE
    @Path("/{id}")
    @Operation(summary = "Deletes a provider; its history stays")
    public Response delete(@PathParam("id") String id) {
        return RestResponses.deleted(admin.delete(id), "id", id, BACKEND);
    }

    @POST
    @Path("/{id}/enable")
    @Operation(summary = "Switches a provider on")
    public Response enable(@PathParam("id") String id) {
        return answer(admin.enable(id, true));
    }

    @POST
    @Path("/{id}/disable")
    @Operation(summary = "Switches a provider off")
    public Response disable(@PathParam("id") String id) {
        return answer(admin.enable(id, false));
    }

    @POST
    @Path("/{id}/clear-cooldown")
    @Operation(summary = "Ends a provider's cooldowns and forgets its errors")
    public JsonNode clear(@PathParam("id") String id) {
        Provider provider = known(id);
        admin.clear(id);
        return view(provider, List.of());
    }

    @POST
    @Path("/{id}/test")
    @Operation(summary = "Sends a chat of one LLM token; a success clears the provider's error")
    public CompletionStage<JsonNode> test(@PathParam("id") String id) {
        return providerTests.test(known(id));
    }

    @GET
    @Path("/{id}/models")
    @Operation(summary = "What the provider itself lists")
    public CompletionStage<JsonNode> models(@PathParam("id") String id) {
        return providerTests.models(known(id));
    }

    private Response answer(Saved<Provider> saved) {
        return RestResponses.saved(saved, this::view, BACKEND);
    }

    private ObjectNode view(Provider provider, List<String> warnings) {
        return ProviderView.write(provider, statuses.status(provider), warnings);
    }

    private Provider known(String id) {
        return catalog.get().byId(id).orElseThrow(() -> RestResponses.notFound(BACKEND));
    }
}
