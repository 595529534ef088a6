package sidecar.pool;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import sidecar.provider.HealthLevel;

/**
 * What is remembered of one provider. Immutable.
 *
 * @param error why its credential is not accepted; empty when it is
 * @param missing until when (nanos) each model is taken as not served, by model and kind of path
 * @param models how attempts on each model have gone, by model and kind of path: what makes no images may chat well
 */
public record ProviderState(
        Optional<String> error,
        int inFlight,
        long lastUsedNanos,
        Map<String, Long> missing,
        Map<String, HealthState> models) {

    private static final int MAX_REMEMBERED = 500;

    public static final ProviderState FRESH =
            new ProviderState(Optional.empty(), 0, Long.MIN_VALUE, Map.of(), Map.of());

    public ProviderState {
        missing = Map.copyOf(missing);
        models = Map.copyOf(models);
    }

    ProviderState taken(long now) {
        return new ProviderState(error, inFlight + 1, now, missing, models);
    }

    ProviderState released() {
        return new ProviderState(error, inFlight - 1, lastUsedNanos, missing, models);
    }

    ProviderState inError(String reason) {
        return new ProviderState(Optional.of(reason), inFlight, lastUsedNanos, missing, models);
    }

    public ProviderState without(String model, String use, long untilNanos, long now) {
        Map<String, Long> lasting = new HashMap<>(missing);
        lasting.values().removeIf(until -> now - until >= 0);
        return new ProviderState(error, inFlight, lastUsedNanos, with(lasting, key(model, use), untilNanos), models);
    }

    private static String key(String model, String use) {
        return use + ' ' + model;
    }

    public ProviderState withFailure(String model, String use, Lease.Failed failed, long startedNanos, long now) {
        return withHealth(model, use, health -> health.failed(failed, startedNanos, now));
    }

    ProviderState withHealth(String model, String use, UnaryOperator<HealthState> step) {
        HealthState before = health(model, use);
        HealthState after = step.apply(before);
        return after.equals(before)
                ? this
                : new ProviderState(error, inFlight, lastUsedNanos, missing, with(models, key(model, use), after));
    }

    /** After a success on {@code model}; a credential error stays until the operator or a test ends it. */
    ProviderState well(String model, String use) {
        if (!models.containsKey(key(model, use))) {
            return this;
        }
        Map<String, HealthState> rest = new HashMap<>(models);
        rest.remove(key(model, use));
        return new ProviderState(error, inFlight, lastUsedNanos, missing, rest);
    }

    /** Its credential has proved good. */
    ProviderState accepted() {
        return new ProviderState(Optional.empty(), inFlight, lastUsedNanos, missing, models);
    }

    /** With everything forgotten but what is under way. */
    ProviderState cleared() {
        return new ProviderState(Optional.empty(), inFlight, lastUsedNanos, Map.of(), Map.of());
    }

    boolean missing(String model, String use, long now) {
        Long until = missing.get(key(model, use));
        return until != null && now - until < 0;
    }

    HealthState health(String model, String use) {
        return models.getOrDefault(key(model, use), HealthState.WELL);
    }

    /** An attempt that finds out about {@code model} is out, or not any more. */
    ProviderState probing(String model, String use, boolean out) {
        return withHealth(model, use, health -> health.probing(out));
    }

    /** The worst health over its models. */
    HealthLevel worst(long now) {
        return models.values().stream()
                .map(health -> health.health(now))
                .max(HealthLevel::compareTo)
                .orElse(HealthLevel.HEALTHY);
    }

    /** What the latest failure of a model that is down was; empty when none is. */
    Optional<String> down(long now) {
        return models.values().stream()
                .filter(health -> health.health(now) == HealthLevel.DOWN)
                .map(HealthState::last)
                .findFirst();
    }

    private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
        Map<String, V> copy = new HashMap<>(map);
        if (!copy.containsKey(key)) {
            bound(copy);
        }
        copy.put(key, value);
        return copy;
    }

    /** Makes room for one more: clients may ask for any number of models, and on any path. */
    private static void bound(Map<String, ?> map) {
        if (map.size() >= MAX_REMEMBERED) {
            map.keySet().remove(map.keySet().iterator().next());
        }
    }
}
