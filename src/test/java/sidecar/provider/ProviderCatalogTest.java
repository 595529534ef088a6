package sidecar.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.pool.SomeProvider;
import sidecar.provider.model.TranslationMode;

class ProviderCatalogTest {

    private static final ModelSettings BIG = new ModelSettings(
            "big", List.of("gpt", "best"), Optional.of(Duration.ZERO), List.of("small"), true, TranslationMode.DEFAULT);

    private static Provider mapping(String name, String... models) {
        SomeProvider provider = SomeProvider.named(name);
        for (String model : models) {
            provider.maps(model, model.equals("*") ? "*" : "native-" + model);
        }
        return provider.build();
    }

    @Test
    void anAliasLeadsToItsModelAndAnythingElseToItself() {
        ProviderCatalog catalog = new ProviderCatalog(List.of(mapping("p", "big", "small")), Map.of("big", BIG));

        assertThat(catalog.resolve("gpt")).isEqualTo("big");
        assertThat(catalog.resolve("best")).isEqualTo("big");
        assertThat(catalog.resolve("big")).isEqualTo("big");
        assertThat(catalog.resolve("nobody knows")).isEqualTo("nobody knows");
        assertThat(catalog.aliased("gpt")).contains("big");
        assertThat(catalog.aliased("big")).isEmpty();
    }

    @Test
    void anAliasGoesBeforeAMappingOfTheSameName() {
        ProviderCatalog catalog = new ProviderCatalog(List.of(mapping("p", "big", "gpt", "a")), Map.of("big", BIG));

        assertThat(catalog.resolve("gpt")).isEqualTo("big");
        assertThat(catalog.models()).containsOnlyKeys("a");
    }

    private static ModelSettings aliased(String model, String... aliases) {
        return new ModelSettings(model, List.of(aliases), Optional.empty(), List.of(), false, TranslationMode.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({
        "claude-3-5-haiku-20241022, small",
        "claude-haiku-, small",
        "claude-opus-4-6[1m], big",
        "claude-, big",
        "claude-own-haiku, claude-own-haiku",
        "claude-off-haiku, claude-off-haiku",
        "claude-set-haiku, claude-set-haiku",
        "claude-the-haiku, big",
        "claude-*haiku*, small",
        "Claude-haiku, Claude-haiku",
        "my-claude-haiku, my-claude-haiku",
        "claude, claude",
        "gpt-5-codex, small",
        "gpt-5, big"
    })
    void anExactNameGoesFirstThenTheLongestPattern(String asked, String model) {
        Provider off = SomeProvider.named("off")
                .maps("claude-off-haiku", "n")
                .disabled()
                .build();
        ProviderCatalog catalog = new ProviderCatalog(
                List.of(mapping("p", "big", "small", "claude-own-haiku"), off, mapping("any", "*")),
                Map.of(
                        "big",
                        aliased("big", "claude-*", "claude-the-haiku", "gpt-5*"),
                        "small",
                        aliased("small", "claude-*haiku*", "gpt-*codex*"),
                        "claude-set-haiku",
                        ModelSettings.of("claude-set-haiku")));

        assertThat(catalog.resolve(asked)).isEqualTo(model);
    }

    @Test
    void ofPatternsOfOneLengthTheFirstInTheAlphabetDecides() {
        ProviderCatalog catalog = new ProviderCatalog(
                List.of(mapping("p", "first", "second")),
                Map.of("second", aliased("second", "ab*"), "first", aliased("first", "*bc", "*b*c*")));

        assertThat(catalog.resolve("abc")).isEqualTo("first");
        assertThat(catalog.resolve("abx")).isEqualTo("second");
    }

    @Test
    void aPatternIsNoModelAndTakesNoneAway() {
        ProviderCatalog catalog = new ProviderCatalog(
                List.of(mapping("p", "small", "claude-own")), Map.of("small", aliased("small", "claude-*")));

        assertThat(catalog.models()).containsOnlyKeys("claude-own", "small");
        assertThat(catalog.known()).containsExactly("claude-own", "small");
        assertThat(catalog.aliased("claude-*")).contains("small");
        assertThat(catalog.aliased("claude-3")).isEmpty();
    }

    @Test
    void aFallbackModelMayBeNamedByAPattern() {
        ModelSettings big = new ModelSettings(
                "big", List.of("big-*"), Optional.empty(), List.of("sm-1", "big-2"), false, TranslationMode.DEFAULT);
        ProviderCatalog catalog = new ProviderCatalog(
                List.of(mapping("p", "big", "small")), Map.of("big", big, "small", aliased("small", "sm-*")));

        assertThat(catalog.fallbackModels("big")).containsExactly("small");
    }

    @Test
    void aModelWithoutSettingsHasNone() {
        ProviderCatalog catalog = new ProviderCatalog(List.of(mapping("p", "small")), Map.of("big", BIG));

        assertThat(catalog.rules("big")).isEqualTo(BIG);
        assertThat(catalog.rules("small")).isEqualTo(ModelSettings.of("small"));
        assertThat(catalog.stored()).containsOnlyKeys("big");
    }

    @Test
    void aHiddenModelIsNotListedButServed() {
        ProviderCatalog catalog = new ProviderCatalog(List.of(mapping("p", "big", "small")), Map.of("big", BIG));

        assertThat(catalog.models()).containsOnlyKeys("small");
        assertThat(catalog.serving("big")).hasSize(1);
        assertThat(catalog.model("big").map(ModelMapping::nativeId)).contains("native-big");
    }

    @Test
    void knownIsWhatIsMappedByAnybodyOrHasSettings() {
        Provider disabled = SomeProvider.named("off").maps("z", "z").disabled().build();
        Provider any = mapping("any", "*");
        ProviderCatalog catalog = new ProviderCatalog(List.of(disabled, any, mapping("p", "a")), Map.of("big", BIG));

        assertThat(catalog.known()).containsExactly("a", "big", "z");
    }

    @Test
    void eachWriterKeepsTheOthersPart() {
        CatalogHolder holder = new CatalogHolder();

        holder.publishModels(Map.of("big", BIG));
        holder.publishProviders(List.of(mapping("p", "big")));

        assertThat(holder.get().resolve("gpt")).isEqualTo("big");
        holder.publishModels(Map.of());
        assertThat(holder.get().all()).hasSize(1);
        assertThat(holder.get().resolve("gpt")).isEqualTo("gpt");
    }
}
