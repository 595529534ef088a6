package sidecar.pool.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.json.Json;
import sidecar.pool.Route;
import sidecar.pool.Routing;

/** {@code /api/admin/route}: who would serve a model now, and why the others would not. */
@Path("/route")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "route")
public class RouteResource {

    @Inject
    private Routing routing;

    @GET
    @Operation(summary = "Whom a chat with ?model= would go to now; takes nothing and asks nobody")
    public JsonNode route(@QueryParam("model") String model) {
        if (model == null || model.isBlank()) {
            throw new BadRequestException("model is missing: ask for /route?model=…");
        }
        Routing.Explained explained =
                routing.explain(model).orElseThrow(() -> new NotFoundException("No provider maps this model"));
        ObjectNode json = Json.object().put("model", explained.model());
        ArrayNode candidates = json.putArray("candidates");
        explained.candidates().forEach(route -> candidates.add(write(route)));
        ArrayNode fallbacks = json.putArray("fallback_models");
        explained.fallbackModels().forEach(fallbacks::add);
        return json;
    }

    private static ObjectNode write(Route route) {
        return Json.object()
                .put("id", route.provider().id())
                .put("name", route.provider().name())
                .put("pool", route.provider().pool().wire())
                .put("chosen", route.chosen())
                .put("reason", route.reason());
    }
}
