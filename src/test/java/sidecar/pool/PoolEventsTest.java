package sidecar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sidecar.failure.FailureClass;
import sidecar.pool.event.CooldownRecord;
import sidecar.pool.event.PoolEvent;
import sidecar.pool.event.UnwrittenCooldowns;
import sidecar.provider.ApiProtocol;
import sidecar.provider.CatalogHolder;
import sidecar.provider.PathUse;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.time.FakeTime;

/** What the pool tells of what it learns: each thing once, when it is learned. */
class PoolEventsTest {

    private final FakeTime time = new FakeTime();
    private final CatalogHolder catalog = new CatalogHolder();
    private final List<PoolEvent> events = new ArrayList<>();
    private ProviderPool pool;

    @BeforeEach
    void listen() {
        pool = PoolFixture.pool(time, catalog);
        pool.onEvent(events::add);
    }

    private void of(SomeProvider... providers) {
        catalog.publish(new ProviderCatalog(
                Arrays.stream(providers).map(SomeProvider::build).toList()));
    }

    private Provider provider(String name) {
        return catalog.get().byName(name).orElseThrow();
    }

    private Lease lease(String name) {
        return pool.leaseFor(provider(name)).orElseThrow();
    }

    private void fail(String name, FailureClass kind, int status) {
        Lease lease = lease(name);
        lease.failed(new Lease.Failed(kind, status, Duration.ZERO, "HTTP " + status));
        lease.close();
    }

    private void serve(String name) {
        Lease lease = lease(name);
        lease.succeeded(200);
        lease.close();
    }

