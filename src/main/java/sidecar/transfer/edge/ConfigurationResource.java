package sidecar.transfer.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.json.ErrorBodies;
import sidecar.json.Json;
import sidecar.transfer.ImportReport;

/** {@code /api/admin/import}: the configuration that another Sidecar exported. */
@Path("/import")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "export")
public class ConfigurationResource {

    @Inject
    private ConfigurationAdmin admin;

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "Imports a configuration that POST /export gave; ?dry_run=true only shows what would be",
            description = "The body is {\"configuration\": …, \"passphrase\": …}, or the configuration itself where it"
                    + " has no secrets. All or nothing. What is here already, by id or name, is changed; what is not in"
                    + " the configuration stays. missing names the secrets that nobody has: enter them.")
    public Response read(@QueryParam("dry_run") boolean dryRun, byte[] body) {
        ConfigurationRequest request = new ConfigurationRequest(body);
        ObjectNode document = request.document();
        ImportReport report = admin.read(document, request.secrets(), dryRun);
        List<String> warnings = new ArrayList<>(admin.unknownFields(document));
        warnings.addAll(report.warnings());
        boolean refused = !report.errors().isEmpty();
        ObjectNode answer =
                refused ? ErrorBodies.invalid(report.errors()) : Json.object().put("dry_run", dryRun);
        new TreeMap<>(report.tallies()).forEach((field, tally) -> answer.set(field, json(tally)));
        answer.set("missing", Json.tree(report.missing()));
        answer.set("warnings", Json.tree(warnings));
        return Response.status(refused ? Response.Status.BAD_REQUEST : Response.Status.OK)
                .entity(answer)
                .build();
    }

    private static JsonNode json(ImportReport.Tally tally) {
        return Json.object()
                .put("created", tally.created())
                .put("updated", tally.updated())
                .put("unchanged", tally.unchanged());
    }
}
