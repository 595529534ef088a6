package sidecar.provider;

import java.util.Map;
import java.util.TreeMap;

/**
 * How a client asks: the form of its requests, which a provider has to take as they are. Nothing is translated from one
 * to another, so a client of a dialect can use only the models that a provider serves in it.
 */
public enum Dialect {
    /** OpenAI's chat completions; whoever speaks responses is asked for these too. */
    CHAT,
    /** OpenAI's responses. */
    RESPONSES,
    /** Anthropic's messages. */
    MESSAGES;

    /** Whether {@code provider} takes requests of this dialect. */
    public boolean spokenBy(Provider provider) {
        ApiProtocol api = provider.endpoint().api();
        return switch (this) {
            case CHAT -> api == ApiProtocol.OPENAI_COMPLETIONS || api == ApiProtocol.OPENAI_RESPONSES;
            case RESPONSES -> api == ApiProtocol.OPENAI_RESPONSES;
            case MESSAGES -> api == ApiProtocol.ANTHROPIC_MESSAGES;
        };
    }

    /**
     * The listed models that an enabled provider serves in this dialect, by name, each as the first such provider maps
     * it. One that only a {@code *} serves in this dialect is described as the catalog does.
     */
    public Map<String, ModelMapping> models(ProviderCatalog catalog) {
        Map<String, ModelMapping> models = new TreeMap<>();
        catalog.models()
                .forEach((name, described) -> catalog.serving(name).stream()
                        .filter(this::spokenBy)
                        .findFirst()
                        .ifPresent(provider -> models.put(name, mapping(provider, name, described))));
        return models;
    }

    private static ModelMapping mapping(Provider provider, String name, ModelMapping described) {
        return provider.mapsExactly(name) ? provider.mapping(name).orElse(described) : described;
    }

    /** Whether any model may be asked for in this dialect, by a name that nobody lists. */
    public boolean anyModel(ProviderCatalog catalog) {
        return catalog.enabled().stream()
                .anyMatch(provider -> spokenBy(provider) && provider.mapsExactly(ModelMapping.ANY));
    }
}
