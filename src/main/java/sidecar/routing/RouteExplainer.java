package sidecar.routing;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import sidecar.pool.ProviderPool;
import sidecar.pool.RouteStep;
import sidecar.pool.SelectionCriteria;
import sidecar.provider.ApiProtocol;
import sidecar.provider.PathUse;
import sidecar.provider.ProviderCatalog;

/** Explains to operators whom a chat would go to if it came now. Takes nothing. Thread-safe; never blocks. */
public final class RouteExplainer {

    private static final Set<ApiProtocol> CHAT = Set.of(ApiProtocol.OPENAI_COMPLETIONS, ApiProtocol.OPENAI_RESPONSES);

    private final Supplier<ProviderCatalog> catalog;
    private final ProviderPool pool;
    private final Supplier<Duration> overflowWait;

    /** @param overflowWait of models that have none of their own; negative = for ever */
    public RouteExplainer(Supplier<ProviderCatalog> catalog, ProviderPool pool, Supplier<Duration> overflowWait) {
        this.catalog = catalog;
        this.pool = pool;
        this.overflowWait = overflowWait;
    }

    /**
     * What would become of a chat.
     *
     * @param model the canonical name
     * @param candidates in the order in which they would be asked, then those that would not be
     * @param fallbackModels canonical names of the models that would be asked for when none of these can be had
     */
    public record Explained(String model, List<RouteStep> candidates, List<String> fallbackModels) {
        public Explained {
            candidates = List.copyOf(candidates);
            fallbackModels = List.copyOf(fallbackModels);
        }
    }

    /**
     * Explains.
     *
     * @param asked a model's name as a client would give it
     * @return empty for a model that nobody maps
     */
    public Optional<Explained> explain(String asked) {
        ProviderCatalog now = catalog.get();
        String model = now.resolve(asked);
        boolean mapped = now.all().stream().anyMatch(p -> p.mapping(model).isPresent());
        if (!mapped) {
            return Optional.empty();
        }
        Duration wait = now.rules(model).overflowWait().orElseGet(overflowWait);
        SelectionCriteria primaries = SelectionCriteria.of(Optional.of(model), CHAT)
                .forUse(PathUse.CHAT)
                .withOverflow(false);
        // as admission does: at once where there is nothing to wait for
        boolean overflow = wait.isZero() || (!wait.isNegative() && pool.isUnrecoverable(primaries));
        return Optional.of(
                new Explained(model, pool.route(primaries.withOverflow(overflow)), now.fallbackModels(model)));
    }
}
