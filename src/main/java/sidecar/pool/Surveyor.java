package sidecar.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import sidecar.limit.Ask;
import sidecar.limit.Quota;
import sidecar.limit.Taken;
import sidecar.provider.Pool;
import sidecar.provider.Provider;

/** Looks at every provider with a wish in mind, and puts those that can be had in order. Thread-safe; takes nothing. */
final class Surveyor {

    /** An affinity gives way once its provider has used that much of its minute. */
    static final double MOST_PREFERRED_SHARE = 0.8;

    private final Memory memory;
    private final Supplier<PoolRules> rules;
    private final RandomGenerator random;

    Surveyor(Memory memory, Supplier<PoolRules> rules, RandomGenerator random) {
        this.memory = memory;
        this.rules = rules;
        this.random = random;
    }

    /** Those that can be had, the best first. */
    List<Chooser.Candidate> order(Survey survey) {
        return Chooser.order(survey.open(), rules.get().strategy(), random);
    }

    /** The same, with the preferred one first where it is as good as the best. */
    List<Chooser.Candidate> preferring(Optional<String> preferred, List<Chooser.Candidate> ordered) {
        if (preferred.isEmpty() || ordered.isEmpty()) {
            return ordered;
        }
        Optional<Chooser.Candidate> wanted = ordered.stream()
                .filter(c -> c.look().provider().id().equals(preferred.get()))
                .filter(c -> c.asGoodAs(ordered.get(0)))
                .filter(c -> memory.quotas.share(memory.quota(c.look().provider())) < MOST_PREFERRED_SHARE)
                .findFirst();
        List<Chooser.Candidate> moved = new ArrayList<>(ordered);
        wanted.ifPresent(c -> {
            moved.remove(c);
            moved.add(0, c);
        });
        return moved;
    }

    /** The enabled providers that map what is wished for. */
    List<Provider> serving(Wish wish) {
        List<Provider> all = wish.model().map(memory.catalog()::serving).orElseGet(memory.catalog()::enabled);
        return wish.only()
                .map(id -> all.stream().filter(p -> p.id().equals(id)).toList())
                .orElse(all);
    }

    /** Why there are none. */
    Decision.Why whyNobody(Wish wish) {
        boolean mapped = wish.model()
                .map(model -> memory.catalog().all().stream()
                        .anyMatch(p -> p.mapping(model).isPresent()))
                .orElse(true);
        return mapped ? Decision.Why.NO_PROVIDER : Decision.Why.UNKNOWN_MODEL;
    }

    Survey survey(Wish wish) {
        List<Provider> serving = serving(wish);
        boolean primariesOnly = !wish.overflow() && serving.stream().anyMatch(p -> p.pool() == Pool.PRIMARY);
        Survey survey = new Survey();
        for (int i = 0; i < serving.size(); i++) {
            Provider provider = serving.get(i);
            Look look = primariesOnly && provider.pool() != Pool.PRIMARY
                    ? Look.skipped(provider, i, Skip.OVERFLOW, Optional.empty(), "the fallback pool is not used yet")
                    : look(provider, i, wish);
            if (look.skip().isPresent()) {
                survey.add(look);
            } else {
                survey.add(candidate(look, wish));
            }
        }
        return survey;
    }

    private Look look(Provider provider, int position, Wish wish) {
        ProviderState state = memory.state(provider);
        long now = memory.now();
        String model = wish.model().orElse("");
        if (!wish.apis().contains(provider.endpoint().api())) {
            return Look.skipped(provider, position, Skip.PROTOCOL, Optional.empty(), "does not speak this protocol");
        }
        Optional<String> error = memory.error(provider);
        if (error.isPresent()) {
            return Look.skipped(provider, position, Skip.ERROR, Optional.empty(), "in error: " + error.get());
        }
        if (state.missing(model, wish.use(), now)) {
            return Look.skipped(
                    provider,
                    position,
                    Skip.MISSING,
                    Optional.empty(),
                    "has said that it does not have this model for such requests");
        }
        Again again = wish.tried().get(provider.id());
        if (again != null && again.kind() == Again.Kind.NEVER) {
            return Look.skipped(provider, position, Skip.TRIED, Optional.empty(), "was tried");
        }
        Optional<Cooldowns.Block> block = memory.cooldowns.block(provider, model);
        if (block.isPresent()) {
            return Look.cooling(provider, position, block.get());
        }
        if (again != null && again.in(now) > 0) {
            Duration pause = Duration.ofNanos(again.in(now));
            return Look.skipped(provider, position, Skip.TRIED, Optional.of(pause), "was tried");
        }
        Ask ask = memory.ask(provider, wish);
        return memory.quotas
                .obstacle(memory.quota(provider), ask)
                .map(obstacle -> full(provider, position, ask, obstacle))
                .orElseGet(() -> Look.open(provider, position));
    }

    Look full(Provider provider, int position, Ask ask, Taken.Full obstacle) {
        // whoever ends makes room among workers, but so does a clean minute
        Optional<Duration> freeIn = obstacle.limit() == Taken.Limit.WORKERS
                ? Optional.of(memory.workers.grows(ask.workers(), memory.now()))
                : obstacle.freeIn();
        return Look.skipped(
                provider,
                position,
                obstacle.limit() == Taken.Limit.DAY ? Skip.SPENT : Skip.FULL,
                freeIn,
                Obstacles.words(memory.quota(provider), memory.quotas, obstacle));
    }

    private Chooser.Candidate candidate(Look look, Wish wish) {
        Provider provider = look.provider();
        ProviderState state = memory.state(provider);
        String model = wish.model().orElse("");
        boolean any = wish.model().isPresent();
        return new Chooser.Candidate(
                look,
                wish.tried().containsKey(provider.id()),
                provider.mapsExactly(model),
                wish.avoid().contains(Memory.origin(provider)),
                memory.health(provider, state.pulse(model, wish.use()).health(memory.now())),
                any ? memory.quotas.share(memory.quota(provider)) / provider.weight() : 0,
                any ? state.inFlight() : 0,
                any ? state.lastUsedNanos() : 0,
                any ? memory.record(provider).averageNanos() : 0);
    }

    /**
     * What would become of each provider that maps the wish's model, in the order in which they would be asked; disabled
     * ones last.
     */
    List<Route> route(Wish wish) {
        Survey survey = survey(wish);
        List<Route> routes = new ArrayList<>();
        for (Chooser.Candidate candidate : order(survey)) {
            Provider provider = candidate.look().provider();
            boolean first = routes.isEmpty();
            routes.add(new Route(provider, first, (first ? "chosen: " : "after that: ") + words(provider, candidate)));
        }
        survey.skipped().forEach(look -> routes.add(new Route(look.provider(), false, look.reason())));
        memory.catalog().all().stream()
                .filter(p -> !p.enabled() && wish.model().flatMap(p::mapping).isPresent())
                .forEach(p -> routes.add(new Route(p, false, "disabled")));
        return routes;
    }

    private String words(Provider provider, Chooser.Candidate candidate) {
        Quota quota = memory.quota(provider);
        String window = quota.rpm() == 0 ? "unlimited" : "window " + memory.quotas.used(quota) + "/" + quota.rpm();
        return provider.pool().wire() + ", " + candidate.health().wire() + ", " + window;
    }
}
