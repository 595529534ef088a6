package sidecar.pool;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import sidecar.limit.QuotaLimits;
import sidecar.provider.LimiterType;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;

/** The quota groups of one catalog: who shares, and the smallest limit that any enabled member sets. Immutable. */
final class QuotaGroups {

    private final ProviderCatalog catalog;
    private final Map<String, QuotaLimits> byIdentity = new HashMap<>();
    private final Map<String, QuotaLimits> named = new LinkedHashMap<>();

    QuotaGroups(ProviderCatalog catalog) {
        this.catalog = catalog;
        Map<String, List<Provider>> members = catalog.enabled().stream()
                .collect(Collectors.groupingBy(Provider::group, LinkedHashMap::new, Collectors.toList()));
        members.forEach((identity, group) -> byIdentity.put(identity, quota(identity, group)));
        name(members.values().stream().map(group -> group.get(0)).toList());
    }

    private void name(List<Provider> firsts) {
        firsts.forEach(first -> first.limits().quotaGroup().ifPresent(name -> named.put(name, quota(first))));
        firsts.stream()
                .filter(first -> first.limits().quotaGroup().isEmpty())
                .forEach(first -> named.put(named.containsKey(first.name()) ? first.id() : first.name(), quota(first)));
    }

    private static QuotaLimits quota(String name, List<Provider> members) {
        return new QuotaLimits(
                name,
                members.stream().map(p -> p.endpoint().identity()).distinct().toList(),
                smallest(members, p -> OptionalInt.of(p.limits().rpm())),
                smallest(members, p -> p.limits().rpd()),
                smallest(members, p -> p.limits().tpm()),
                smallest(members, p -> p.limits().concurrency()),
                members.stream().allMatch(p -> p.limits().limiter() == LimiterType.BUCKET));
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

    QuotaLimits quota(Provider provider) {
        QuotaLimits known = byIdentity.get(provider.group());
        return known != null ? known : quota(provider.group(), List.of(provider));
    }

    /**
     * Every group's limits by what operators call it: their own name for it, else that of its first member, or the
     * member's id where another group has that name.
     */
    Map<String, QuotaLimits> named() {
        return Collections.unmodifiableMap(named);
    }
}
