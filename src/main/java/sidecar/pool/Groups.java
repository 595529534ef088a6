package sidecar.pool;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import sidecar.limit.Quota;
import sidecar.provider.Limiter;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;

/** The quota groups of one catalog: who shares, and the smallest limit that any enabled member sets. Immutable. */
final class Groups {

    private final ProviderCatalog catalog;
    private final Map<String, Quota> byName = new HashMap<>();

    Groups(ProviderCatalog catalog) {
        this.catalog = catalog;
        Map<String, List<Provider>> members =
                catalog.enabled().stream().collect(Collectors.groupingBy(Provider::group));
        members.forEach((name, group) -> byName.put(name, quota(name, group)));
    }

    private static Quota quota(String name, List<Provider> members) {
        return new Quota(
                name,
                members.stream().map(p -> p.endpoint().identity()).distinct().toList(),
                smallest(members, p -> OptionalInt.of(p.limits().rpm())),
                smallest(members, p -> p.limits().rpd()),
                smallest(members, p -> p.limits().tpm()),
                smallest(members, p -> p.limits().concurrency()),
                members.stream().allMatch(p -> p.limits().limiter() == Limiter.BUCKET));
    }

    private static int smallest(List<Provider> members, Function<Provider, OptionalInt> limit) {
        return members.stream()
                .map(limit)
                .flatMapToInt(OptionalInt::stream)
                .filter(set -> set > 0)
                .min()
                .orElse(0);
    }

    boolean of(ProviderCatalog other) {
        return catalog == other;
    }

    Quota quota(Provider provider) {
        Quota known = byName.get(provider.group());
        return known != null ? known : quota(provider.group(), List.of(provider));
    }
}
