package sidecar.dashboard.edge;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /api/admin/nodes}: the gateways that share the database. */
@Path("/nodes")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "nodes", description = "Gateways that share one PostgreSQL; with H2 there is this one alone")
public class NodesResource {

    @Inject
    private NodesView nodes;

    @GET
    @Operation(
            summary =
                    "Every node, this one first: state (joining, member, silent, left, gone), figures, places it owns of"
                            + " places_limit a minute; current is false while the database does not answer")
    public JsonNode nodes() {
        return nodes.json();
    }
}
