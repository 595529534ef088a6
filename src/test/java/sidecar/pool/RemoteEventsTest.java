package sidecar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sidecar.failure.FailureClass;
import sidecar.pool.event.PoolEvent;
import sidecar.provider.ApiProtocol;
import sidecar.provider.CatalogHolder;
import sidecar.provider.HealthLevel;
import sidecar.provider.PathUse;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.ProviderStatus;
import sidecar.time.FakeTime;

/** What one of three nodes learns acts on all of them (ADR 043). */
class RemoteEventsTest {

    private static final Duration SOON = Duration.ofMillis(100);

    private final FakeTime time = new FakeTime();
    private final CatalogHolder catalog = new CatalogHolder();
    private final PoolBus bus = new PoolBus(time);
    private ProviderPool one;
    private ProviderPool two;
    private ProviderPool three;

    @BeforeEach
    void join() {
        one = bus.join("one", catalog);
        two = bus.join("two", catalog);
        three = bus.join("three", catalog);
    }

    private void of(SomeProvider... providers) {
        catalog.publish(new ProviderCatalog(
                Arrays.stream(providers).map(SomeProvider::build).toList()));
    }

    private Provider provider(String name) {
        return catalog.get().byName(name).orElseThrow();
    }

    private static SelectionCriteria criteria() {
        return new SelectionCriteria(
                Optional.of("m"),
                Set.of(ApiProtocol.OPENAI_COMPLETIONS),
                Map.of(),
                Map.of(),
                Set.of(),
                Optional.empty(),
                true,
                0,
                PathUse.ANY);
    }

    private static Optional<Lease> lease(ProviderPool pool) {
        return pool.lease(criteria()) instanceof LeaseResult.Leased leased
                ? Optional.of(leased.lease())
                : Optional.empty();
    }

    private static void fail(Lease lease, FailureClass kind, int status) {
        lease.failed(new Lease.Failed(kind, status, Duration.ZERO, "HTTP " + status));
        lease.close();
    }

    private static void limit(ProviderPool pool) {
        fail(lease(pool).orElseThrow(), FailureClass.RATE_LIMITED, 429);
    }

    private static void serve(Lease lease) {
        lease.succeeded(200);
        lease.close();
    }

    private void oneIsLimited() {
        of(SomeProvider.named("a").maps("m", "n"));
        limit(one);
        time.advance(SOON);
    }

    /** The cooldown that node one began does. */
    private void runOut() {
        Instant until = one.status(provider("a")).cooldownUntil().orElseThrow();
        time.advance(Duration.between(time.instant(), until).plusMillis(10));
    }

    private ProviderStatus status(ProviderPool pool) {
        return pool.status(provider("a")).status();
    }

    private void seconds(int count) {
        for (int i = 0; i < count; i++) {
            bus.second();
        }
    }

    @Test
    void aCooldownIsObservedByAllNodes() {
        oneIsLimited();

        assertThat(lease(two)).isEmpty();
        assertThat(lease(three)).isEmpty();
        assertThat(two.status(provider("a")).consecutive429()).isEqualTo(1);
        assertThat(Duration.between(
                                one.status(provider("a")).cooldownUntil().orElseThrow(),
                                two.status(provider("a")).cooldownUntil().orElseThrow())
                        .abs())
                .isLessThan(Duration.ofMillis(2));
    }

    @Test
    void nobodyTellsWhatHeHasHeard() {
        oneIsLimited();
        runOut();
        serve(lease(one).orElseThrow());
        fail(lease(one).orElseThrow(), FailureClass.CREDENTIAL, 401);
        time.advance(SOON);
        one.clear(provider("a").id());
        time.advance(SOON);
        two.expireCooldowns();

        assertThat(bus.told("one")).isNotEmpty();
        assertThat(bus.told("two")).isEmpty();
        assertThat(bus.told("three")).isEmpty();
    }

