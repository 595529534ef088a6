package sidecar.provider;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sidecar.provider.model.TranslationMode;

/**
 * What an operator wants of one canonical model, whoever serves it. Immutable; already validated.
 *
 * @param model the canonical name
 * @param aliases further names that clients may ask for; each leads to this model only. {@code *} in one stands for any
 *     characters, where no name fits exactly
 * @param overflowWait how long to wait for a primary before the fallback pool is used: {@link #NEVER} for never, zero
 *     for at once; empty to do as the setting {@code overflow_wait_seconds} says
 * @param fallbackModels what to use instead when this model cannot be had, in this order; names as clients would ask for
 *     them, so resolve each; nobody may serve them
 * @param hidden whether {@code GET /v1/models} leaves it out; it is served all the same
 * @param translation whether its requests may be translated for providers that do not speak their dialect
 */
public record ModelSettings(
        String model,
        List<String> aliases,
        Optional<Duration> overflowWait,
        List<String> fallbackModels,
        boolean hidden,
        TranslationMode translation) {

    /** The wait that never ends in the fallback pool. */
    public static final Duration NEVER = Duration.ofSeconds(-1);

    public ModelSettings {
        aliases = List.copyOf(aliases);
        fallbackModels = List.copyOf(fallbackModels);
        if (overflowWait
                .filter(wait -> wait.isNegative() && !wait.equals(NEVER))
                .isPresent()) {
            throw new IllegalArgumentException("overflow_wait_seconds must be -1 or ≥ 0, was " + overflowWait.get());
        }
    }

    /** The same with other aliases. */
    public ModelSettings withAliases(List<String> others) {
        return new ModelSettings(model, others, overflowWait, fallbackModels, hidden, translation);
    }

    /** A model about which nothing was said. */
    public static ModelSettings of(String model) {
        return new ModelSettings(model, List.of(), Optional.empty(), List.of(), false, TranslationMode.DEFAULT);
    }
}
