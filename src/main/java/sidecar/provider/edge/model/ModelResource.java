package sidecar.provider.edge.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

    @POST
    @Path("/names")
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary =
                    "Makes the names that a client asks for aliases of your models: client (claude-code, codex), model,"
                            + " small_model",
            description = "For claude-code the names with haiku lead to small_model, or to model where it is not given."
                    + " Aliases that a model has stay; a name that is another model's alias refuses it all.")
    public Response serveNames(JsonNode body) {
        return RestResponses.saved(admin.serveNames(RestResponses.object(body)), this::named, MODEL);
    }

    private JsonNode named(List<ModelSettings> changed, List<String> warnings) {
        ObjectNode answer = Json.object();
        ArrayNode models = answer.putArray("models");
        changed.forEach(settings -> models.add(admin.view(settings.model(), List.of())));
        answer.set("warnings", Json.tree(warnings));
        return answer;
    }

    @GET
    @Path("/{model: .+}")
    @Operation(
            summary =
                    "One model with its settings, the providers that serve it, and how clients of each dialect can use it")
    public JsonNode get(@PathParam("model") String model) {
        if (!catalog.get().known().contains(model)) {
            throw RestResponses.notFound(MODEL);
        }
        return admin.view(model, List.of());
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
        return RestResponses.saved(saved, (settings, warnings) -> admin.view(settings.model(), warnings), MODEL);
    }
}
