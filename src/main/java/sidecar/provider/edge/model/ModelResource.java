package sidecar.provider.edge.model;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.console.Saved;
import sidecar.console.edge.RestResponses;
import sidecar.json.Json;
import sidecar.provider.CatalogHolder;
import sidecar.provider.ModelSettings;
import sidecar.provider.ProviderCatalog;

/** {@code /api/admin/models}: what is set for each canonical model. Names may contain slashes. */
@Path("/models")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "models", description = "Canonical models: aliases, fallbacks, overflow, and who serves them")
public class ModelResource {

    private static final String MODEL = "Model";

    @Inject
    private ModelAdmin admin;

    @Inject
    private CatalogHolder catalog;

    @GET
    @Operation(summary = "Every model that a provider maps or that has settings, by name")
    public JsonNode list() {
        return Json.array().addAll(admin.views());
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Makes settings for a model that has none; needs model")
    public Response create(JsonNode body) {
        return answer(admin.create(RestResponses.object(body)));
    }

    @GET
    @Path("/{model: .+}")
    @Operation(summary = "One model with its settings and the providers that serve it")
    public JsonNode get(@PathParam("model") String model) {
        ProviderCatalog now = catalog.get();
        if (!now.known().contains(model)) {
            throw RestResponses.notFound(MODEL);
        }
        return ModelView.write(model, now, List.of());
    }

    @PUT
    @Path("/{model: .+}")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Changes the fields that are given")
    public Response update(@PathParam("model") String model, JsonNode body) {
        return answer(admin.update(model, RestResponses.object(body)));
    }

    @DELETE
    @Path("/{model: .+}")
    @Operation(summary = "Forgets a model's settings; who serves it stays as it is")
    public Response delete(@PathParam("model") String model) {
        return RestResponses.deleted(admin.delete(model), "model", model, MODEL);
    }

    private Response answer(Saved<ModelSettings> saved) {
        return RestResponses.saved(
                saved, (settings, warnings) -> ModelView.write(settings.model(), catalog.get(), warnings), MODEL);
    }
}
