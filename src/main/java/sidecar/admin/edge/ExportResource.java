package sidecar.admin.edge;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.console.edge.Origin;

/** {@code /api/admin/export/…}: what others need to know of this Sidecar. */
@Path("/export")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "export")
public class ExportResource {

    @Inject
    private Recipes recipes;

    @Context
    private HttpServletRequest request;

    @GET
    @Path("/openclaw")
    @Operation(
            summary =
                    "The block to paste into openclaw.json: every served model, by the address that was asked. Holds no secret")
    public JsonNode openClaw() {
        return recipes.openClaw(Origin.of(request));
    }
}
