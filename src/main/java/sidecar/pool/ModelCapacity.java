package sidecar.pool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sidecar.json.Json;
import sidecar.limit.QuotaLimits;
import sidecar.provider.PoolTier;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;

/**
 * What there is for a model at this moment, of the pool that is asked first: the providers that serve it and whose key is
 * accepted. Models that the same providers serve, in the same state, have the same and are told together.
 *
 * @param models those that somebody waits for first, then by name
 * @param providers how many may be asked
 * @param cooling how many of them cool, for these models or as a whole
 * @param limit requests a minute over their quota groups; 0 when one has no limit, and when nobody may be asked
 * @param used places of their windows occupied now
 * @param free places that a request would get now; 0 where there is no limit
 * @param waiting requests that wait for a place
 */
public record ModelCapacity(
        List<String> models, int providers, int cooling, long limit, int used, long free, int waiting) {

    /** So many are told; the most wanted come first. */
    private static final int MAX_GROUPS = 5;

    private static final int MAX_NAMES = 20;

    public ModelCapacity {
        models = List.copyOf(models);
    }

    /**
     * Who serves a model, and who of these cools, by their ids: this is compared once for every model, and two providers would be
     * compared by all that they have, each of their models included.
     */
    private record Serving(List<String> providers, Set<String> cooling) {}

    /**
     * What there is for each model that is served or waited for, the most wanted first.
     *
     * @param waiting how many wait, by model
     */
    public static List<ModelCapacity> of(ProviderCatalog catalog, ProviderPool pool, Map<String, Integer> waiting) {
        Set<String> refused = pool.errors().keySet();
        Map<Serving, List<String>> models = new LinkedHashMap<>();
        Set<String> names = new TreeSet<>(catalog.models().keySet());
        names.addAll(waiting.keySet());
        names.remove("");
        for (String model : names) {
            models.computeIfAbsent(serving(catalog, pool, refused, model), s -> new ArrayList<>())
                    .add(model);
        }
        return models.entrySet().stream()
                .map(each -> of(each.getKey(), each.getValue(), catalog, pool, waiting))
                .sorted(Comparator.comparingInt(ModelCapacity::waiting)
                        .thenComparingDouble(ModelCapacity::share)
                        .reversed())
                .limit(MAX_GROUPS)
                .toList();
    }

    private static Serving serving(ProviderCatalog catalog, ProviderPool pool, Set<String> refused, String model) {
        List<Provider> all = catalog.serving(model).stream()
                .filter(provider -> !refused.contains(provider.id()))
                .toList();
        List<Provider> primary = all.stream()
                .filter(provider -> provider.pool() == PoolTier.PRIMARY)
                .toList();
        List<Provider> first = primary.isEmpty() ? all : primary;
        return new Serving(
                first.stream().map(Provider::id).toList(),
                first.stream()
                        .filter(provider -> pool.cools(provider, model))
                        .map(Provider::id)
                        .collect(Collectors.toSet()));
    }

    private static ModelCapacity of(
            Serving serving,
            List<String> models,
            ProviderCatalog catalog,
            ProviderPool pool,
            Map<String, Integer> waiting) {
        List<Provider> providers = serving.providers().stream()
                .flatMap(id -> catalog.byId(id).stream())
                .toList();
        List<QuotaLimits> quotas = quotas(providers.stream(), pool);
        boolean limited = quotas.stream().allMatch(limits -> limits.rpm() > 0);
        long free =
                quotas(providers.stream().filter(provider -> !serving.cooling().contains(provider.id())), pool).stream()
                        .mapToLong(limits -> Math.max(0, limits.rpm() - pool.used(limits)))
                        .sum();
        return new ModelCapacity(
                models.stream()
                        .sorted(Comparator.comparing(model -> -waiting.getOrDefault(model, 0)))
                        .toList(),
                providers.size(),
                serving.cooling().size(),
                limited ? quotas.stream().mapToLong(QuotaLimits::rpm).sum() : 0,
                quotas.stream().mapToInt(pool::used).sum(),
                limited ? free : 0,
                models.stream()
                        .mapToInt(model -> waiting.getOrDefault(model, 0))
                        .sum());
    }

    private static List<QuotaLimits> quotas(Stream<Provider> providers, ProviderPool pool) {
        return providers.map(pool::quota).distinct().toList();
    }

    /** How much of it cannot be had, 0 … 1. */
    private double share() {
        if (providers == 0 || cooling == providers) {
            return 1;
        }
        return limit == 0 ? 0 : 1 - (double) free / limit;
    }

    public ObjectNode json() {
        ObjectNode json = Json.object();
        ArrayNode names = json.putArray("models");
        models.stream().limit(MAX_NAMES).forEach(names::add);
        return json.put("model_count", models.size())
                .put("providers", providers)
                .put("cooling", cooling)
                .put("per_minute", limit)
                .put("used", used)
                .put("free", free)
                .put("waiting", waiting);
    }
}