    @Test
    void whoBeganACooldownFindsOutAndTheOthersWaitForIt() {
        oneIsLimited();
        runOut();
        assertThat(lease(two)).as("too early for others").isEmpty();

        Lease probe = lease(one).orElseThrow();
        seconds(30);
        assertThat(lease(one)).isEmpty();
        assertThat(lease(two)).as("however long it takes").isEmpty();
        assertThat(lease(three)).isEmpty();
        assertThat(status(two)).as("it is over; one finds out").isEqualTo(ProviderStatus.HEALTHY);
        serve(probe);
        time.advance(SOON);

        assertThat(lease(two)).isPresent();
        assertThat(lease(three)).isPresent();
        assertThat(two.status(provider("a")).consecutive429()).isZero();
    }

    @Test
    void aProbeThatIsRefusedBeginsTheNextCooldownOnAllNodes() {
        oneIsLimited();
        runOut();
        limit(one);
        time.advance(SOON);

        for (ProviderPool pool : List.of(one, two, three)) {
            assertThat(lease(pool)).isEmpty();
            assertThat(pool.status(provider("a")).consecutive429()).isEqualTo(2);
        }
        time.advance(Duration.ofSeconds(50));
        assertThat(lease(two)).as("60 s").isEmpty();
    }

    @Test
    void whereNodesHaveNothingToAskAnotherOneFindsOutAndTellsIt() {
        oneIsLimited();
        runOut();
        time.advance(Duration.ofSeconds(4));

        Lease probe = lease(two).orElseThrow();
        time.advance(SOON);
        assertThat(lease(one)).isEmpty();
        assertThat(lease(three)).isEmpty();
        serve(probe);
        time.advance(SOON);

        assertThat(lease(one)).isPresent();
        assertThat(lease(three)).isPresent();
        assertThat(bus.told("two").stream().filter(PoolEvent.CooldownEnded.class::isInstance))
                .as("for the history: it has learned the end of another's")
                .hasSize(1);
    }

    @Test
    void aProbeWithoutAnAnswerLeavesItToAnyOther() {
        oneIsLimited();
        runOut();
        lease(one).orElseThrow().close();
        time.advance(SOON.plusSeconds(2));

        assertThat(lease(two)).isPresent();
        time.advance(SOON);
        assertThat(lease(three)).as("one at a time").isEmpty();
    }

    @Test
    void aNodeThatDiesWhileItFindsOutIsNotWaitedForLong() {
        oneIsLimited();
        runOut();
        assertThat(lease(one)).isPresent();
        time.advance(SOON);
        bus.die("one");

        seconds(9);
        assertThat(lease(two)).isEmpty();
        seconds(4);
        Lease probe = lease(two).orElseThrow();
        serve(probe);
        time.advance(SOON);
        assertThat(lease(three)).isPresent();
    }

    @Test
    void withoutTheDatabaseEachNodeGoesByWhatItKnows() {
        oneIsLimited();
        bus.cut(true);
        runOut();
        time.advance(Duration.ofSeconds(4));

        serve(lease(one).orElseThrow());
        Lease probe = lease(two).orElseThrow();
        fail(probe, FailureClass.RATE_LIMITED, 429);
        assertThat(lease(one)).as("has heard of nothing").isPresent();
        bus.cut(false);
        time.advance(Duration.ofSeconds(80));
        limit(two);
        time.advance(SOON);

        assertThat(lease(one)).as("hears again").isEmpty();
        assertThat(lease(three)).isEmpty();
    }

    @Test
    void twoThatAreRefusedAtOnceAgreeOnOneCooldown() {
        of(SomeProvider.named("a").maps("m", "n"));
        Lease here = lease(one).orElseThrow();
        Lease there = lease(two).orElseThrow();
        Duration asked = Duration.ofSeconds(60);
        here.failed(new Lease.Failed(FailureClass.RATE_LIMITED, 429, asked, "HTTP 429"));
        there.failed(new Lease.Failed(FailureClass.RATE_LIMITED, 429, asked, "HTTP 429"));
        here.close();
        there.close();
        time.advance(SOON);

        assertThat(one.status(provider("a")).consecutive429()).isEqualTo(1);
        assertThat(two.status(provider("a")).consecutive429()).isEqualTo(1);
        time.advance(asked);
        List<Lease> probes =
                Stream.of(one, two, three).flatMap(pool -> lease(pool).stream()).toList();
        assertThat(probes).as("one finds out").hasSize(1);
        serve(probes.get(0));
        time.advance(SOON);
        assertThat(Stream.of(one, two, three).map(pool -> lease(pool).isPresent()))
                .containsOnly(true);
    }

