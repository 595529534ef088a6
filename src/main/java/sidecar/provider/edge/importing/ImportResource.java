package sidecar.provider.edge.importing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.console.edge.RestResponses;
import sidecar.json.ErrorBodies;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.provider.Provider;
import sidecar.provider.ProviderStatusService;
import sidecar.provider.edge.ProviderView;
import sidecar.provider.importing.ImportPlan;
import sidecar.provider.importing.ImportRequest;

/** {@code POST /api/admin/backends/import}: many providers from one text. */
@Path("/backends/import")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "backends")
public class ImportResource {

    @Inject
    private ImportService imports;

    @Inject
    private ProviderStatusService statuses;

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "Imports keys, CSV, JSON, .env lines or an openclaw.json; ?dry_run=true only shows what would be",
            description = "The body is the text itself, with options in the query (format, base_url, models, pool,"
                    + " label, api, name_prefix, quota_group), or {\"text\": …, \"defaults\": {…}} with the same"
                    + " options. All or nothing. left_out names what of the text is no key, by line and reason.")
    public Response importText(@Context UriInfo uri, byte[] body) {
        return ImportRequest.read(text(body), name -> uri.getQueryParameters().getFirst(name))
                .fold((request, warnings) -> take(request), RestResponses::invalid);
    }

    private Response take(ImportRequest request) {
        ImportPlan plan = imports.take(request.text(), request.options(), request.dryRun());
        ObjectNode answer = write(plan, request.dryRun());
        if (plan.errors().isEmpty() || request.dryRun()) {
            return Response.ok(answer).build();
        }
        ObjectNode refusal = ErrorBodies.invalid(plan.errors());
        refusal.set("skipped", answer.get("skipped"));
        refusal.set("left_out", answer.get("left_out"));
        refusal.set("warnings", answer.get("warnings"));
        return RestResponses.refused(Response.Status.BAD_REQUEST, refusal);
    }

    private static String text(byte[] body) {
        try {
            return Json.text(body);
        } catch (MalformedJsonException e) {
            throw new BadRequestException("The body is " + e.reason(), e);
        }
    }

    private ObjectNode write(ImportPlan plan, boolean dryRun) {
        ObjectNode answer = Json.object().put("dry_run", dryRun);
        ArrayNode imported = answer.putArray("imported");
        for (ImportPlan.Planned planned : plan.planned()) {
            Provider provider = planned.provider();
            imported.add(ProviderView.write(provider, statuses.status(provider), List.of())
                    .put("where", planned.where()));
        }
        ArrayNode skipped = answer.putArray("skipped");
        plan.skipped()
                .forEach(s -> skipped.addObject()
                        .put("where", s.where())
                        .put("name", s.name())
                        .put("reason", "the key is there already, as " + s.name()));
        ArrayNode leftOut = answer.putArray("left_out");
        plan.leftOut()
                .forEach(one -> leftOut.addObject().put("where", one.where()).put("reason", one.reason()));
        answer.set("errors", ErrorBodies.list(plan.errors()));
        answer.set("warnings", Json.tree(plan.warnings()));
        return answer;
    }
}
