package sidecar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sidecar.failure.FailureClass;
import sidecar.provider.ApiProtocol;
import sidecar.provider.CatalogHolder;
import sidecar.provider.PathUse;
import sidecar.provider.ProviderCatalog;
import sidecar.time.FakeTime;

class ModelCapacityTest {

    private final FakeTime time = new FakeTime();
    private final CatalogHolder catalog = new CatalogHolder();
    private final ProviderPool pool = PoolFixture.pool(time, catalog);

    private void of(SomeProvider... providers) {
        catalog.publish(new ProviderCatalog(
                Stream.of(providers).map(SomeProvider::build).toList(), Map.of()));
    }

    private Lease lease(String model) {
        return ((LeaseResult.Leased)
                        pool.lease(SelectionCriteria.of(Optional.of(model), Set.of(ApiProtocol.OPENAI_COMPLETIONS))
                                .forUse(PathUse.CHAT)))
                .lease();
    }

    private List<ModelCapacity> capacity(Map<String, Integer> waiting) {
        return ModelCapacity.of(catalog.get(), pool, waiting);
    }

    @Test
    void modelsOfTheSameProvidersAreOne() {
        of(
                SomeProvider.named("one").maps("a", "n").maps("b", "n"),
                SomeProvider.named("two").maps("b", "n").maps("a", "n"));
        lease("a");

        assertThat(capacity(Map.of())).containsExactly(new ModelCapacity(List.of("a", "b"), 2, 0, 80, 1, 79, 0));
    }

    @Test
    void whatSomebodyWaitsForComesFirstThoughAnotherHasRoom() {
        of(
                SomeProvider.named("wide").maps("free", "n"),
                SomeProvider.named("narrow").maps("tight", "n").rpm(1));
        lease("tight");

        assertThat(capacity(Map.of("tight", 5)))
                .containsExactly(
                        new ModelCapacity(List.of("tight"), 1, 0, 1, 1, 0, 5),
                        new ModelCapacity(List.of("free"), 1, 0, 40, 0, 40, 0));
    }

    @Test
    void ofModelsThatAreToldTogetherTheOneThatIsWaitedForIsNamedFirst() {
        of(SomeProvider.named("one").maps("a", "n").maps("b", "n").rpm(1));
        lease("b");

        assertThat(capacity(Map.of("b", 2))).containsExactly(new ModelCapacity(List.of("b", "a"), 1, 0, 1, 1, 0, 2));
    }

    @Test
    void placesOfWhoCoolsAreNotFree() {
        of(
                SomeProvider.named("cold").maps("m", "n"),
                SomeProvider.named("warm").maps("m", "n").rpm(10));
        Lease lease = lease("m");
        lease.failed(new Lease.Failed(FailureClass.RATE_LIMITED, 429, Duration.ofMinutes(5), "HTTP 429"));
        lease.close();

        assertThat(capacity(Map.of())).containsExactly(new ModelCapacity(List.of("m"), 2, 1, 50, 1, 10, 0));
    }

    @Test
    void aKeyThatIsRefusedHasNoPlaces() {
        SomeProvider only = SomeProvider.named("only").maps("m", "n");
        of(only);
        pool.credentialRefused(only.build(), "HTTP 401", true);

        assertThat(capacity(Map.of())).containsExactly(new ModelCapacity(List.of("m"), 0, 0, 0, 0, 0, 0));
    }

    @Test
    void oneWithoutALimitHasNone() {
        of(
                SomeProvider.named("free").maps("m", "n").rpm(0),
                SomeProvider.named("bound").maps("m", "n"));

        assertThat(capacity(Map.of())).containsExactly(new ModelCapacity(List.of("m"), 2, 0, 0, 0, 0, 0));
    }

    @Test
    void theFallbackPoolCountsWhereThereIsNoPrimary() {
        of(
                SomeProvider.named("reserve").maps("m", "n").maps("x", "n").fallback(),
                SomeProvider.named("first").maps("m", "n").rpm(5));

        assertThat(capacity(Map.of()))
                .contains(
                        new ModelCapacity(List.of("m"), 1, 0, 5, 0, 5, 0),
                        new ModelCapacity(List.of("x"), 1, 0, 40, 0, 40, 0));
    }
}
