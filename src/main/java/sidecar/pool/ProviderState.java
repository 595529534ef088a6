package sidecar.pool;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is remembered of one provider. Immutable.
 *
 * @param error why its credential is not accepted; empty when it is
 * @param forbidden 403s in a row: one alone may be a quirk of the path or of a header, two are the key
 * @param missing until when (nanos) each model is taken as not served
 * @param models how attempts on each model have gone
 */
record ProviderState(
        Optional<String> error,
        int forbidden,
        int inFlight,
        long lastUsedNanos,
        Map<String, Long> missing,
        Map<String, Pulse> models) {

    static final ProviderState FRESH = new ProviderState(Optional.empty(), 0, 0, Long.MIN_VALUE, Map.of(), Map.of());

    ProviderState {
        missing = Map.copyOf(missing);
        models = Map.copyOf(models);
    }

    ProviderState taken(long now) {
        return new ProviderState(error, forbidden, inFlight + 1, now, missing, models);
    }

    ProviderState released() {
        return new ProviderState(error, forbidden, inFlight - 1, lastUsedNanos, missing, models);
    }

    ProviderState inError(String reason) {
        return new ProviderState(Optional.of(reason), forbidden, inFlight, lastUsedNanos, missing, models);
    }

    ProviderState forbiddenOnce() {
        return new ProviderState(error, forbidden + 1, inFlight, lastUsedNanos, missing, models);
    }

    ProviderState without(String model, long untilNanos) {
        return new ProviderState(error, forbidden, inFlight, lastUsedNanos, with(missing, model, untilNanos), models);
    }

    ProviderState hurt(String model, String what, long startedNanos, long now) {
        Pulse worse = models.getOrDefault(model, Pulse.WELL).failed(what, startedNanos, now);
        return new ProviderState(error, forbidden, inFlight, lastUsedNanos, missing, with(models, model, worse));
    }

    /** After a success on {@code model}; a credential error stays until the operator or a test ends it. */
    ProviderState well(String model) {
        if (forbidden == 0 && !models.containsKey(model)) {
            return this;
        }
        Map<String, Pulse> rest = new HashMap<>(models);
        rest.remove(model);
        return new ProviderState(error, 0, inFlight, lastUsedNanos, missing, rest);
    }

    /** Its credential has proved good. */
    ProviderState accepted() {
        return new ProviderState(Optional.empty(), 0, inFlight, lastUsedNanos, missing, models);
    }

    /** With everything forgotten but what is under way. */
    ProviderState cleared() {
        return new ProviderState(Optional.empty(), 0, inFlight, lastUsedNanos, Map.of(), Map.of());
    }

    boolean missing(String model, long now) {
        Long until = missing.get(model);
        return until != null && now - until < 0;
    }

    Pulse pulse(String model) {
        return models.getOrDefault(model, Pulse.WELL);
    }

    /** An attempt that finds out about {@code model} is out, or not any more. */
    ProviderState probing(String model, boolean out) {
        Pulse pulse = models.get(model);
        return pulse == null || pulse.probing() == out
                ? this
                : new ProviderState(
                        error, forbidden, inFlight, lastUsedNanos, missing, with(models, model, pulse.probing(out)));
    }

    /** The worst health over its models. */
    Health worst(long now) {
        return models.values().stream()
                .map(pulse -> pulse.health(now))
                .max(Health::compareTo)
                .orElse(Health.HEALTHY);
    }

    /** What the latest failure of a model that is down was; empty when none is. */
    Optional<String> down(long now) {
        return models.values().stream()
                .filter(pulse -> pulse.health(now) == Health.DOWN)
                .map(Pulse::last)
                .findFirst();
    }

    private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
        Map<String, V> copy = new HashMap<>(map);
        copy.put(key, value);
        return copy;
    }
}
