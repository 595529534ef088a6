package sidecar.pool;

import java.util.Optional;
import java.util.Set;
import sidecar.provider.Api;

/**
 * What an exchange needs a provider for.
 *
 * @param model the canonical model; empty for a path that has none
 * @param apis the protocols that can serve the path
 * @param tried ids of providers that are not wanted again
 * @param avoid origins to ask only when no other is left
 * @param only the id of the one provider wanted
 */
public record Wish(Optional<String> model, Set<Api> apis, Set<String> tried, Set<String> avoid, Optional<String> only) {

    public Wish {
        apis = Set.copyOf(apis);
        tried = Set.copyOf(tried);
        avoid = Set.copyOf(avoid);
    }

    /** The first wish of an exchange. */
    public static Wish of(Optional<String> model, Set<Api> apis) {
        return new Wish(model, apis, Set.of(), Set.of(), Optional.empty());
    }
}
