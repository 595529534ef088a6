package sidecar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sidecar.failure.FailureClass;
import sidecar.provider.ApiProtocol;
import sidecar.provider.CatalogHolder;
import sidecar.provider.HealthLevel;
import sidecar.provider.PathUse;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.time.FakeTime;

/** Healthy, degraded, down, half-open: of a provider's model, and of a host. */
class HealthStateTest {

    private final FakeTime time = new FakeTime();
    private final CatalogHolder catalog = new CatalogHolder();
    private final ProviderPool pool = PoolFixture.pool(time, catalog);

    private void of(SomeProvider... providers) {
        List<Provider> built = new ArrayList<>();
        for (SomeProvider provider : providers) {
            built.add(provider.rpm(0).build());
        }
        catalog.publish(new ProviderCatalog(built));
    }

    private Lease lease(String model) {
        return ((LeaseResult.Leased)
                        pool.lease(SelectionCriteria.of(Optional.of(model), Set.of(ApiProtocol.OPENAI_COMPLETIONS))))
                .lease();
    }

    private String chosen(String model) {
        Lease lease = lease(model);
        lease.unused();
        lease.close();
        return lease.provider().name();
    }

    private static void fails(Lease lease, FailureClass kind) {
        lease.failed(new Lease.Failed(kind, kind == FailureClass.OVERLOADED ? 500 : 0, Duration.ZERO, "failed"));
        lease.close();
    }

    private static void succeeds(Lease lease) {
        lease.succeeded(200);
        lease.close();
    }

    private void fail(String model, FailureClass kind, int times) {
        for (int i = 0; i < times; i++) {
            time.advance(Duration.ofMillis(1));
            fails(lease(model), kind);
        }
    }

    private HealthLevel health(String name) {
        return pool.status(catalog.get().byName(name).orElseThrow()).health();
    }

    private void seconds(double seconds) {
        time.advance(Duration.ofNanos(Math.round(seconds * 1e9)));
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureClass.class,
            names = {"OVERLOADED", "TIMEOUT", "BAD_SUCCESS", "NETWORK"})
    void fiveFailuresInARowAreDownForFiveSeconds(FailureClass kind) {
        of(SomeProvider.named("a").maps("m", "n"));
        assertThat(health("a")).isEqualTo(HealthLevel.HEALTHY);
        fail("m", kind, 4);
        assertThat(health("a")).isEqualTo(HealthLevel.DEGRADED);

        fail("m", kind, 1);

        assertThat(health("a")).isEqualTo(HealthLevel.DOWN);
        seconds(4.999999999);
        assertThat(health("a")).isEqualTo(HealthLevel.DOWN);
        time.advance(Duration.ofNanos(1));
        assertThat(health("a")).as("half-open").isEqualTo(HealthLevel.DEGRADED);
    }

    @Test
    void whatMakesNoImagesIsStillAskedForChats() {
        of(SomeProvider.named("a").maps("m", "n"));
        for (int i = 0; i < 5; i++) {
            time.advance(Duration.ofMillis(1));
            fails(lease("m", "MODEL"), FailureClass.OVERLOADED);
        }
        of(SomeProvider.named("a").maps("m", "n"), SomeProvider.named("b").maps("m", "n"));

        assertThat(health("a")).as("of the worst of its uses").isEqualTo(HealthLevel.DOWN);
        assertThat(lease("m", "MODEL").provider().name()).isEqualTo("b");
        assertThat(lease("m", "CHAT").provider().name()).isEqualTo("a");
    }

    @Test
    void noNumberOfModelsThatClientsNameFillsTheMemory() {
        ProviderState state = ProviderState.FRESH;
        for (int i = 0; i < 2_000; i++) {
            Lease.Failed failed = new Lease.Failed(FailureClass.OVERLOADED, 500, Duration.ZERO, "failed");
            state = state.withFailure("m" + i, "CHAT", failed, i, i).without("m" + i, "CHAT", Long.MAX_VALUE, i);
        }

        assertThat(state.models()).hasSize(500);
        assertThat(state.missing()).hasSize(500);
    }

    private Lease lease(String model, String use) {
        SelectionCriteria criteria = SelectionCriteria.of(Optional.of(model), Set.of(ApiProtocol.OPENAI_COMPLETIONS))
                .forUse(new PathUse(use, !use.equals("EMBEDDINGS")));
        return ((LeaseResult.Leased) pool.lease(criteria)).lease();
    }

    @Test
    void aHostWhoseLastProviderIsDeletedIsForgotten() {
        of(SomeProvider.named("a").maps("m", "n"));
        fail("m", FailureClass.NETWORK, 5);
        pool.catalogChanged();
        assertThat(health("a")).as("still used").isEqualTo(HealthLevel.DOWN);

        of(SomeProvider.named("b").maps("m", "n"));
        pool.catalogChanged();
        of(SomeProvider.named("a").maps("m", "n"));

        assertThat(health("a")).isEqualTo(HealthLevel.HEALTHY);
    }

