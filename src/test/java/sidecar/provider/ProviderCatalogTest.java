package sidecar.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sidecar.pool.SomeProvider;

class ProviderCatalogTest {

    private static final ModelSettings BIG =
            new ModelSettings("big", List.of("gpt", "best"), Optional.of(Duration.ZERO), List.of("small"), true);

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
