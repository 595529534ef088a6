package sidecar.pool.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.json.Json;
import sidecar.pool.Standings;
import sidecar.pool.Status;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Pool;
import sidecar.provider.Provider;

/** {@code /api/admin/pools}: how many providers of each pool are in which state. */
@Path("/pools")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "pools")
public class PoolResource {

    @Inject
    private CatalogHolder catalog;

    @Inject
    private Standings standings;

    @GET
    @Operation(summary = "Counts per pool; healthy, cooling and error count enabled providers only")
    public JsonNode pools() {
        ObjectNode pools = Json.object();
        for (Pool pool : Pool.values()) {
            pools.set(pool.wire(), counts(pool));
        }
        return pools;
    }

    private ObjectNode counts(Pool pool) {
        List<Provider> members =
                catalog.get().all().stream().filter(p -> p.pool() == pool).toList();
        List<Status> states = members.stream()
                .filter(Provider::enabled)
                .map(p -> standings.standing(p).status())
                .toList();
        return Json.object()
                .put("total", members.size())
                .put("enabled", states.size())
                .put("healthy", count(states, Status.HEALTHY))
                .put("cooling", count(states, Status.COOLING))
                .put("error", count(states, Status.ERROR));
    }

    private static long count(List<Status> states, Status wanted) {
        return states.stream().filter(s -> s == wanted).count();
    }
}