    @Test
    void whatIsDeletedIsForgottenOnceNothingOfItIsUnderWay() {
        of(SomeProvider.named("a").maps("m", "n"));
        Provider deleted = catalog.get().byName("a").orElseThrow();
        fail("m", FailureClass.OVERLOADED, 5);
        Lease open = lease("m");
        assertThat(pool.status(deleted).lately().lastStatus()).isEqualTo(500);

        of(SomeProvider.named("b").maps("m", "n"));
        pool.catalogChanged();
        assertThat(PoolInspector.inFlight(pool, deleted)).as("still open").isEqualTo(1);
        assertThat(pool.status(deleted).lately().lastStatus()).isZero();

        open.unused();
        open.close();
        assertThat(PoolInspector.states(pool)).contains(deleted.id());
        pool.catalogChanged();
        assertThat(PoolInspector.states(pool)).doesNotContain(deleted.id());
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureClass.class,
            names = {"RATE_LIMITED", "MODEL_BUSY", "CREDENTIAL", "MODEL_MISSING", "REFUSED", "CLIENT"})
    void otherFailuresDoNotTouchHealth(FailureClass kind) {
        of(SomeProvider.named("a").maps("m", "n"));
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            leases.add(lease("m"));
        }

        leases.forEach(lease -> fails(lease, kind));

