package sidecar.pool.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import sidecar.json.Json;
import sidecar.pool.PoolCounts;
import sidecar.provider.CatalogHolder;
import sidecar.provider.PoolTier;
import sidecar.provider.ProviderStatusService;

/** {@code /api/admin/pools}: how many providers of each pool are in which state. */
@Path("/pools")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "pools")
public class PoolResource {

    @Inject
    private CatalogHolder catalog;

    @Inject
    private ProviderStatusService statuses;

    @GET
    @Operation(summary = "Counts per pool; healthy, cooling and error count enabled providers only")
    public JsonNode pools() {
        ObjectNode pools = Json.object();
        for (PoolTier pool : PoolTier.values()) {
            pools.set(pool.wire(), PoolCounts.of(catalog.get(), statuses, pool).json());
        }
        return pools;
    }
}
