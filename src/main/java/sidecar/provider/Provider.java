package sidecar.provider;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import sidecar.json.Attribute;
import sidecar.json.Fields;
import sidecar.json.Require;

/**
 * One upstream endpoint plus one API key, with its limits and models. Immutable; already validated.
 *
 * @param id {@code bkd_} + 12 hex
 * @param name unique among providers
 * @param label a free tag, may be empty
 * @param mappings by canonical model, in the order given
 * @param weight ≥ 1: its share of the load inside a pool
 */
public record Provider(
        String id,
        String name,
        String label,
        Endpoint endpoint,
        Limits limits,
        PoolTier pool,
        int weight,
        boolean enabled,
        Map<String, ModelMapping> mappings,
        Provenance provenance) {

    public static final Attribute<Provider, String> NAME = Attribute.text("name", 1, 100, Provider::name);
    public static final Attribute<Provider, String> LABEL = Attribute.text("label", 0, 100, Provider::label);
    public static final Attribute<Provider, PoolTier> POOL =
            Attribute.choice("pool", PoolTier.values(), PoolTier::wire, Provider::pool);
    private static final Attribute<Provider, Integer> WEIGHT =
            Attribute.integer("weight", 1, 1_000_000, Provider::weight);
    public static final Attribute<Provider, Boolean> ENABLED = Attribute.flag("enabled", Provider::enabled);

    /**
     * All that have one rule each, those of its parts included: the API, the form and CSV know each of them by being listed here. Address, key,
     * headers, models and provenance are read and written in their own ways.
     */
    public static final List<Attribute<Provider, ?>> ATTRIBUTES = Stream.of(
                    Stream.of(Endpoint.API, Endpoint.TIMEOUT_SECONDS).map(own -> own.in(Provider::endpoint)),
                    Limits.ATTRIBUTES.stream().map(own -> own.in(Provider::limits)),
                    Stream.of(NAME, LABEL, POOL, WEIGHT, ENABLED))
            .<Attribute<Provider, ?>>flatMap(part -> part)
            .toList();

    public Provider {
        mappings = Collections.unmodifiableMap(new LinkedHashMap<>(mappings));
        Require.atLeast(1, "weight", weight);
    }

    /** One of which nothing was said yet. */
    public static Provider blank(String id, Endpoint endpoint, Limits limits, Provenance provenance) {
        return new Provider(id, "", "", endpoint, limits, PoolTier.PRIMARY, 1, true, Map.of(), provenance);
    }

    /** What {@code fields} say of one whose name, endpoint and limits were read before; as it is here where they say nothing. */
    public Provider read(Fields fields, String readName, Endpoint readEndpoint, Limits readLimits) {
        return new Provider(
                id,
                readName,
                LABEL.read(fields, this),
                readEndpoint,
                readLimits,
                POOL.read(fields, this),
                WEIGHT.read(fields, this),
                ENABLED.read(fields, this),
                mappings,
                provenance);
    }

    /** How this provider serves {@code model}: by its exact name first, else by {@code *}. */
    public Optional<ModelMapping> mapping(String model) {
        ModelMapping exact = mappings.get(model);
        return Optional.ofNullable(exact != null ? exact : mappings.get(ModelMapping.ANY));
    }

    /** Whether {@code model} is mapped by its own name rather than by {@code *}. */
    public boolean mapsExactly(String model) {
        return mappings.containsKey(model);
    }

    /** The identity of the quota group it belongs to: the operator's, or the one of its host and key. */
    public String group() {
        return limits.quotaGroup().orElse(endpoint.identity());
    }

    /** The same provider, switched on or off. */
    public Provider withEnabled(boolean on) {
        return new Provider(id, name, label, endpoint, limits, pool, weight, on, mappings, provenance);
    }

    /** The same provider under another name. */
    public Provider withName(String other) {
        return new Provider(id, other, label, endpoint, limits, pool, weight, enabled, mappings, provenance);
    }

    /** The same provider, serving other models. */
    public Provider withMappings(Map<String, ModelMapping> other) {
        return new Provider(id, name, label, endpoint, limits, pool, weight, enabled, other, provenance);
    }

    /** The same provider with another account of where it came from. */
    public Provider withProvenance(Provenance other) {
        return new Provider(id, name, label, endpoint, limits, pool, weight, enabled, mappings, other);
    }
}
