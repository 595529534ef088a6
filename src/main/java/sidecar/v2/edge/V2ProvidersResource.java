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

/** {@code POST /api/admin/import/v2/backends}: providers out of Sidecar V2's database. */
@Path("/import/v2/backends")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "import")
public class V2ProvidersResource {

    private static final String WRONG_KEY = "None of these keys opens: they were sealed with another"
            + " SIDECAR_ENCRYPTION_KEY than this server's. Set SIDECAR_ENCRYPTION_KEY_PREVIOUS to the key that V2 ran"
            + " with (SIDECAR_ENCRYPTION_KEY in its environment), restart Sidecar, and import again";

    @Inject
    private V2ImportService imports;

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "Takes over rows of Sidecar V2's table of providers; ?dry_run=true only tells what would be",
            description =
                    "The body is a list of rows, each an object of V2's columns, the key as V2 stored it."
                            + " Ids are kept. Rows that were taken over before are passed over, be they changed or deleted since.")
    public JsonNode take(@QueryParam("dry_run") String dryRun, JsonNode body) {
        boolean preview = V2Rows.isPreview(dryRun);
        return imports.take(V2Rows.of(body).orElseThrow(() -> new BadRequestException(V2Rows.RULE)), preview)
                .orElseThrow(() -> new BadRequestException(WRONG_KEY))
                .json(preview);
    }
}
