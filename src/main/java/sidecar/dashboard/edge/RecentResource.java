package sidecar.dashboard.edge;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.console.edge.RestResponses;
import sidecar.json.QueryParameters;
import sidecar.ledger.RecentActivity;

/** {@code /api/admin/stats/recent}: the last minutes, one by one. */
@Path("/stats/recent")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "stats")
public class RecentResource {

    private static final int HOUR = 60;

    @Inject
    private RecentActivityView lately;

    @GET
    @Operation(
            summary =
                    "The last ?minutes= (60, at most 120) one by one, the sums of the last minute and hour, what all keys"
                            + " allow together, and how many more would have kept everybody from waiting")
    public Response recent(@QueryParam("minutes") String minutes) {
        QueryParameters parameters = new QueryParameters();
        int many = parameters.integer("minutes", minutes, HOUR, 1, (int) RecentActivity.KEPT.toMinutes());
        return parameters.errors().isEmpty()
                ? Response.ok(lately.hour(many)).build()
                : RestResponses.invalid(parameters.errors());
    }
}
