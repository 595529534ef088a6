package sidecar.provider;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All providers at one moment. Immutable: a request keeps the one it began with. Look-ups are hash look-ups. */
public final class ProviderCatalog {

    /** No providers at all. */
    public static final ProviderCatalog EMPTY = new ProviderCatalog(List.of());

    private final List<Provider> providers;
    private final Map<String, Provider> byId;
    private final Map<String, Provider> byName;
    private final Map<String, List<Provider>> byModel;
    private final List<Provider> servingAny;
    private final Map<String, List<Provider>> byGroup;

    /** @param providers in creation order */
    public ProviderCatalog(List<Provider> providers) {
        this.providers = List.copyOf(providers);
        this.byId = this.providers.stream().collect(Collectors.toUnmodifiableMap(Provider::id, p -> p));
        this.byName = this.providers.stream().collect(Collectors.toUnmodifiableMap(Provider::name, p -> p));
        this.byGroup = this.providers.stream()
                .filter(Provider::enabled)
                .collect(Collectors.groupingBy(Provider::group, Collectors.toUnmodifiableList()));
        this.servingAny =
                enabled().stream().filter(p -> p.mapsExactly(ModelMapping.ANY)).toList();
        this.byModel = index();
    }

    private Map<String, List<Provider>> index() {
        Map<String, List<Provider>> index = new HashMap<>();
        enabled().stream()
                .flatMap(p -> p.mappings().keySet().stream())
                .filter(model -> !model.equals(ModelMapping.ANY))
                .distinct()
                .forEach(model -> index.put(
                        model,
                        enabled().stream()
                                .filter(p -> p.mapping(model).isPresent())
                                .toList()));
        return Map.copyOf(index);
    }

    /** Every provider, disabled ones too, in creation order. */
    public List<Provider> all() {
        return providers;
    }

    /** The enabled providers in creation order. */
    public List<Provider> enabled() {
        return providers.stream().filter(Provider::enabled).toList();
    }

    public Optional<Provider> byId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    public Optional<Provider> byName(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The enabled providers that serve {@code model}, by name or by {@code *}, in creation order. */
    public List<Provider> serving(String model) {
        return byModel.getOrDefault(model, servingAny);
    }

    /** The enabled members of a quota group; empty when it has none. */
    public List<Provider> group(String group) {
        return byGroup.getOrDefault(group, List.of());
    }

    /** What clients may ask for: each canonical model that an enabled provider maps, with the first such mapping, by name. */
    public Map<String, ModelMapping> models() {
        Map<String, ModelMapping> models = new TreeMap<>();
        List<ModelMapping> mappings = new ArrayList<>();
        enabled().forEach(p -> mappings.addAll(p.mappings().values()));
        mappings.stream()
                .filter(m -> !m.canonical().equals(ModelMapping.ANY))
                .forEach(m -> models.putIfAbsent(m.canonical(), m));
        return models;
    }
}
