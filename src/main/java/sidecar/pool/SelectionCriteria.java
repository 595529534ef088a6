package sidecar.pool;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sidecar.provider.ApiProtocol;
import sidecar.provider.PathUse;
import sidecar.provider.Provider;

/**
 * What an exchange needs a provider for. Two exchanges with equal criteria can be served by the same providers.
 *
 * @param model the canonical model; empty for a path that has none
 * @param apis the protocols that can serve the path as it is
 * @param translated those that can serve it by translation, with the kind of path that is then asked
 * @param tried what was tried already, by provider id
 * @param avoid origins to ask only when no other is left
 * @param only the id of the one provider wanted
 * @param overflow whether the fallback pool may be used although a primary serves the model
 * @param tokens the LLM tokens it may cost; 0 where nobody counts them
 * @param use the kind of path it is for: a model may be missing for one and not for another
 */
public record SelectionCriteria(
        Optional<String> model,
        Set<ApiProtocol> apis,
        Map<ApiProtocol, PathUse> translated,
        Map<String, RetryEligibility> tried,
        Set<String> avoid,
        Optional<String> only,
        boolean overflow,
        int tokens,
        PathUse use) {

    public SelectionCriteria {
        apis = Set.copyOf(apis);
        translated = Map.copyOf(translated);
        tried = Map.copyOf(tried);
        avoid = Set.copyOf(avoid);
    }

    /** The first criteria of an exchange. */
    public static SelectionCriteria of(Optional<String> model, Set<ApiProtocol> apis) {
        return new SelectionCriteria(model, apis, Map.of(), Map.of(), Set.of(), Optional.empty(), true, 0, PathUse.ANY);
    }

    /** The same criteria, with or without the fallback pool. */
    public SelectionCriteria withOverflow(boolean allowed) {
        return overflow == allowed
                ? this
                : new SelectionCriteria(model, apis, translated, tried, avoid, only, allowed, tokens, use);
    }

    /** The same criteria, for so many LLM tokens. */
    public SelectionCriteria needing(int count) {
        return new SelectionCriteria(model, apis, translated, tried, avoid, only, overflow, count, use);
    }

    /** The same criteria, for that kind of path. */
    public SelectionCriteria forUse(PathUse other) {
        return new SelectionCriteria(model, apis, translated, tried, avoid, only, overflow, tokens, other);
    }

    /** The same criteria, where providers of these protocols can be asked by translation too. */
    public SelectionCriteria translating(Map<ApiProtocol, PathUse> uses) {
        return new SelectionCriteria(model, apis, uses, tried, avoid, only, overflow, tokens, use);
    }

    /** The same criteria, for one provider. */
    public SelectionCriteria only(String id) {
        return new SelectionCriteria(model, apis, translated, tried, avoid, Optional.of(id), overflow, tokens, use);
    }

    /** Whether {@code provider} speaks the path's protocol itself. */
    public boolean isNative(Provider provider) {
        return apis.contains(provider.endpoint().api());
    }

    /** Whether it can be asked at all, translated or not. */
    boolean reaches(Provider provider) {
        return isNative(provider) || translated.containsKey(provider.endpoint().api());
    }

    /** For what kind of path {@code provider} is asked. */
    PathUse useAt(Provider provider) {
        return isNative(provider)
                ? use
                : translated.getOrDefault(provider.endpoint().api(), use);
    }
}
