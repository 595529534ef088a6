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
import sidecar.settings.edge.SettingsAdmin;
import sidecar.v2.V2Rows;

/** {@code POST /api/admin/import/v2/config}: settings out of Sidecar V2's database. */
@Path("/import/v2/config")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "import")
public class V2ConfigResource {

    @Inject
    private SettingsAdmin admin;

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "Takes over Sidecar V2's table of settings; ?dry_run=true only tells what would be",
            description =
                    "The body is a list of {\"key\", \"value\", \"description\"}. They act at once. What is set here"
                            + " already, or was taken over before, is passed over.")
    public JsonNode take(@QueryParam("dry_run") String dryRun, JsonNode body) {
        boolean preview = V2Rows.isPreview(dryRun);
        return admin.adopt(V2Rows.of(body).orElseThrow(() -> new BadRequestException(V2Rows.RULE)), preview)
                .json(preview);
    }
}
