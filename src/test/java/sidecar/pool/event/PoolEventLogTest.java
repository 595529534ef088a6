package sidecar.pool.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PoolEventLogTest {

    private static final Instant BEGUN = Instant.parse("2026-11-30T12:00:00Z");

    private final Logger logger = Logger.getLogger(PoolEventLog.class.getName());
    private final List<String> lines = new ArrayList<>();
    private final PoolEventLog log = new PoolEventLog("set quota_group");
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getLevel() + " " + MessageFormat.format(line.getMessage(), line.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);
    }

    @AfterEach
    void leave() {
        logger.removeHandler(handler);
        logger.setLevel(null);
        logger.setUseParentHandlers(true);
    }

    private static CooldownRecord cooldown(String group, String model) {
        return new CooldownRecord(
                "cev_1",
                "p1",
                "nim",
                group,
                model,
                2,
                "HTTP 429",
                false,
                BEGUN,
                BEGUN.plusSeconds(30).minusNanos(1),
                Optional.empty(),
                false);
    }

    static Stream<Arguments> events() {
        return Stream.of(
                Arguments.of(
                        new PoolEvent.CooldownBegan(cooldown("g", "")),
                        "INFO provider nim cools 30 s: HTTP 429; number 2 in a row"),
                Arguments.of(
                        new PoolEvent.CooldownBegan(cooldown("", "llama")),
                        "INFO model llama of provider nim cools 30 s: HTTP 429; number 2 in a row"),
                Arguments.of(
                        new PoolEvent.HostPaused(
                                "https://h:443", Duration.ofSeconds(5), 1, 3, Duration.ofSeconds(2), false),
                        "INFO https://h:443 is paused 5 s: 3 keys got 429 within 2 s although little of their minute was used"),
                Arguments.of(
                        new PoolEvent.HostPaused(
                                "https://h:443", Duration.ofSeconds(5), 1, 3, Duration.ofSeconds(2), true),
                        "WARNING https://h:443 is paused 5 s: 3 keys got 429 within 2 s although little of their minute was used;"
                                + " set quota_group"),
                Arguments.of(
                        new PoolEvent.HostDown("https://h:443", "the wire broke", 5, 1, Duration.ofSeconds(5)),
                        "WARNING https://h:443 is down: the wire broke; 5 failures in a row"),
                Arguments.of(new PoolEvent.HostRecovered("https://h:443"), "INFO https://h:443 is reachable again"),
                Arguments.of(
                        new PoolEvent.CredentialRefused("p1", "nim", "h#1", "HTTP 401"),
                        "WARNING provider nim is in error: HTTP 401; it is not used until it is edited, or a test or a check of ours"
                                + " succeeds"),
                Arguments.of(new PoolEvent.CredentialAccepted("p1", "nim"), "INFO provider nim is accepted again"),
                Arguments.of(
                        new PoolEvent.ModelConcurrencyCapped("https://h:443 n", 4),
                        "FINE all workers of https://h:443 n are busy; at most 4 attempts at once"),
                Arguments.of(
                        new PoolEvent.EmergencyGranted("p1", "nim"),
                        "INFO provider nim is asked although it cools: nothing else is left"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void eachHasItsLine(PoolEvent event, String line) {
        log.learned(event);

        assertThat(lines).containsExactly(line);
    }

    @Test
    void anExtensionAndAnEndHaveNone() {
        log.learned(new PoolEvent.CooldownExtended(cooldown("g", "")));
        log.learned(new PoolEvent.CooldownEnded(cooldown("g", "")));

        assertThat(lines).isEmpty();
    }
}
