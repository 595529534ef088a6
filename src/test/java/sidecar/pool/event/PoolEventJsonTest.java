package sidecar.pool.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoolEventJsonTest {

    private static final Instant TOLD = Instant.parse("2026-11-30T12:00:05Z");

    private static CooldownRecord cooldown(Instant told, Optional<Instant> ended) {
        return new CooldownRecord(
                "cev_1",
                "p1",
                "nim \"1\"",
                "g",
                "",
                2,
                "HTTP 429",
                true,
                told.minusSeconds(5),
                told.plusMillis(25_125),
                ended,
                ended.isPresent());
    }

    static Stream<PoolEvent> events() {
        return Stream.of(
                new PoolEvent.CooldownBegan(cooldown(TOLD, Optional.empty())),
                new PoolEvent.CooldownExtended(cooldown(TOLD, Optional.empty())),
                new PoolEvent.CooldownEnded(cooldown(TOLD, Optional.of(TOLD))),
                new PoolEvent.HostPaused("https://h:443", Duration.ofSeconds(5), 4, 3, Duration.ofSeconds(2), true),
                new PoolEvent.HostDown("https://h:443", "refused", 5, 2, Duration.ofSeconds(10)),
                new PoolEvent.HostRecovered("https://h:443"),
                new PoolEvent.ModelDown("p1", "m", "chat", "HTTP 500", 5, 1, Duration.ofSeconds(5)),
                new PoolEvent.ModelRecovered("p1", "m", "chat"),
                new PoolEvent.ModelMissing("p1", "m", "chat", Duration.ofHours(1)),
                new PoolEvent.CredentialRefused("p1", "nim", "h#1", "HTTP 401"),
                new PoolEvent.CredentialAccepted("p1", "nim"),
                new PoolEvent.ProviderCleared("p1"),
                new PoolEvent.ModelConcurrencyCapped("https://h:443 n", 3),
                new PoolEvent.EmergencyGranted("p1", "nim"),
                new PoolEvent.ProbeStarted("p1", "m", "chat"),
                new PoolEvent.ProbeUndecided("p1", "", ""));
    }

    @ParameterizedTest
    @MethodSource("events")
    void eachIsReadAsItWasWritten(PoolEvent event) {
        assertThat(PoolEventJson.read(PoolEventJson.write(event, TOLD), TOLD)).contains(event);
    }

    @Test
    void noKindIsForgottenHere() {
        assertThat(events().map(Object::getClass).distinct())
                .containsExactlyInAnyOrderElementsOf(kinds(PoolEvent.class).toList());
    }

    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(PoolEventJsonTest::kinds)
                : Stream.of(type);
    }

    @Test
    void itsMomentsMeanTheSameByAnotherClock() {
        Instant there = TOLD.plusSeconds(3_600);
        String json = PoolEventJson.write(new PoolEvent.CooldownBegan(cooldown(TOLD, Optional.empty())), TOLD);

        assertThat(PoolEventJson.read(json, there))
                .contains(new PoolEvent.CooldownBegan(cooldown(there, Optional.empty())));
    }

    @Test
    void whatAnotherVersionTellsIsPassedOver() {
        assertThat(PoolEventJson.read("{\"kind\":\"PoolDrained\",\"why\":1}", TOLD))
                .isEmpty();
        assertThat(PoolEventJson.read("{\"kind\":\"HostRecovered\"}", TOLD)).isEmpty();
        assertThat(PoolEventJson.read("{\"kind\":\"HostDown\",\"origin\":[]", TOLD))
                .isEmpty();
        assertThat(PoolEventJson.read("[]", TOLD)).isEmpty();
    }
}
