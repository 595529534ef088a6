package sidecar.admin.edge;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code /api/admin/openapi} leads to the description of the API. */
@Path("/openapi")
@RequestScoped
public class OpenApiResource {

    @GET
    @Operation(hidden = true)
    public Response openapi() {
        return Response.status(Response.Status.FOUND)
                .header("Location", "/openapi?format=JSON")
                .build();
    }
}
