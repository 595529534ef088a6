package sidecar.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentActivityTest {

    private Instant now = Instant.parse("2026-11-26T10:00:30Z");
    private final RecentActivity recent = new RecentActivity(() -> now);

    private static LedgerEntry entry(Instant ended, Duration took, Duration waited, boolean refused) {
        SomeEntry some = SomeEntry.entry().used(10, 5, "0.5");
        LedgerEntry entry = refused
                ? some.outcome("queue_timeout").status(503).build()
                : some.tried("a").build();
        return new LedgerEntry(
                ended,
                entry.requestId(),
                entry.client(),
                entry.path(),
                entry.stream(),
                entry.model(),
                entry.attempts(),
                entry.outcome(),
                entry.status(),
                new LedgerEntry.Times(took, waited, Duration.ZERO, took.minus(waited), Optional.empty()),
                refused ? Optional.empty() : entry.bill(),
                entry.translation());
    }

    private void ended(String time, int seconds) {
        recent.finished(
                entry(Instant.parse("2026-11-26T" + time + "Z"), Duration.ofSeconds(seconds), Duration.ZERO, false));
    }

    @Test
    void everyMinuteHasItsOwn() {
        ended("09:59:59", 1);
        ended("10:00:00", 1);
        ended("10:00:20", 1);

        List<RecentActivity.Minute> minutes = recent.minutes(3);

        assertThat(minutes)
                .extracting(minute -> minute.start().toString())
                .containsExactly("2026-11-26T09:58:00Z", "2026-11-26T09:59:00Z", "2026-11-26T10:00:00Z");
        assertThat(minutes)
                .extracting(minute -> minute.slice().counts().requests())
                .containsExactly(0L, 1L, 2L);
        assertThat(minutes.get(2).json().path("total_tokens").asLong()).isEqualTo(30);
        assertThat(minutes.get(2).json().path("cost").decimalValue()).isEqualByComparingTo("1");
    }

    @Test
    void theLastMinuteMovesOnWithTheClock() {
        ended("10:00:20", 1);
        assertThat(recent.last(Duration.ofMinutes(1)).counts().requests()).isEqualTo(1);

        now = now.plusSeconds(45);
        assertThat(recent.last(Duration.ofMinutes(1)).counts().requests()).isEqualTo(1);

        now = now.plusSeconds(10);
        assertThat(recent.last(Duration.ofMinutes(1)).counts().requests()).isZero();
    }

    @Test
    void whatIsTooOldIsForgottenAndOverwritten() {
        ended("10:00:20", 1);
        now = now.plus(RecentActivity.KEPT);
        ended("12:00:20", 1);
        ended("09:00:00", 1);

        assertThat(recent.last(RecentActivity.KEPT).counts().requests()).isEqualTo(1);
    }

    @Test
    void arrivalsAreCountedWhereTheyArrived() {
        ended("10:00:10", 70);

        assertThat(recent.minutes(3))
                .extracting(minute -> minute.slice().arrived())
                .containsExactly(0L, 1L, 0L);
    }

    @Test
    void refusalsAreNoRequestsOfAProvider() {
        recent.finished(entry(now, Duration.ofSeconds(4), Duration.ofSeconds(4), true));

        RecentActivity.Slice minute = recent.last(Duration.ofMinutes(1));

        assertThat(minute.counts().requests()).isZero();
        assertThat(minute.refused()).isEqualTo(1);
        assertThat(minute.waiting()).isEqualTo(1);
        assertThat(minute.longestWait()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void aClientsOwnMistakeIsNobodysRefusal() {
        recent.finished(SomeEntry.at("2026-11-26T10:00:20Z")
                .outcome("model_not_found")
                .status(404)
                .build());

        RecentActivity.Slice minute = recent.last(Duration.ofMinutes(1));

        assertThat(minute.refused()).isZero();
        assertThat(minute.arrived()).isZero();
    }

    @Test
    void earlierRunsAreAddedUp() {
        ended("10:00:20", 1);
        recent.seed(Instant.parse("2026-11-26T10:00:20Z"), RecentActivity.Slice.arrived(7));

        assertThat(recent.last(Duration.ofMinutes(1)).arrived()).isEqualTo(8);
    }

    // how many keys more

    private void wave(int arrivals, Duration waited) {
        for (int i = 0; i < arrivals; i++) {
            recent.finished(entry(now, waited, waited, false));
        }
    }

    @Test
    void nobodyWaitedNoKeyIsMissing() {
        wave(100, Duration.ZERO);

        assertThat(CapacityAdvice.of(recent.minutes(60), 40, 40)).isEmpty();
    }

    @Test
    void whatArrivedAboveTheCapacityWantsKeys() {
        wave(100, Duration.ofSeconds(2));

        assertThat(CapacityAdvice.of(recent.minutes(60), 40, 40)).hasValueSatisfying(advice -> {
            assertThat(advice.keys()).isEqualTo(2); // 60 more than 40: two keys of 40
            assertThat(advice.json().path("arrived").asLong()).isEqualTo(100);
        });
    }

    @Test
    void waitingForSomethingElseThanRoomWantsNone() {
        wave(30, Duration.ofSeconds(2));

        assertThat(CapacityAdvice.of(recent.minutes(60), 40, 40)).isEmpty();
    }

    @Test
    void withoutALimitThereIsAlwaysRoom() {
        wave(100, Duration.ofSeconds(2));

        assertThat(CapacityAdvice.of(recent.minutes(60), 0, 0)).isEmpty();
    }
}
