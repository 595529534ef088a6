package sidecar.v2.edge;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.v2.V2Rows;

/** {@code POST /api/admin/import/v2/cooldowns}: cooldowns out of Sidecar V2's database. */
@Path("/import/v2/cooldowns")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "import")
public class V2CooldownsResource {

    @Inject
    private V2Cooldowns cooldowns;

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "Takes over past cooldowns of Sidecar V2; ?dry_run=true only tells what would be",
            description = "The body is a list of rows, each an object of V2's columns with its provider's backend_name."
                    + " They are history: none cools anything now.")
    public JsonNode take(@QueryParam("dry_run") String dryRun, JsonNode body) {
        boolean preview = V2Rows.isPreview(dryRun);
        return cooldowns
                .take(V2Rows.of(body).orElseThrow(() -> new BadRequestException(V2Rows.RULE)), preview)
                .json(preview);
    }
}
