package sidecar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.failure.FailureClass;
import sidecar.pool.event.CooldownRecord;
import sidecar.provider.ApiProtocol;
import sidecar.provider.CatalogHolder;
import sidecar.provider.HealthLevel;
import sidecar.provider.PathUse;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.ProviderStatus;
import sidecar.provider.ProviderStatusView;
import sidecar.time.FakeTime;

class ProviderPoolTest {

    private static final Duration NONE = Duration.ZERO;

    private final FakeTime time = new FakeTime();
    private final CatalogHolder catalog = new CatalogHolder();
    private PoolSettings.SelectionStrategy strategy = PoolSettings.SelectionStrategy.ORDERED;
    private final ProviderPool pool = PoolFixture.pool(time, catalog, () -> PoolFixture.settings(strategy));

    private void of(SomeProvider... providers) {
        List<Provider> built = new ArrayList<>();
        for (SomeProvider provider : providers) {
            built.add(provider.build());
        }
        catalog.publish(new ProviderCatalog(built));
    }

    private static SelectionCriteria wish(String... tried) {
        Map<String, RetryEligibility> never = new HashMap<>();
        Stream.of(tried).forEach(id -> never.put(id, RetryEligibility.never()));
        return new SelectionCriteria(
                Optional.of("m"),
                Set.of(ApiProtocol.OPENAI_COMPLETIONS),
                Map.of(),
                never,
                Set.of(),
                Optional.empty(),
                true,
                0,
                PathUse.ANY);
    }

    private Lease lease() {
        return ((LeaseResult.Leased) pool.lease(wish())).lease();
    }

    private LeaseResult.Unavailable refused() {
        return (LeaseResult.Unavailable) pool.lease(wish());
    }

    private void fail(Lease lease, FailureClass kind, int status, Duration asked) {
        lease.failed(new Lease.Failed(kind, status, asked, "HTTP " + status));
        lease.close();
    }

    private ProviderStatusView standing(String name) {
        return pool.status(catalog.get().byName(name).orElseThrow());
    }

    private Duration cooling(String name) {
        return Duration.between(time.instant(), standing(name).cooldownUntil().orElseThrow());
    }

