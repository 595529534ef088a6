package sidecar.provider;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.json.Require;

/**
 * What one provider calls a canonical model, and what it is like there.
 *
 * @param canonical the name clients ask for, or {@link #ANY}
 * @param nativeId the name the provider knows; {@link #ANY} exactly when {@code canonical} is
 * @param contextWindow in LLM tokens
 * @param maxTokens the longest answer, in LLM tokens
 * @param compat free-form JSON values; {@code supportsUsageInStreaming} and {@code authHeader} are what Sidecar reads
 */
public record ModelMapping(
        String canonical,
        String nativeId,
        boolean reasoning,
        boolean reasoningEffort,
        List<String> inputModalities,
        Price cost,
        int contextWindow,
        int maxTokens,
        Map<String, Object> compat) {

    /** The canonical name that stands for every model, whose name then passes unchanged. */
    public static final String ANY = "*";

    public static final int DEFAULT_CONTEXT_WINDOW = 128_000;
    public static final int DEFAULT_MAX_TOKENS = 65_536;

    public ModelMapping {
        inputModalities = List.copyOf(inputModalities);
        compat = Collections.unmodifiableMap(new LinkedHashMap<>(compat));
        Require.atLeast(1, "contextWindow", contextWindow);
        Require.atLeast(1, "maxTokens", maxTokens);
        if (canonical.equals(ANY) != nativeId.equals(ANY)) {
            throw new IllegalArgumentException("native_id must be * exactly when the model is *, was " + nativeId);
        }
    }

    /** A mapping with every default. */
    public static ModelMapping of(String canonical, String nativeId) {
        return new ModelMapping(
                canonical,
                nativeId,
                false,
                false,
                List.of("text"),
                Price.FREE,
                DEFAULT_CONTEXT_WINDOW,
                DEFAULT_MAX_TOKENS,
                Map.of());
    }

    /** The header that the key goes in, where it is not the protocol's own; {@code Authorization} is always the usual one. */
    public Optional<String> authHeader() {
        return compat.get("authHeader") instanceof String name
                        && name.matches("[A-Za-z0-9-]{1,64}")
                        && !name.equalsIgnoreCase("Authorization")
                ? Optional.of(name)
                : Optional.empty();
    }

    /** What goes on the wire when a client asks for {@code model}. */
    public String wireName(String model) {
        return nativeId.equals(ANY) ? model : nativeId;
    }

    /** Whether a streamed request may ask this provider for usage. */
    public boolean usageInStreaming() {
        return !Boolean.FALSE.equals(compat.get("supportsUsageInStreaming"));
    }
}
