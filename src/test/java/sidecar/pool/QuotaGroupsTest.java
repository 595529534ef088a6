package sidecar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sidecar.limit.QuotaLimits;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;

class QuotaGroupsTest {

    private static QuotaGroups of(SomeProvider... providers) {
        List<Provider> built = Stream.of(providers).map(SomeProvider::build).toList();
        return new QuotaGroups(new ProviderCatalog(built));
    }

    @Test
    void aGroupGoesByTheOperatorsNameElseByItsFirstProviders() {
        QuotaGroups groups = of(
                SomeProvider.named("a").group("acc").rpm(40),
                SomeProvider.named("b")
                        .url("https://one.example/v1")
                        .key("sk-shared")
                        .rpm(20),
                SomeProvider.named("c")
                        .url("https://one.example/v1")
                        .key("sk-shared")
                        .rpm(30),
                SomeProvider.named("d").group("acc").rpm(10));

        assertThat(groups.named().keySet()).containsExactly("acc", "b");
        assertThat(groups.named().values()).extracting(QuotaLimits::rpm).containsExactly(10, 20);
    }

    @Test
    void aProviderNamedLikeAnothersGroupGoesByItsId() {
        Provider alone = SomeProvider.named("acc").build();
        QuotaGroups groups =
                of(SomeProvider.named("acc"), SomeProvider.named("b").group("acc"));

        assertThat(groups.named().keySet()).containsExactly("acc", alone.id());
    }

    @Test
    void disabledProvidersFormNoGroup() {
        QuotaGroups groups = of(SomeProvider.named("a").disabled(), SomeProvider.named("b"));

        assertThat(groups.named().keySet()).containsExactly("b");
    }
}
