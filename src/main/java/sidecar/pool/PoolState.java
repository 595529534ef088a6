package sidecar.pool;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import sidecar.limit.GrantRequest;
import sidecar.limit.QuotaLimits;
import sidecar.limit.RateLimiter;
import sidecar.pool.cooldown.Cooldowns;
import sidecar.pool.event.PoolEvent;
import sidecar.pool.event.PoolEventListener;
import sidecar.provider.Endpoint;
import sidecar.provider.HealthLevel;
import sidecar.provider.ModelMapping;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.time.Ticker;

/** All that the pool remembers of providers, their hosts and their models. Thread-safe; never blocks. */
final class PoolState {

    final RateLimiter rateLimiter;
    final Cooldowns cooldowns;
    final AdaptiveModelConcurrency modelConcurrency = new AdaptiveModelConcurrency();
    final FailureConfirmations confirmations;
    final VerificationProbes verificationProbes;
    private final PoolEventListener eventListener;
    private final Supplier<ProviderCatalog> catalog;
    private final Ticker ticker;
    private final Map<String, ProviderState> states = new ConcurrentHashMap<>();
    private final Map<String, ProviderStats> records = new ConcurrentHashMap<>();
    private final Map<String, HealthState> hosts = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Map<String, Endpoint> endpoints = Map.of();
    private volatile QuotaGroups groups = new QuotaGroups(ProviderCatalog.EMPTY);

    PoolState(
            Supplier<ProviderCatalog> catalog,
            RateLimiter rateLimiter,
            Cooldowns cooldowns,
            PoolEventListener eventListener,
            Ticker ticker) {
        this.catalog = catalog;
        this.rateLimiter = rateLimiter;
        this.cooldowns = cooldowns;
        this.eventListener = eventListener;
        this.ticker = ticker;
        this.confirmations = new FailureConfirmations(ticker);
        this.verificationProbes = new VerificationProbes(ticker);
    }

    ProviderCatalog catalog() {
        return catalog.get();
    }

    long now() {
        return ticker.nanos();
    }

    /** {@code listener} is called when something other than time may have made room. */
    void onRoom(Runnable listener) {
        listeners.add(listener);
    }

    /** Something other than time may have made room. */
    void capacityFreed() {
        listeners.forEach(Runnable::run);
    }

    /** Something is known of an upstream that was not. */
    void learned(PoolEvent event) {
        eventListener.learned(event);
    }

    ProviderState state(Provider provider) {
        return states.getOrDefault(provider.id(), ProviderState.FRESH);
    }

    ProviderState change(String id, UnaryOperator<ProviderState> step) {
        return states.compute(id, (key, before) -> step.apply(before == null ? ProviderState.FRESH : before));
    }

    ProviderStats record(Provider provider) {
        return records.computeIfAbsent(provider.id(), id -> new ProviderStats());
    }

    HealthState host(Provider provider) {
        return hosts.getOrDefault(origin(provider), HealthState.WELL);
    }

    /** Changes a host that is not well. */
    void changeHost(Provider provider, UnaryOperator<HealthState> step) {
        hosts.computeIfPresent(origin(provider), (origin, health) -> step.apply(health));
    }

    HealthState hostFailed(Provider provider, Lease.Failed failed, long startedNanos) {
        return hosts.compute(origin(provider), (origin, health) -> {
            HealthState before = health == null ? HealthState.WELL : health;
            HealthState after = before.failed(failed, startedNanos, now());
            if (after.downs() > before.downs()) {
                learned(new PoolEvent.HostDown(
                        origin, failed.message(), after.failures(), after.downs(), after.left(now())));
            }
            return after;
        });
    }

    /** Another node has found that host down. */
    void hostDownElsewhere(PoolEvent.HostDown event, Duration left) {
        long now = now();
        hosts.compute(
                event.origin(),
                (origin, health) -> (health == null ? HealthState.WELL : health)
                        .downElsewhere(event.message(), event.failures(), event.outages(), now + left.toNanos(), now));
    }

    /** Another node was answered by that host. */
    void hostRecoveredElsewhere(String origin) {
        hosts.remove(origin);
    }

    HealthState modelFailed(Lease lease, Lease.Failed failed) {
        long now = now();
        String model = lease.model();
        String use = lease.use().kind();
        return change(lease.provider().id(), before -> {
                    ProviderState after = before.withFailure(model, use, failed, lease.startedNanos(), now);
                    HealthState health = after.health(model, use);
                    if (health.downs() > before.health(model, use).downs()) {
                        learned(new PoolEvent.ModelDown(
                                lease.provider().id(),
                                model,
                                use,
                                failed.message(),
                                health.failures(),
                                health.downs(),
                                health.left(now)));
                    }
                    return after;
                })
                .health(model, use);
    }