    @Test
    void the429LadderGoesUpUntilASuccess() {
        of(SomeProvider.named("a").maps("m", "n"));
        for (int seconds : new int[] {30, 60, 120, 240, 480, 600, 600}) {
            fail(lease(), FailureClass.RATE_LIMITED, 429, NONE);
            assertThat(cooling("a")).isEqualTo(Duration.ofSeconds(seconds));
            time.advance(Duration.ofSeconds(seconds));
            assertThat(standing("a").status()).isEqualTo(ProviderStatus.HEALTHY);
        }
        assertThat(standing("a").consecutive429()).isEqualTo(7);

        Lease good = lease();
        good.succeeded(200);
        good.close();

        assertThat(standing("a").consecutive429()).isZero();
        fail(lease(), FailureClass.RATE_LIMITED, 429, NONE);
        assertThat(cooling("a")).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void rateLimitsOfAttemptsBegunBeforeTheCooldownAreOneEvent() {
        of(SomeProvider.named("a").maps("m", "n"));
        Lease first = lease();
        Lease second = lease();
        Lease third = lease();
        time.advance(Duration.ofSeconds(1));

        fail(first, FailureClass.RATE_LIMITED, 429, NONE);
        fail(second, FailureClass.RATE_LIMITED, 429, Duration.ofSeconds(10));
        assertThat(cooling("a")).as("a later end is kept").isEqualTo(Duration.ofSeconds(30));
        fail(third, FailureClass.RATE_LIMITED, 429, Duration.ofSeconds(100));

        assertThat(standing("a").consecutive429()).isEqualTo(1);
        assertThat(cooling("a")).isEqualTo(Duration.ofSeconds(100));
    }

    @Test
    void aSuccessBegunBeforeTheCooldownDoesNotEndIt() {
        of(SomeProvider.named("a").maps("m", "n"));
        Lease early = lease();
        time.advance(Duration.ofSeconds(1));
        fail(lease(), FailureClass.RATE_LIMITED, 429, NONE);

        early.succeeded(200);
        early.close();

        assertThat(standing("a").status()).isEqualTo(ProviderStatus.COOLING);
        assertThat(refused().reason()).isEqualTo(LeaseResult.UnavailableReason.COOLING);
        assertThat(refused().freeIn()).contains(Duration.ofSeconds(30));
    }

    @Test
    void aRefusalThatMayBeAboutTheRequestIsBelievedOfASecondOne() {
        of(SomeProvider.named("a").maps("m", "n"));
        for (int i = 0; i < 30; i++) {
            refuse(FailureClass.CREDENTIAL, 403, Lease.Asked.with(1));
        }
        assertThat(standing("a").status()).as("one client's mistake").isEqualTo(ProviderStatus.HEALTHY);

        refuse(FailureClass.CREDENTIAL, 403, Lease.Asked.with(2));

        assertThat(standing("a").status()).isEqualTo(ProviderStatus.ERROR);
        assertThat(refused().reason()).isEqualTo(LeaseResult.UnavailableReason.IN_ERROR);
    }

    @Test
    void aRefusalThatMayBeAboutTheRequestIsBelievedOfAProbeWhichIsDueAtOnce() {
        of(SomeProvider.named("a").maps("m", "n"));
        refuse(FailureClass.CREDENTIAL, 402, Lease.Asked.with(1));
        assertThat(pool.verificationProbes().next())
                .map(VerificationProbes.Due::model)
                .contains("m");

        refuse(FailureClass.CREDENTIAL, 402, Lease.Asked.NOTHING_UNUSUAL);

        assertThat(standing("a").status()).isEqualTo(ProviderStatus.ERROR);
    }

    @Test
    void aModelMissingForOneUseIsThereForAnother() {
        of(SomeProvider.named("a").maps("m", "n"));
        SelectionCriteria embeddings = new SelectionCriteria(
                Optional.of("m"),
                Set.of(ApiProtocol.OPENAI_COMPLETIONS),
                Map.of(),
                Map.of(),
                Set.of(),
                Optional.empty(),
                true,
                0,
                new PathUse("EMBEDDINGS", false));
        for (int content = 1; content <= 2; content++) {
            Lease lease = ((LeaseResult.Leased) pool.lease(embeddings)).lease();
            lease.failed(
                    new Lease.Failed(FailureClass.MODEL_MISSING, 404, NONE, "HTTP 404", Lease.Asked.with(content)));
            lease.close();
        }

        assertThat(pool.lease(embeddings)).isInstanceOf(LeaseResult.Unavailable.class);
        lease().close();
    }

    private void refuse(FailureClass kind, int status, Lease.Asked request) {
        Lease lease = lease();
        lease.failed(new Lease.Failed(kind, status, NONE, "HTTP " + status, request));
        lease.close();
    }

    @Test
    void anErrorLastsUntilItIsCleared() {
        of(SomeProvider.named("a").maps("m", "n"));
        fail(lease(), FailureClass.CREDENTIAL, 401, NONE);

        time.advance(Duration.ofDays(30));
        assertThat(refused().reason()).isEqualTo(LeaseResult.UnavailableReason.IN_ERROR);
        assertThat(standing("a").reason()).isEqualTo("HTTP 401");
        pool.clear(catalog.get().byName("a").orElseThrow().id());

        lease().close();
        assertThat(standing("a").status()).isEqualTo(ProviderStatus.HEALTHY);
    }

    @Test
    void aMissingModelIsMissedForAnHourAndOnlyThatModel() {
        of(SomeProvider.named("a").maps("m", "n").maps("other", "o"));
        refuse(FailureClass.MODEL_MISSING, 404, Lease.Asked.with(1));
        refuse(FailureClass.MODEL_MISSING, 404, Lease.Asked.with(1));
        lease().close();
        refuse(FailureClass.MODEL_MISSING, 404, Lease.Asked.with(2));

        assertThat(refused().reason()).isEqualTo(LeaseResult.UnavailableReason.MISSING);
        assertThat(pool.lease(SelectionCriteria.of(Optional.of("other"), Set.of(ApiProtocol.OPENAI_COMPLETIONS))))
                .isInstanceOf(LeaseResult.Leased.class);
        time.advance(Duration.ofHours(1).minusNanos(1));
        assertThat(refused().reason()).isEqualTo(LeaseResult.UnavailableReason.MISSING);
        time.advance(Duration.ofNanos(1));

        lease().close();
    }

    @Test
    void aQuotaGroupSharesTheSmallestLimitTheWindowAndTheCooldown() {
        of(
                SomeProvider.named("a").rpm(5).group("g").maps("m", "n"),
                SomeProvider.named("b").rpm(2).group("g").maps("m", "n"));
        lease().close();
        lease().close();
        assertThat(refused().reason()).isEqualTo(LeaseResult.UnavailableReason.FULL);
        assertThat(refused().freeIn()).contains(Duration.ofSeconds(61));

        time.advance(Duration.ofSeconds(61));
        fail(lease(), FailureClass.RATE_LIMITED, 429, NONE);

        assertThat(standing("a").status()).isEqualTo(ProviderStatus.COOLING);
        assertThat(standing("b").status()).isEqualTo(ProviderStatus.COOLING);
        assertThat(pool.cooling()).isEqualTo(1);
    }

    @Test
    void theSameKeyEnteredTwiceHasOneWindow() {
        of(
                SomeProvider.named("a")
                        .url("https://h.example")
                        .key("sk-1")
                        .rpm(1)
                        .maps("m", "n"),
                SomeProvider.named("b")
                        .url("https://h.example")
                        .key("sk-1")
                        .rpm(1)
                        .maps("m", "n"));

        lease().close();

        assertThat(refused().reason()).isEqualTo(LeaseResult.UnavailableReason.FULL);
    }

    @Test
    void balancedSpreadsByShareAndWeight() {
        strategy = PoolSettings.SelectionStrategy.BALANCED;
        of(
                SomeProvider.named("a").rpm(100).maps("m", "n"),
                SomeProvider.named("b").rpm(100).weight(3).maps("m", "n"));
        int onB = 0;
        for (int i = 0; i < 80; i++) {
            Lease lease = lease();
            onB += lease.provider().name().equals("b") ? 1 : 0;
            lease.close();
        }

        assertThat(onB).isBetween(58, 62);
    }

    @Test
    void amongEqualsTheOneWithTheFewestInFlightComesFirst() {
        strategy = PoolSettings.SelectionStrategy.BALANCED;
        of(
                SomeProvider.named("a").rpm(0).maps("m", "n"),
                SomeProvider.named("b").rpm(0).maps("m", "n"));

        assertThat(lease().provider().name()).isNotEqualTo(lease().provider().name());
    }

    @Test
    void avoidedHostsAndIllProvidersComeLastButAreStillAsked() {
        of(
                SomeProvider.named("a").maps("m", "n"),
                SomeProvider.named("b").maps("m", "n"),
                SomeProvider.named("f").fallback().maps("m", "n"));
        fail(lease(), FailureClass.OVERLOADED, 500, NONE);
        assertThat(standing("a").health()).isEqualTo(HealthLevel.DEGRADED);
        assertThat(lease().provider().name()).isEqualTo("b");

        SelectionCriteria elsewhere = new SelectionCriteria(
                Optional.of("m"),
                Set.of(ApiProtocol.OPENAI_COMPLETIONS),
                Map.of(),
                Map.of(catalog.get().byName("a").orElseThrow().id(), RetryEligibility.never()),
                Set.of("https://b.example:443"),
                Optional.empty(),
                true,
                0,
                PathUse.ANY);
        assertThat(((LeaseResult.Leased) pool.lease(elsewhere))
                        .lease()
                        .provider()
                        .name())
                .isEqualTo("b");
    }

    @Test
    void healthAloneNeverRefuses() {
        of(SomeProvider.named("a").maps("m", "n"));
        for (int i = 0; i < 9; i++) {
            fail(lease(), FailureClass.NETWORK, 0, NONE);
            fail(lease(), FailureClass.TIMEOUT, 0, NONE);
        }
        assertThat(standing("a").health()).isEqualTo(HealthLevel.DOWN);

        lease().succeeded(200);

        assertThat(standing("a").health()).isEqualTo(HealthLevel.HEALTHY);
    }

    @ParameterizedTest
    @CsvSource({"disabled, NO_PROVIDER", "keyless, IN_ERROR", "protocol, OTHER_PROTOCOL", "unknown, UNKNOWN_MODEL"})
    void whoCannotServeIsNotChosen(String how, LeaseResult.UnavailableReason reason) {
        SomeProvider one = SomeProvider.named("a");
        one.maps(how.equals("unknown") ? "x" : "m", "n");
        switch (how) {
            case "disabled" -> one.disabled();
            case "keyless" -> one.withoutKey();
            case "protocol" -> one.api(ApiProtocol.ANTHROPIC_MESSAGES);
            default -> {}
        }
        of(one);

        assertThat(refused()).isEqualTo(LeaseResult.Unavailable.unrecoverable(reason));
    }

    @Test
    void closingALeaseTwiceReleasesItOnce() {
        of(SomeProvider.named("a").maps("m", "n"));
        Lease lease = lease();
        Lease other = lease();

        lease.close();
        lease.close();

        Provider a = catalog.get().byName("a").orElseThrow();
        assertThat(PoolInspector.inFlight(pool, a)).isEqualTo(1);
        other.close();
        assertThat(PoolInspector.inFlight(pool, a)).isZero();
    }

    @Test
    void aClockSetBackDuringARestartMakesNoCooldownLongerThanItWasMeantToBe() {
        of(SomeProvider.named("a").maps("m", "n"));
        Instant begun = time.instant().plus(Duration.ofHours(5));
        CooldownRecord event = new CooldownRecord(
                "cev_1",
                catalog.get().all().get(0).id(),
                "a",
                catalog.get().all().get(0).group(),
                "",
                1,
                "HTTP 429",
                false,
                begun,
                begun.plusSeconds(30),
                Optional.empty(),
                false);

        pool.restore(List.of(event), Map.of());

        assertThat(pool.status(catalog.get().all().get(0)).cooldownUntil())
                .contains(time.instant().plusSeconds(30));
    }
}
