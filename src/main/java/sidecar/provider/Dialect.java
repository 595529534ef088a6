package sidecar.provider;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sidecar.provider.model.DialectSupport;
import sidecar.provider.model.TranslationMode;

/** The form of requests and answers: a provider that does not speak a client's is asked by translation. */
public enum Dialect {
    /** OpenAI's chat completions; whoever speaks responses is asked for these too. */
    CHAT,
    /** Anthropic's messages. */
    MESSAGES,
    /** OpenAI's responses. */
    RESPONSES;

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
     * How clients of this dialect can use a canonical model, by the enabled providers that serve it; empty where they
     * cannot.
     *
     * @param setting of models that say nothing else
     */
    public Optional<DialectSupport> support(ProviderCatalog catalog, String model, TranslationMode setting) {
        List<Provider> serving = catalog.serving(model);
        if (serving.stream().anyMatch(this::spokenBy)) {
            return Optional.of(DialectSupport.NATIVE);
        }
        boolean translated =
                !serving.isEmpty() && catalog.rules(model).translation().or(setting) == TranslationMode.ON;
        return translated ? Optional.of(DialectSupport.TRANSLATED) : Optional.empty();
    }

    /**
     * The listed models that clients of this dialect can use, by name, each as the first provider maps it that speaks the
     * dialect; where none does, as the first that serves it. One that only a {@code *} serves so is described as the
     * catalog does.
     *
     * @param setting of models that say nothing else
     */
    public Map<String, ModelMapping> models(ProviderCatalog catalog, TranslationMode setting) {
        Map<String, ModelMapping> models = new TreeMap<>();
        catalog.models()
                .forEach((name, described) -> support(catalog, name, setting)
                        .ifPresent(
                                support -> models.put(name, mapping(catalog.serving(name), support, name, described))));
        return models;
    }

    private ModelMapping mapping(List<Provider> serving, DialectSupport support, String name, ModelMapping described) {
        return serving.stream()
                .filter(provider -> support == DialectSupport.TRANSLATED || spokenBy(provider))
                .findFirst()
                .filter(provider -> provider.mapsExactly(name))
                .flatMap(provider -> provider.mapping(name))
                .orElse(described);
    }

    /**
     * Whether any model may be asked for in this dialect, by a name that nobody lists.
     *
     * @param setting of models that say nothing else, as these do not
     */
    public boolean anyModel(ProviderCatalog catalog, TranslationMode setting) {
        return catalog.enabled().stream()
                .anyMatch(provider -> (setting == TranslationMode.ON || spokenBy(provider))
                        && provider.mapsExactly(ModelMapping.ANY));
    }
}
