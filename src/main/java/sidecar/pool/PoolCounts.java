package sidecar.pool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import sidecar.json.Json;
import sidecar.provider.PoolTier;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.ProviderStatus;
import sidecar.provider.ProviderStatusService;

/** How many providers of one pool are in which state; healthy, cooling and error count enabled ones only. */
public record PoolCounts(int total, int enabled, int healthy, int cooling, int error) {

    /** The counts at this moment. */
    public static PoolCounts of(ProviderCatalog catalog, ProviderStatusService statuses, PoolTier pool) {
        List<Provider> members =
                catalog.all().stream().filter(p -> p.pool() == pool).toList();
        List<ProviderStatus> states = members.stream()
                .filter(Provider::enabled)
                .map(p -> statuses.status(p).status())
                .toList();
        return new PoolCounts(
                members.size(),
                states.size(),
                count(states, ProviderStatus.HEALTHY),
                count(states, ProviderStatus.COOLING),
                count(states, ProviderStatus.ERROR));
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

    private static int count(List<ProviderStatus> states, ProviderStatus wanted) {
        return (int) states.stream().filter(s -> s == wanted).count();
    }
}
