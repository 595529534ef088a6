package sidecar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AnonymousCallersTest {

    private static final Instant NOW = Instant.parse("2026-06-30T12:00:00Z");

    private final AnonymousCallers callers = new AnonymousCallers();

    @Test
    void aCallerIsAnAddressAndAProgram() {
        callers.note("127.0.0.1", "curl/8.5.0", NOW);
        callers.note("127.0.0.1", "curl/8.5.0", NOW.plusSeconds(1));
        callers.note("127.0.0.1", "", NOW.plusSeconds(2));

        assertThat(callers.recent(NOW.plusSeconds(3)))
                .containsExactly(
                        new AnonymousCallers.AnonymousCaller("127.0.0.1", "", 1, NOW.plusSeconds(2)),
                        new AnonymousCallers.AnonymousCaller("127.0.0.1", "curl/8.5.0", 2, NOW.plusSeconds(1)));
    }

    @Test
    void whoHasNotCalledForADayIsForgotten() {
        callers.note("127.0.0.1", "old", NOW);
        callers.note("127.0.0.1", "new", NOW.plus(Duration.ofHours(1)));

        assertThat(callers.recent(NOW.plus(Duration.ofDays(1)).plusSeconds(1)))
                .extracting(AnonymousCallers.AnonymousCaller::program)
                .containsExactly("new");
    }

    @Test
    void aHundredAreKeptWithNamesOfBoundedLength() {
        for (int i = 0; i < 150; i++) {
            callers.note("127.0.0.1", i + "-" + "x".repeat(1_000), NOW.plusSeconds(i));
        }

        assertThat(callers.recent(NOW.plusSeconds(200)))
                .hasSize(100)
                .allSatisfy(caller -> assertThat(caller.program()).hasSize(120))
                .first()
                .satisfies(caller -> assertThat(caller.program()).startsWith("149-"));
    }
}
