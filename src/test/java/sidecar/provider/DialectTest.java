package sidecar.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.pool.SomeProvider;
import sidecar.provider.model.DialectSupport;
import sidecar.provider.model.TranslationMode;

class DialectTest {

    private static Provider speaking(ApiProtocol api, String... models) {
        SomeProvider provider = SomeProvider.named(api.wire()).api(api);
        for (String model : models) {
            provider.maps(model, model.equals("*") ? "*" : api.wire());
        }
        return provider.build();
    }

    @Test
    void eachDialectHasTheModelsThatAProviderServesInIt() {
        ProviderCatalog catalog = new ProviderCatalog(List.of(
                speaking(ApiProtocol.OPENAI_COMPLETIONS, "a", "both"),
                speaking(ApiProtocol.OPENAI_RESPONSES, "r"),
                speaking(ApiProtocol.ANTHROPIC_MESSAGES, "both", "m")));

        assertThat(Dialect.CHAT.models(catalog, TranslationMode.NATIVE)).containsOnlyKeys("a", "both", "r");
        assertThat(Dialect.RESPONSES.models(catalog, TranslationMode.NATIVE)).containsOnlyKeys("r");
        assertThat(Dialect.MESSAGES.models(catalog, TranslationMode.NATIVE)).containsOnlyKeys("both", "m");
        assertThat(Dialect.MESSAGES.models(catalog, TranslationMode.NATIVE))
                .hasEntrySatisfying(
                        "both", mapping -> assertThat(mapping.nativeId()).isEqualTo("anthropic-messages"));
    }

    @Test
    void hiddenModelsAndAliasesAreNotListed() {
        ModelSettings hidden =
                new ModelSettings("a", List.of("b"), Optional.empty(), List.of(), true, TranslationMode.DEFAULT);
        ProviderCatalog catalog = new ProviderCatalog(
                List.of(speaking(ApiProtocol.OPENAI_COMPLETIONS, "a", "b", "c")), Map.of("a", hidden));

        assertThat(Dialect.CHAT.models(catalog, TranslationMode.NATIVE)).containsOnlyKeys("c");
    }

    @Test
    void aStarServesInItsOwnDialectWhatOthersName() {
        ProviderCatalog catalog = new ProviderCatalog(
                List.of(speaking(ApiProtocol.OPENAI_COMPLETIONS, "a"), speaking(ApiProtocol.OPENAI_RESPONSES, "*")));

        assertThat(Dialect.RESPONSES.models(catalog, TranslationMode.NATIVE)).containsOnlyKeys("a");
        assertThat(Dialect.RESPONSES.anyModel(catalog, TranslationMode.NATIVE)).isTrue();
        assertThat(Dialect.MESSAGES.anyModel(catalog, TranslationMode.NATIVE)).isFalse();
    }

    /** What is native stands first, and describes the model. */
    @Test
    void translationAddsTheModelsThatNobodyServesInTheDialect() {
        ProviderCatalog catalog = new ProviderCatalog(List.of(
                speaking(ApiProtocol.OPENAI_COMPLETIONS, "a", "both"),
                speaking(ApiProtocol.ANTHROPIC_MESSAGES, "both", "m")));

        Map<String, ModelMapping> models = Dialect.MESSAGES.models(catalog, TranslationMode.ON);

        assertThat(models).containsOnlyKeys("a", "both", "m");
        assertThat(models)
                .extractingByKey("a")
                .extracting(ModelMapping::nativeId)
                .isEqualTo("openai-completions");
        assertThat(models)
                .extractingByKey("both")
                .extracting(ModelMapping::nativeId)
                .isEqualTo("anthropic-messages");
        assertThat(Dialect.RESPONSES.models(catalog, TranslationMode.ON)).containsOnlyKeys("a", "both", "m");
    }

    /** The setting, the model's own word, and what comes of them for each dialect; - where it cannot be used. */
    @ParameterizedTest
    @CsvSource({
        "OPENAI_COMPLETIONS, ON, DEFAULT, native, translated, translated",
        "OPENAI_RESPONSES, ON, DEFAULT, native, translated, native",
        "ANTHROPIC_MESSAGES, ON, DEFAULT, translated, native, translated",
        "OPENAI_COMPLETIONS, NATIVE, DEFAULT, native, -, -",
        "ANTHROPIC_MESSAGES, ON, NATIVE, -, native, -",
        "OPENAI_COMPLETIONS, NATIVE, ON, native, translated, translated"
    })
    void aModelIsNativeOrTranslatedOrNeither(
            ApiProtocol api,
            TranslationMode setting,
            TranslationMode own,
            String chat,
            String messages,
            String responses) {
        ModelSettings settings = new ModelSettings("a", List.of(), Optional.empty(), List.of(), false, own);
        ProviderCatalog catalog = new ProviderCatalog(List.of(speaking(api, "a")), Map.of("a", settings));

        assertThat(Arrays.stream(Dialect.values())
                        .map(dialect -> dialect.support(catalog, "a", setting)
                                .map(DialectSupport::wire)
                                .orElse("-")))
                .containsExactly(chat, messages, responses);
    }

    @Test
    void whatNobodyServesCannotBeTranslated() {
        ProviderCatalog catalog = new ProviderCatalog(List.of());

        assertThat(Dialect.CHAT.support(catalog, "a", TranslationMode.ON)).isEmpty();
        assertThat(Dialect.CHAT.anyModel(catalog, TranslationMode.ON)).isFalse();
    }

    @Test
    void aStarServesEveryNameInEveryDialectByTranslation() {
        ProviderCatalog catalog = new ProviderCatalog(List.of(speaking(ApiProtocol.OPENAI_COMPLETIONS, "*")));

        assertThat(Dialect.MESSAGES.anyModel(catalog, TranslationMode.ON)).isTrue();
        assertThat(Dialect.MESSAGES.anyModel(catalog, TranslationMode.NATIVE)).isFalse();
    }
}
