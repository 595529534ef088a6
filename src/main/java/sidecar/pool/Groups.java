package sidecar.pool;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import sidecar.limit.Quotas;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;

/** The quota groups of one catalog: who shares, and the smallest limit that any enabled member sets. Immutable. */
final class Groups {

    private final ProviderCatalog catalog;
    private final Map<String, Quotas.Group> byName = new HashMap<>();

    Groups(ProviderCatalog catalog) {
        this.catalog = catalog;
        Map<String, List<Provider>> members =
                catalog.enabled().stream().collect(Collectors.groupingBy(Provider::group));
        members.forEach((name, group) -> byName.put(name, quota(group)));
    }

    private static Quotas.Group quota(List<Provider> members) {
        int rpm = members.stream()
                .mapToInt(p -> p.limits().rpm())
                .filter(limit -> limit > 0)
                .min()
                .orElse(0);
        return new Quotas.Group(
                members.stream().map(p -> p.endpoint().identity()).distinct().toList(), rpm);
    }

    boolean of(ProviderCatalog other) {
        return catalog == other;
    }

    Quotas.Group quota(Provider provider) {
        return byName.getOrDefault(
                provider.group(),
                new Quotas.Group(
                        List.of(provider.endpoint().identity()),
                        provider.limits().rpm()));
    }
}
