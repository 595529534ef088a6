package sidecar.provider;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The form of requests and answers: a provider that does not speak a client's is asked by translation. */
public enum Dialect {
    /** OpenAI's chat completions; whoever speaks responses is asked for these too. */
    CHAT,
    /** OpenAI's responses. */
    RESPONSES,
    /** Anthropic's messages. */
    MESSAGES;

    /** The name in headers and logs, such as {@code messages}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The dialect in which providers of a protocol are asked for what they do not take as it is. */
    public static Dialect ofTranslated(ApiProtocol api) {
        return api == ApiProtocol.ANTHROPIC_MESSAGES ? MESSAGES : CHAT;
    }

    /** Whether {@code provider} takes requests of this dialect as they are. */
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
