package sidecar.pool.edge.cooldown;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.console.edge.RestResponses;
import sidecar.json.Json;
import sidecar.json.QueryParameters;

/** {@code /api/admin/stats/cooldown}: the cooldowns there have been. */
@Path("/stats/cooldown")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "stats")
public class CooldownResource {

    private static final int USUALLY = 50;
    private static final int MOST = 1000;

    @EJB
    private CooldownStore store;

    @Inject
    private InstantSource clock;

    @GET
    @Operation(summary = "Cooldowns, the newest first; ?backend_id=, ?limit=1…1000 (50); model is null where all cool")
    public Response latest(@QueryParam("backend_id") String provider, @QueryParam("limit") String limit) {
        QueryParameters parameters = new QueryParameters();
        int max = parameters.integer("limit", limit, USUALLY, 1, MOST);
        if (!parameters.errors().isEmpty()) {
            return RestResponses.invalid(parameters.errors());
        }
        Instant now = clock.instant();
        ArrayNode list = Json.array();
        store.latest(Optional.ofNullable(provider).filter(id -> !id.isBlank()), max)
                .forEach(event -> list.add(CooldownView.write(event, now)));
        return Response.ok((JsonNode) list).build();
    }
}