        assertThat(health("a")).isEqualTo(HealthLevel.HEALTHY);
    }

    @Test
    void aSuccessInBetweenBeginsTheRowAnew() {
        of(SomeProvider.named("a").maps("m", "n"));
        fail("m", FailureClass.OVERLOADED, 4);

        succeeds(lease("m"));
        fail("m", FailureClass.OVERLOADED, 4);

        assertThat(health("a")).isEqualTo(HealthLevel.DEGRADED);
    }

    @Test
    void downLastsTwiceAsLongEachTimeUpToFiveMinutesAndASuccessEndsThat() {
        of(SomeProvider.named("a").maps("m", "n"));
        fail("m", FailureClass.OVERLOADED, 4);
        for (int seconds : new int[] {5, 10, 20, 40, 80, 160, 300, 300}) {
            fails(lease("m"), FailureClass.OVERLOADED);
            seconds(seconds - 0.001);
            assertThat(health("a")).as("%s s", seconds).isEqualTo(HealthLevel.DOWN);
            seconds(0.001);
            assertThat(health("a")).as("%s s", seconds).isEqualTo(HealthLevel.DEGRADED);
        }

        succeeds(lease("m"));
        assertThat(health("a")).isEqualTo(HealthLevel.HEALTHY);
        fail("m", FailureClass.OVERLOADED, 5);
        seconds(5);

        assertThat(health("a")).as("five seconds again").isEqualTo(HealthLevel.DEGRADED);
    }

    @Test
    void failuresOfAttemptsBegunBeforeItWentDownAreTheSameOutage() {
        of(SomeProvider.named("a").maps("m", "n"));
        List<Lease> burst = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            burst.add(lease("m"));
        }
        time.advance(Duration.ofMillis(1));

        burst.forEach(lease -> fails(lease, FailureClass.OVERLOADED));
        seconds(5);

        assertThat(health("a")).isEqualTo(HealthLevel.DEGRADED);
    }

    @Test
    void whileOneFindsOutTheOthersTakeAnother() {
        of(
                SomeProvider.named("a").maps("m", "n"),
                SomeProvider.named("f").fallback().maps("m", "n"));
        fail("m", FailureClass.OVERLOADED, 5);
        assertThat(chosen("m")).as("down comes after the fallback pool").isEqualTo("f");
        seconds(5);

        Lease probe = lease("m");
        assertThat(probe.provider().name()).isEqualTo("a");
        assertThat(chosen("m")).isEqualTo("f");
        succeeds(probe);

        assertThat(chosen("m")).isEqualTo("a");
    }

    @Test
    void oneThatEndsWithoutAVerdictLeavesItToTheNext() {
        of(SomeProvider.named("a").maps("m", "n"), SomeProvider.named("b").maps("m", "n"));
        fail("m", FailureClass.OVERLOADED, 1);
        assertThat(chosen("m")).as("a degraded one comes after a healthy one").isEqualTo("b");
        succeeds(lease("m"));
        of(SomeProvider.named("a").maps("m", "n"));
        fail("m", FailureClass.OVERLOADED, 4);
        seconds(5);
        Lease probe = lease("m");
        assertThat(health("a")).isEqualTo(HealthLevel.DOWN);

        probe.close();

        assertThat(health("a")).as("half-open once more").isEqualTo(HealthLevel.DEGRADED);
    }

    @Test
    void whenEveryCandidateIsDownTheBestIsTried() {
        of(SomeProvider.named("a").maps("m", "n"), SomeProvider.named("b").maps("m", "n"));
        fail("m", FailureClass.OVERLOADED, 10);
        assertThat(health("a")).isEqualTo(HealthLevel.DOWN);
        assertThat(health("b")).isEqualTo(HealthLevel.DOWN);

        assertThat(chosen("m")).isEqualTo("a");
    }

    @Test
    void anIllModelDoesNotTouchTheOthersOfItsProvider() {
        of(
                SomeProvider.named("a").maps("m", "n").maps("well", "w"),
                SomeProvider.named("b").maps("well", "w"));
        fail("m", FailureClass.TIMEOUT, 7);

        assertThat(health("a")).as("the page shows the worst").isEqualTo(HealthLevel.DOWN);
        assertThat(chosen("well")).isEqualTo("a");
    }

    @Test
    void aNetworkFailureBlamesTheHostAndEverythingOnItAndNothingElse() {
        of(
                SomeProvider.named("a").url("https://h.example").maps("m", "n").maps("x", "x"),
                SomeProvider.named("b").url("https://h.example").maps("m", "n"),
                SomeProvider.named("c").maps("m", "n").maps("x", "x"));
        Lease leased = lease("m");
        fails(leased, FailureClass.NETWORK);

        assertThat(health("a")).isEqualTo(HealthLevel.DEGRADED);
        assertThat(health("b")).isEqualTo(HealthLevel.DEGRADED);
        assertThat(health("c")).isEqualTo(HealthLevel.HEALTHY);
        assertThat(chosen("x")).isEqualTo("c");
        of(SomeProvider.named("b").url("https://h.example").maps("m", "n"));
        succeeds(lease("m"));
        of(SomeProvider.named("a").url("https://h.example").maps("m", "n").maps("x", "x"));
        assertThat(health("a")).as("the host was reached").isEqualTo(HealthLevel.HEALTHY);
    }

    @Test
    void aFailureOfTheModelDoesNotBlameTheHost() {
        of(
                SomeProvider.named("a").url("https://h.example").maps("m", "n"),
                SomeProvider.named("b").url("https://h.example").maps("m", "n"));

        fail("m", FailureClass.OVERLOADED, 1);

        assertThat(health("a")).isEqualTo(HealthLevel.DEGRADED);
        assertThat(health("b")).isEqualTo(HealthLevel.HEALTHY);
    }

    @Test
    void aProbeThatIsAnsweredEndsOnlyWhatTheHostIsBlamedFor() {
        of(SomeProvider.named("a").maps("m", "n"), SomeProvider.named("b").maps("m", "n"));
        fail("m", FailureClass.OVERLOADED, 1);
        Provider a = catalog.get().byName("a").orElseThrow();
        Provider b = catalog.get().byName("b").orElseThrow();
        for (int i = 0; i < 5; i++) {
            fails(lease("m"), FailureClass.NETWORK);
        }

        pool.answered(a);
        pool.answered(b);

        assertThat(health("a")).isEqualTo(HealthLevel.DEGRADED);
        assertThat(health("b")).isEqualTo(HealthLevel.HEALTHY);
    }

    private void fail(Lease.Asked... asked) {
        for (Lease.Asked request : asked) {
            time.advance(Duration.ofMillis(1));
            Lease lease = lease("m");
            lease.failed(new Lease.Failed(FailureClass.OVERLOADED, 500, Duration.ZERO, "failed", request));
            lease.close();
        }
    }

    @Test
    void oneRequestAloneBringsNothingDownAndIsLookedInto() {
        of(SomeProvider.named("a").maps("m", "n"));
        Lease.Asked poison = Lease.Asked.with(1);
        for (int i = 0; i < 100; i++) {
            fail(poison);
        }
        assertThat(health("a")).isEqualTo(HealthLevel.DEGRADED);
        assertThat(pool.verificationProbes().next())
                .map(VerificationProbes.Due::model)
                .contains("m");

        fail(Lease.Asked.NOTHING_UNUSUAL);

        assertThat(health("a")).as("a probe has met it too").isEqualTo(HealthLevel.DOWN);
    }

    @Test
    void fiveFailuresOfTwoRequestsBringItDown() {
        of(SomeProvider.named("a").maps("m", "n"));
        Lease.Asked one = Lease.Asked.with(1);

        fail(one, one, Lease.Asked.with(2), one);
        assertThat(health("a")).isEqualTo(HealthLevel.DEGRADED);
        fail(one);

        assertThat(health("a")).isEqualTo(HealthLevel.DOWN);
        assertThat(pool.verificationProbes().next()).isEmpty();
    }
}
