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

/** {@code POST /api/admin/import/v2/usage}: days out of Sidecar V2's database. */
@Path("/import/v2/usage")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "import")
public class V2UsageResource {

    @Inject
    private V2History history;

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "Takes over days of Sidecar V2's usage; ?dry_run=true only tells what would be",
            description =
                    "The body is {\"hourly\": […], \"daily\": […]}: all rows of a day or of several, each an object"
                            + " of V2's columns, hourly ones with their provider's backend_name and pool. A day may come again;"
                            + " only what is new in it is counted.")
    public JsonNode take(@QueryParam("dry_run") String dryRun, JsonNode body) {
        boolean preview = V2Rows.isPreview(dryRun);
        return history.take(
                        V2Rows.of(body.path("hourly")).orElseThrow(() -> refused("hourly")),
                        V2Rows.of(body.path("daily")).orElseThrow(() -> refused("daily")),
                        preview)
                .json(preview);
    }

    private static BadRequestException refused(String list) {
        return new BadRequestException(list + ": " + V2Rows.RULE);
    }
}
