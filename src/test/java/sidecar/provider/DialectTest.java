package sidecar.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sidecar.pool.SomeProvider;
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

        assertThat(Dialect.CHAT.models(catalog)).containsOnlyKeys("a", "both", "r");
        assertThat(Dialect.RESPONSES.models(catalog)).containsOnlyKeys("r");
        assertThat(Dialect.MESSAGES.models(catalog)).containsOnlyKeys("both", "m");
        assertThat(Dialect.MESSAGES.models(catalog))
                .hasEntrySatisfying(
                        "both", mapping -> assertThat(mapping.nativeId()).isEqualTo("anthropic-messages"));
    }

    @Test
    void hiddenModelsAndAliasesAreNotListed() {
        ModelSettings hidden =
                new ModelSettings("a", List.of("b"), Optional.empty(), List.of(), true, TranslationMode.DEFAULT);
        ProviderCatalog catalog = new ProviderCatalog(
                List.of(speaking(ApiProtocol.OPENAI_COMPLETIONS, "a", "b", "c")), Map.of("a", hidden));

        assertThat(Dialect.CHAT.models(catalog)).containsOnlyKeys("c");
    }

    @Test
    void aStarServesInItsOwnDialectWhatOthersName() {
        ProviderCatalog catalog = new ProviderCatalog(
                List.of(speaking(ApiProtocol.OPENAI_COMPLETIONS, "a"), speaking(ApiProtocol.OPENAI_RESPONSES, "*")));

        assertThat(Dialect.RESPONSES.models(catalog)).containsOnlyKeys("a");
        assertThat(Dialect.RESPONSES.anyModel(catalog)).isTrue();
        assertThat(Dialect.MESSAGES.anyModel(catalog)).isFalse();
    }
}
