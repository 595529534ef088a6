package sidecar.provider;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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

    public Provider {
        mappings = Collections.unmodifiableMap(new LinkedHashMap<>(mappings));
        Require.atLeast(1, "weight", weight);
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

    /** The same provider with another account of where it came from. */
    public Provider withProvenance(Provenance other) {
        return new Provider(id, name, label, endpoint, limits, pool, weight, enabled, mappings, other);
    }
}
