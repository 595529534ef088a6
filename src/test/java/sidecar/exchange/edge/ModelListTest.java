package sidecar.exchange.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sidecar.client.ClientToken;
import sidecar.pool.SomeProvider;
import sidecar.provider.ModelSettings;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.TranslationMode;

class ModelListTest {

    private final ProviderCatalog catalog = new ProviderCatalog(
            List.of(
                    SomeProvider.named("p").maps("big", "b").maps("small", "s").build(),
                    SomeProvider.named("any").maps("*", "*").build()),
            Map.of(
                    "big",
                    new ModelSettings(
                            "big",
                            List.of("gpt", "claude-*"),
                            Optional.empty(),
                            List.of(),
                            true,
                            TranslationMode.DEFAULT)));

    private Optional<String> one(String asked) {
        return ModelList.one(catalog, ClientToken.OPEN, asked).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void neitherHiddenModelsNorAliasesAreListed() {
        assertThat(new String(ModelList.all(catalog, ClientToken.OPEN), StandardCharsets.UTF_8))
                .contains("\"id\":\"small\"")
                .doesNotContain("big", "gpt", "claude");
    }

    @Test
    void anAliasIsAnsweredUnderTheNameThatWasAsked() {
        assertThat(one("gpt").orElseThrow()).contains("\"id\":\"gpt\"").doesNotContain("big");
        assertThat(one("big").orElseThrow()).contains("\"id\":\"big\"");
        assertThat(one("small").orElseThrow()).contains("\"id\":\"small\"");
        assertThat(one("claude-opus").orElseThrow())
                .contains("\"id\":\"claude-opus\"")
                .doesNotContain("big");
        assertThat(one("nobody")).isEmpty();
    }
}
