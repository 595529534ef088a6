package sidecar.provider;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import sidecar.provider.model.AliasPattern;

/**
 * All providers and the settings of all models at one moment. Immutable: a request keeps the one it began with. Look-ups
 * are hash look-ups; only a name that is neither a model's nor an alias is compared with the aliases that hold a {@code *}.
 */
public final class ProviderCatalog {

    /** No providers at all. */
    public static final ProviderCatalog EMPTY = new ProviderCatalog(List.of());

    private final List<Provider> providers;
    private final Map<String, Provider> byId;
    private final Map<String, Provider> byName;
    private final Map<String, List<Provider>> byModel;
    private final List<Provider> servingAny;
    private final Map<String, List<Provider>> byGroup;
    private final Map<String, ModelSettings> rules;
    private final Map<String, String> byAlias;
    private final List<AliasPattern> patterns;
    private final Set<String> known;

    /**
     * Nothing is set for any model.
     *
     * @param providers in creation order
     */
    public ProviderCatalog(List<Provider> providers) {
        this(providers, Map.of());
    }

    /**
     * Everything.
     *
     * @param providers in creation order
     * @param rules the stored settings by canonical model
     */
    public ProviderCatalog(List<Provider> providers, Map<String, ModelSettings> rules) {
        this.providers = List.copyOf(providers);
        this.rules = Map.copyOf(rules);
        this.byId = this.providers.stream().collect(Collectors.toUnmodifiableMap(Provider::id, p -> p));
        this.byName = this.providers.stream().collect(Collectors.toUnmodifiableMap(Provider::name, p -> p));
        this.byGroup = this.providers.stream()
                .filter(Provider::enabled)
                .collect(Collectors.groupingBy(Provider::group, Collectors.toUnmodifiableList()));
        this.servingAny =
                enabled().stream().filter(p -> p.mapsExactly(ModelMapping.ANY)).toList();
        this.byModel = index();
        this.byAlias = aliases();
        this.patterns = patterns();
        this.known = names();
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

    private Map<String, String> aliases() {
        Map<String, String> aliases = new HashMap<>();
        rules.values().forEach(r -> r.aliases().forEach(alias -> aliases.put(alias, r.model())));
        return Map.copyOf(aliases);
    }

    private List<AliasPattern> patterns() {
        return byAlias.entrySet().stream()
                .filter(alias -> AliasPattern.isPattern(alias.getKey()))
                .map(alias -> new AliasPattern(alias.getKey(), alias.getValue()))
                .sorted(AliasPattern.LONGEST_FIRST)
                .toList();
    }

    private Set<String> names() {
        Set<String> names = new TreeSet<>(rules.keySet());
        providers.forEach(p -> names.addAll(p.mappings().keySet()));
        names.remove(ModelMapping.ANY);
        return Collections.unmodifiableSet(names);
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

    /**
     * The canonical name of what a client asks for: the model of the alias that is written so, else a {@linkplain #known
     * known} model of that name, else the model of the longest alias with {@code *} that matches, else {@code asked}
     * itself, served or not.
     */
    public String resolve(String asked) {
        String exact = byAlias.get(asked);
        if (exact != null) {
            return exact;
        }
        return patterns.isEmpty() || known.contains(asked)
                ? asked
                : matched(asked).orElse(asked);
    }

    private Optional<String> matched(String asked) {
        return patterns.stream()
                .filter(pattern -> pattern.matches(asked))
                .findFirst()
                .map(AliasPattern::model);
    }

    /** The model that has {@code name} among its aliases, written so; an alias with {@code *} claims no other name. */
    public Optional<String> aliased(String name) {
        return Optional.ofNullable(byAlias.get(name));
    }

    /** What is set for a canonical model; nothing in particular when nothing is stored. */
    public ModelSettings rules(String canonical) {
        ModelSettings stored = rules.get(canonical);
        return stored == null ? ModelSettings.of(canonical) : stored;
    }

    /** The canonical names of the models that take the place of {@code canonical} when it cannot be had, in order. */
    public List<String> fallbackModels(String canonical) {
        return rules(canonical).fallbackModels().stream()
                .map(this::resolve)
                .filter(other -> !other.equals(canonical))
                .distinct()
                .toList();
    }

    /** The stored settings by canonical model. */
    public Map<String, ModelSettings> stored() {
        return rules;
    }

    /** The canonical models that any provider maps, disabled ones too, or that have stored settings, by name. */
    public Set<String> known() {
        return known;
    }

    /** How the first enabled provider that maps {@code canonical} by its name does so; also for hidden models. */
    public Optional<ModelMapping> model(String canonical) {
        return byModel.getOrDefault(canonical, List.of()).stream()
                .filter(p -> p.mapsExactly(canonical))
                .findFirst()
                .flatMap(p -> p.mapping(canonical));
    }

    /**
     * What clients are told that they may ask for: each canonical model that an enabled provider maps, with the first
     * such mapping, by name; without those that are hidden.
     */
    public Map<String, ModelMapping> models() {
        Map<String, ModelMapping> models = new TreeMap<>();
        List<ModelMapping> mappings = new ArrayList<>();
        enabled().forEach(p -> mappings.addAll(p.mappings().values()));
        mappings.stream()
                .filter(m -> !m.canonical().equals(ModelMapping.ANY))
                .filter(m -> !rules(m.canonical()).hidden() && !byAlias.containsKey(m.canonical()))
                .forEach(m -> models.putIfAbsent(m.canonical(), m));
        return models;
    }
}