    private static SelectionCriteria wish() {
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

    private <E extends PoolEvent> E only(Class<E> kind) {
        events.removeIf(PoolEvent.ProbeStarted.class::isInstance);
        assertThat(events).hasSize(1);
        return kind.cast(events.remove(0));
    }

    @Test
    void aCooldownBeginsIsExtendedAndEndsByASuccess() {
        of(SomeProvider.named("a").maps("m", "n"));
        Lease first = lease("a");
        Lease second = lease("a");
        time.advance(Duration.ofSeconds(1));

        first.failed(new Lease.Failed(FailureClass.RATE_LIMITED, 429, Duration.ZERO, "HTTP 429"));
        CooldownRecord begun = only(PoolEvent.CooldownBegan.class).cooldown();
        second.failed(new Lease.Failed(FailureClass.RATE_LIMITED, 429, Duration.ofSeconds(100), "HTTP 429"));
        CooldownRecord longer = only(PoolEvent.CooldownExtended.class).cooldown();
        time.advance(Duration.ofSeconds(101));
        serve("a");
        CooldownRecord ended = only(PoolEvent.CooldownEnded.class).cooldown();

        assertThat(begun.length()).isEqualTo(Duration.ofSeconds(30));
        assertThat(longer.id()).isEqualTo(begun.id());
        assertThat(longer.length()).isEqualTo(Duration.ofSeconds(100));
        assertThat(ended.id()).isEqualTo(begun.id());
        assertThat(ended.settled()).isTrue();
    }

    @Test
    void theEndOfItsTimeIsToldOnceAndIsNotTheEndOfTheCount() {
        of(SomeProvider.named("a").maps("m", "n"));
        fail("a", FailureClass.RATE_LIMITED, 429);
        CooldownRecord begun = only(PoolEvent.CooldownBegan.class).cooldown();
        pool.expireCooldowns();
        assertThat(events).as("while it lasts").isEmpty();

        time.advance(Duration.ofSeconds(31));
        pool.expireCooldowns();
        pool.expireCooldowns();

        CooldownRecord ended = only(PoolEvent.CooldownEnded.class).cooldown();
        assertThat(ended.endedAt()).contains(begun.until());
        assertThat(ended.settled()).isFalse();
    }

    @Test
    void aHostIsDownOnceAndBackOnce() {
        of(SomeProvider.named("a").maps("m", "n"));
        for (int i = 0; i < 7; i++) {
            fail("a", FailureClass.NETWORK, 0);
        }
        List<PoolEvent.HostDown> downs =
                events.stream().map(PoolEvent.HostDown.class::cast).toList();
        events.clear();
        time.advance(Duration.ofSeconds(21));
        serve("a");
        serve("a");

        PoolEvent.HostDown down = downs.get(0);
        assertThat(down.origin()).isEqualTo("https://a.example:443");
        assertThat(down.failures()).isEqualTo(5);
        assertThat(downs.stream().map(PoolEvent.HostDown::outages))
                .as("down, and then down still")
                .containsExactly(1, 2, 3);
        assertThat(only(PoolEvent.HostRecovered.class).origin()).isEqualTo(down.origin());
    }

    @Test
    void aRefusedCredentialIsToldOncePerMessageAndItsEndOnce() {
        of(SomeProvider.named("a").maps("m", "n"));
        fail("a", FailureClass.CREDENTIAL, 401);
        fail("a", FailureClass.CREDENTIAL, 401);
        PoolEvent.CredentialRefused refused = only(PoolEvent.CredentialRefused.class);
        fail("a", FailureClass.CREDENTIAL, 402);
        assertThat(only(PoolEvent.CredentialRefused.class).message()).isEqualTo("HTTP 402");
        pool.credentialAccepted(provider("a"));
        pool.credentialAccepted(provider("a"));

        assertThat(refused.providerId()).isEqualTo(provider("a").id());
        assertThat(refused.message()).isEqualTo("HTTP 401");
        assertThat(only(PoolEvent.CredentialAccepted.class).providerName()).isEqualTo("a");
    }

    @Test
    void busyWorkersAreToldWithWhatMayRunFromNowOn() {
        of(SomeProvider.named("a").maps("m", "n"));
        Lease one = ((LeaseResult.Leased) pool.lease(wish())).lease();
        one.failed(new Lease.Failed(FailureClass.MODEL_BUSY, 503, Duration.ZERO, "ResourceExhausted"));

        PoolEvent.ModelConcurrencyCapped capped = only(PoolEvent.ModelConcurrencyCapped.class);

        assertThat(capped.workers()).isEqualTo("https://a.example:443 n");
        assertThat(capped.max()).isEqualTo(1);
    }

    @Test
    void threeKeysRefusedAtOncePauseTheirHostAndTheirCooldownsEnd() {
        String host = "https://shared.example/v1";
        of(
                SomeProvider.named("a").url(host).maps("m", "n"),
                SomeProvider.named("b").url(host).maps("m", "n"),
                SomeProvider.named("c").url(host).maps("m", "n"));
        List.of("a", "b", "c").forEach(name -> fail(name, FailureClass.RATE_LIMITED, 429));

        assertThat(events.stream().filter(PoolEvent.CooldownBegan.class::isInstance))
                .hasSize(3);
        assertThat(events.stream().filter(PoolEvent.CooldownEnded.class::isInstance))
                .hasSize(3);
        PoolEvent.HostPaused paused = (PoolEvent.HostPaused) events.get(events.size() - 1);
        assertThat(paused.origin()).isEqualTo("https://shared.example:443");
        assertThat(paused.keys()).isEqualTo(3);
        assertThat(paused.pause()).isEqualTo(Duration.ofSeconds(5));
        assertThat(paused.oneAccount()).isFalse();
    }

    @Test
    void anEmergencyIsToldByTheProviderThatItIsGranted() {
        of(SomeProvider.named("a").maps("m", "n"));
        fail("a", FailureClass.RATE_LIMITED, 429);
        events.clear();

        assertThat(pool.emergency(wish())).isPresent();

        assertThat(only(PoolEvent.EmergencyGranted.class).providerName()).isEqualTo("a");
    }

    @Test
    void anotherPoolThatTakesUpWhatWasToldKnowsTheSame() {
        of(
                SomeProvider.named("a").maps("m", "n"),
                SomeProvider.named("b").maps("m", "n"),
                SomeProvider.named("c").maps("m", "n"));
        UnwrittenCooldowns unwritten = new UnwrittenCooldowns();
        pool.onEvent(unwritten);
        fail("a", FailureClass.RATE_LIMITED, 429);
        fail("b", FailureClass.RATE_LIMITED, 429);
        time.advance(Duration.ofSeconds(31));
        serve("b");
        fail("a", FailureClass.RATE_LIMITED, 429);
        fail("c", FailureClass.CREDENTIAL, 401);

        ProviderPool other = PoolFixture.pool(time, catalog);
        other.restore(
                unwritten.take().stream().filter(one -> !one.settled()).toList(),
                Map.of(provider("c").id(), "HTTP 401"));

        for (String name : List.of("a", "b", "c")) {
            assertThat(other.status(provider(name)).status())
                    .as(name)
                    .isEqualTo(pool.status(provider(name)).status());
            assertThat(other.status(provider(name)).cooldownUntil())
                    .as(name)
                    .isEqualTo(pool.status(provider(name)).cooldownUntil());
            assertThat(other.status(provider(name)).consecutive429())
                    .as(name)
                    .isEqualTo(pool.status(provider(name)).consecutive429());
        }
    }
}
