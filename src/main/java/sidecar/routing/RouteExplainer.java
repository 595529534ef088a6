package sidecar.routing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import sidecar.pool.ProviderPool;
import sidecar.pool.RouteCandidate;
import sidecar.pool.SelectionCriteria;
import sidecar.provider.ApiProtocol;
import sidecar.provider.PathUse;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.TranslationMode;

/** Explains to operators whom a chat would go to if it came now. Takes nothing. Thread-safe; never blocks. */
public final class RouteExplainer {

    private static final Set<ApiProtocol> CHAT = Set.of(ApiProtocol.OPENAI_COMPLETIONS, ApiProtocol.OPENAI_RESPONSES);

    private final Supplier<ProviderCatalog> catalog;
    private final ProviderPool pool;
    private final Supplier<Duration> overflowWait;
    private final Supplier<TranslationMode> translation;

    /**
     * Explains what the pool would do.
     *
     * @param overflowWait of models that have none of their own; negative = for ever
     * @param translation of models that say nothing else
     */
    public RouteExplainer(
            Supplier<ProviderCatalog> catalog,
            ProviderPool pool,
            Supplier<Duration> overflowWait,
            Supplier<TranslationMode> translation) {
        this.catalog = catalog;
        this.pool = pool;
        this.overflowWait = overflowWait;
        this.translation = translation;
    }

    /**
     * What would become of a chat.
     *
     * @param model the canonical name
     * @param candidates in the order in which they would be asked, then those that would not be
     * @param fallbackModels canonical names of the models that would be asked for when none of these can be had
     */
    public record Explained(String model, List<RouteCandidate> candidates, List<String> fallbackModels) {
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
                .translating(translations(now, model))
                .withOverflow(false);
        // as admission does: at once where there is nothing to wait for
        boolean overflow = wait.isZero() || (!wait.isNegative() && pool.isUnrecoverable(primaries));
        return Optional.of(
                new Explained(model, pool.route(primaries.withOverflow(overflow)), now.fallbackModels(model)));
    }

    private Map<ApiProtocol, PathUse> translations(ProviderCatalog now, String model) {
        boolean on = now.rules(model).translation().or(translation.get()) == TranslationMode.ON;
        return on ? Map.of(ApiProtocol.ANTHROPIC_MESSAGES, PathUse.MESSAGES) : Map.of();
    }
}