    void modelSucceeded(Lease lease) {
        String model = lease.model();
        String use = lease.use().kind();
        change(lease.provider().id(), before -> {
            if (before.health(model, use).downs() > 0) {
                learned(new PoolEvent.ModelRecovered(lease.provider().id(), model, use));
            }
            return before.well(model, use);
        });
    }

    /** Whether there was anything to forget. */
    boolean hostSucceeded(Provider provider) {
        HealthState before = hosts.remove(origin(provider));
        if (before != null && before.downs() > 0) {
            learned(new PoolEvent.HostRecovered(origin(provider)));
        }
        return before != null;
    }

    /**
     * Forgets providers that were deleted, once nothing of theirs is under way, and hosts of which no provider is left: who
     * is added there later begins without their past.
     */
    void forgetDeleted() {
        Set<String> ids = catalog().all().stream().map(Provider::id).collect(Collectors.toSet());
        errors().keySet().stream()
                .filter(id -> !ids.contains(id))
                .forEach(id -> learned(new PoolEvent.ProviderCleared(id)));
        Set<String> origins = catalog().all().stream().map(PoolState::origin).collect(Collectors.toSet());
        states.entrySet()
                .removeIf(e -> !ids.contains(e.getKey()) && e.getValue().inFlight() == 0);
        verificationProbes.retain(ids);
        records.keySet().retainAll(ids);
        hosts.keySet().retainAll(origins);
    }

    /** What the latest failure of its host or of one of its models was; empty when none is down. */
    Optional<String> down(Provider provider) {
        HealthState host = host(provider);
        return host.health(now()) == HealthLevel.DOWN
                ? Optional.of(host.last())
                : state(provider).down(now());
    }

    /** The worse of a provider's own health and its host's. */
    HealthLevel health(Provider provider, HealthLevel own) {
        HealthLevel host = host(provider).health(now());
        return own.compareTo(host) >= 0 ? own : host;
    }

    /** Why it is in error; empty when it is not. */
    Optional<String> error(Provider provider) {
        return provider.endpoint().key().isEmpty()
                ? Optional.of("its key is missing or cannot be read: enter it")
                : state(provider).error();
    }

    /** By provider id, why its credential is not accepted. */
    Map<String, String> errors() {
        return states.entrySet().stream()
                .filter(e -> e.getValue().error().isPresent())
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, e -> e.getValue().error().orElseThrow()));
    }

    /** Forgets everything about a provider but what is under way. */
    void clear(String providerId) {
        clear(providerId, cooldowns::clear);
        learned(new PoolEvent.ProviderCleared(providerId));
    }

    /** The same, as another node tells. */
    void clearedElsewhere(String providerId) {
        clear(providerId, cooldowns::clearedElsewhere);
    }

    private void clear(String providerId, Consumer<Provider> clearCooldowns) {
        states.computeIfPresent(providerId, (id, state) -> state.cleared());
        verificationProbes.forget(providerId);
        confirmations.forget(providerId);
        catalog().byId(providerId).ifPresent(provider -> {
            clearCooldowns.accept(provider);
            hosts.remove(origin(provider));
        });
    }

    /**
     * What was learned of providers with another key or address than they have now is not true of them. Who edits one has cleared it; that is for edits by another
     * node, whose word may come before what it has changed.
     */
    void forgetOtherEndpoints() {
        Map<String, Endpoint> now = new HashMap<>();
        for (Provider provider : catalog().all()) {
            now.put(provider.id(), provider.endpoint());
            Endpoint before = endpoints.get(provider.id());
            if (before != null && !before.isReachedAs(provider.endpoint())) {
                clearedElsewhere(provider.id());
            }
        }
        endpoints = now;
    }

    /** The limits that a provider shares with its quota group. */
    QuotaLimits quota(Provider provider) {
        return groups().quota(provider);
    }

    /** The quota groups of the catalog there is now. */
    QuotaGroups groups() {
        ProviderCatalog now = catalog();
        QuotaGroups known = groups;
        if (!known.of(now)) {
            known = new QuotaGroups(now);
            groups = known;
        }
        return known;
    }

    /** What an attempt by those criteria on that provider would take. */
    GrantRequest ask(Provider provider, SelectionCriteria criteria) {
        String key = workers(provider, criteria.model().orElse(""));
        return new GrantRequest(
                provider.endpoint().identity(), criteria.tokens(), key, modelConcurrency.max(key, now()));
    }

    /** What an attempt on {@code model} runs on: every account of a host shares its model's workers. */
    static String workers(Provider provider, String model) {
        return model.isEmpty()
                ? ""
                : provider.mapping(model)
                        .map(mapping -> mapping.nativeId().equals(ModelMapping.ANY) ? model : mapping.nativeId())
                        .map(nativeId -> origin(provider) + " " + nativeId)
                        .orElse("");
    }

    static String origin(Provider provider) {
        return provider.endpoint().url().origin();
    }
}