    @Test
    void aLaterEndThatAnotherNodeWasToldCountsForAll() {
        of(SomeProvider.named("a").maps("m", "n"));
        Lease late = lease(two).orElseThrow();
        limit(one);
        time.advance(SOON);
        late.failed(new Lease.Failed(FailureClass.RATE_LIMITED, 429, Duration.ofMinutes(5), "HTTP 429"));
        late.close();
        time.advance(Duration.ofSeconds(299));

        assertThat(lease(one)).isEmpty();
        assertThat(lease(two)).isEmpty();
        assertThat(lease(three)).isEmpty();
    }

    @Test
    void whatAnOperatorClearsIsClearedOnAllNodes() {
        oneIsLimited();
        two.clear(provider("a").id());
        time.advance(SOON);

        assertThat(lease(one)).isPresent();
        assertThat(lease(three)).isPresent();
    }

    @Test
    void aRefusedKeyIsInErrorOnAllNodesAndSoIsItsEnd() {
        of(SomeProvider.named("a").maps("m", "n"));
        fail(lease(one).orElseThrow(), FailureClass.CREDENTIAL, 401);
        time.advance(SOON);
        assertThat(status(two)).isEqualTo(ProviderStatus.ERROR);
        assertThat(status(three)).isEqualTo(ProviderStatus.ERROR);
        assertThat(lease(two)).isEmpty();

        three.credentialAccepted(provider("a"));
        time.advance(SOON);

        assertThat(status(one)).isEqualTo(ProviderStatus.HEALTHY);
        assertThat(lease(two)).isPresent();
    }

    @Test
    void aRefusalOfTheKeyThatAnOperatorHasReplacedSaysNothingOfTheNewOne() {
        of(SomeProvider.named("a").maps("m", "n"));
        Lease old = lease(one).orElseThrow();
        of(SomeProvider.named("a").maps("m", "n").key("sk-another-secret-0123456789"));
        fail(old, FailureClass.CREDENTIAL, 401);
        time.advance(SOON);

        assertThat(status(two)).isEqualTo(ProviderStatus.HEALTHY);
    }

    @Test
    void anEditByAnotherNodeForgetsWhatWasLearnedOfTheOldKey() {
        of(SomeProvider.named("a").maps("m", "n"));
        one.catalogChanged();
        fail(lease(one).orElseThrow(), FailureClass.CREDENTIAL, 401);
        one.catalogChanged();
        assertThat(status(one)).as("nothing of it has changed").isEqualTo(ProviderStatus.ERROR);

        of(SomeProvider.named("a").maps("m", "n").key("sk-another-secret-0123456789"));
        one.catalogChanged();

        assertThat(status(one)).isEqualTo(ProviderStatus.HEALTHY);
    }

    @Test
    void aHostThatIsDownIsAskedLastByAllNodesUntilItAnswersOne() {
        of(SomeProvider.named("a").maps("m", "n"), SomeProvider.named("b").maps("m", "n"));
        for (int i = 0; i < 5; i++) {
            fail(one.leaseFor(provider("a")).orElseThrow(), FailureClass.NETWORK, 0);
        }
        time.advance(SOON);
        assertThat(two.status(provider("a")).health()).isEqualTo(HealthLevel.DOWN);
        assertThat(lease(two).orElseThrow().provider().name()).isEqualTo("b");
        time.advance(Duration.ofSeconds(5));
        assertThat(one.status(provider("a")).health()).as("one may find out").isEqualTo(HealthLevel.DEGRADED);
        assertThat(two.status(provider("a")).health())
                .as("two leaves it to one")
                .isEqualTo(HealthLevel.DOWN);

        serve(one.leaseFor(provider("a")).orElseThrow());
        time.advance(SOON);

        assertThat(two.status(provider("a")).health()).isEqualTo(HealthLevel.HEALTHY);
        assertThat(three.status(provider("a")).health()).isEqualTo(HealthLevel.HEALTHY);
    }

