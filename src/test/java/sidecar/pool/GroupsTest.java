package sidecar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sidecar.limit.Quota;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;

class GroupsTest {

    private static Groups of(SomeProvider... providers) {
        List<Provider> built = Stream.of(providers).map(SomeProvider::build).toList();
        return new Groups(new ProviderCatalog(built));
    }

    @Test
    void aGroupGoesByTheOperatorsNameElseByItsFirstProviders() {
        Groups groups = of(
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
        assertThat(groups.named().values()).extracting(Quota::rpm).containsExactly(10, 20);
    }

    @Test
    void aProviderNamedLikeAnothersGroupGoesByItsId() {
        Provider alone = SomeProvider.named("acc").build();
        Groups groups = of(SomeProvider.named("acc"), SomeProvider.named("b").group("acc"));

        assertThat(groups.named().keySet()).containsExactly("acc", alone.id());
    }

    @Test
    void disabledProvidersFormNoGroup() {
        Groups groups = of(SomeProvider.named("a").disabled(), SomeProvider.named("b"));

        assertThat(groups.named().keySet()).containsExactly("b");
    }
}
