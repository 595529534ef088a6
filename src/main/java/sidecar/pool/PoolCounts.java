package sidecar.pool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import sidecar.json.Json;
import sidecar.provider.Pool;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;

/** How many providers of one pool are in which state; healthy, cooling and error count enabled ones only. */
public record PoolCounts(int total, int enabled, int healthy, int cooling, int error) {

    /** The counts at this moment. */
    public static PoolCounts of(ProviderCatalog catalog, Standings standings, Pool pool) {
        List<Provider> members =
                catalog.all().stream().filter(p -> p.pool() == pool).toList();
        List<Status> states = members.stream()
                .filter(Provider::enabled)
                .map(p -> standings.standing(p).status())
                .toList();
        return new PoolCounts(
                members.size(),
                states.size(),
                count(states, Status.HEALTHY),
                count(states, Status.COOLING),
                count(states, Status.ERROR));
    }

    /** In V2's words. */
    public ObjectNode json() {
        return Json.object()
                .put("total", total)
                .put("enabled", enabled)
                .put("healthy", healthy)
                .put("cooling", cooling)
                .put("error", error);
    }

    private static int count(List<Status> states, Status wanted) {
        return (int) states.stream().filter(s -> s == wanted).count();
    }
}