    @Test
    void aHostThatIsDownStillStaysSoOnAllNodesForLonger() {
        of(SomeProvider.named("a").maps("m", "n"));
        for (int i = 0; i < 5; i++) {
            fail(one.leaseFor(provider("a")).orElseThrow(), FailureClass.NETWORK, 0);
        }
        time.advance(Duration.ofSeconds(5).plus(SOON));
        fail(one.leaseFor(provider("a")).orElseThrow(), FailureClass.NETWORK, 0);
        fail(one.leaseFor(provider("a")).orElseThrow(), FailureClass.NETWORK, 0);
        time.advance(Duration.ofSeconds(13));

        assertThat(two.status(provider("a")).health())
                .as("20 s now, and no probe is out any more")
                .isEqualTo(HealthLevel.DOWN);
    }

    @Test
    void aModelThatIsDownIsSoOnAllNodesUntilItAnswersOne() {
        of(SomeProvider.named("a").maps("m", "n"), SomeProvider.named("b").maps("m", "n"));
        for (int i = 0; i < 5; i++) {
            Optional<Lease> lease = one.leaseForProbe(provider("a"), "m", PathUse.ANY);
            fail(lease.orElseThrow(), FailureClass.OVERLOADED, 503);
        }
        time.advance(SOON);
        assertThat(lease(one).orElseThrow().provider().name()).isEqualTo("b");
        assertThat(lease(two).orElseThrow().provider().name()).isEqualTo("b");

        serve(three.leaseForProbe(provider("a"), "m", PathUse.ANY).orElseThrow());
        time.advance(SOON);

        assertThat(lease(one).orElseThrow().provider().name()).isEqualTo("a");
        assertThat(lease(two).orElseThrow().provider().name()).isEqualTo("a");
    }

    @Test
    void aModelThatIsMissingIsSoOnAllNodes() {
        of(SomeProvider.named("a").maps("m", "n"));
        Lease probe = one.leaseForProbe(provider("a"), "m", PathUse.ANY).orElseThrow();
        fail(probe, FailureClass.MODEL_MISSING, 404);
        time.advance(SOON);
        assertThat(lease(two)).isEmpty();

        time.advance(Duration.ofHours(1));

        assertThat(lease(two)).isPresent();
    }

    @Test
    void aHostThatIsPausedIsPausedForAllNodes() {
        String host = "https://shared.example/v1";
        of(
                SomeProvider.named("a").url(host).maps("m", "n"),
                SomeProvider.named("b").url(host).maps("m", "n"),
                SomeProvider.named("c").url(host).maps("m", "n"));
        for (String name : List.of("a", "b", "c")) {
            fail(one.leaseFor(provider(name)).orElseThrow(), FailureClass.RATE_LIMITED, 429);
        }
        time.advance(SOON);
        assertThat(lease(two)).isEmpty();

        time.advance(Duration.ofSeconds(5));

        assertThat(lease(one)).isPresent();
        assertThat(lease(two)).as("and of the cooldowns nothing is left").isPresent();
    }

    @Test
    void aCapOfAModelsWorkersHoldsOnAllNodes() {
        of(SomeProvider.named("a").maps("m", "n"));
        fail(lease(one).orElseThrow(), FailureClass.MODEL_BUSY, 503);
        time.advance(SOON);

        assertThat(lease(two)).isPresent();
        assertThat(lease(two)).as("one at once").isEmpty();
        time.advance(Duration.ofMinutes(1));
        assertThat(lease(two)).as("one more after a clean minute").isPresent();
    }

    @Test
    void emergenciesAreCountedTogether() {
        of(SomeProvider.named("a").maps("m", "n")); // 40 a minute: 4 emergencies
        limit(one);
        time.advance(SOON);
        for (ProviderPool pool : List.of(one, two, three, two)) {
            pool.emergency(criteria()).orElseThrow().close();
            time.advance(SOON);
        }

        assertThat(Stream.of(one, two, three).flatMap(pool -> pool.emergency(criteria()).stream()))
                .isEmpty();
        assertThat(one.emergencies()).as("those of its own").isEqualTo(1);
    }
}
