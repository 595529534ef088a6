package sidecar.routing.edge;

import com.fasterxml.jackson.databind.JsonNode;
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
import sidecar.routing.RouteExplainer;

/** {@code /api/admin/route}: who would serve a model now, and why the others would not. */
@Path("/route")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "route")
public class RouteResource {

    @Inject
    private RouteExplainer explainer;

    @GET
    @Operation(summary = "Whom a chat with ?model= would go to now; takes nothing and asks nobody")
    public JsonNode route(@QueryParam("model") String model) {
        if (model == null || model.isBlank()) {
            throw new BadRequestException("model is missing: ask for /route?model=…");
        }
        RouteExplainer.Explained explained =
                explainer.explain(model).orElseThrow(() -> new NotFoundException("No provider maps this model"));
        return RouteView.write(explained);
    }
}
