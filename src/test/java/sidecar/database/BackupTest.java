package sidecar.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupTest {

    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    private static Backup good(Instant madeAt) {
        return backup(
                madeAt, Optional.of(new BackupContents("6", Map.of("provider", 2L, "setting", 3L), 2, 2, madeAt)));
    }

    private static Backup unchecked(Instant madeAt) {
        return backup(madeAt, Optional.empty());
    }

    private static Backup backup(Instant madeAt, Optional<BackupContents> contents) {
        return new Backup(Backup.nameAt(madeAt), madeAt, 1, contents);
    }

    private static Instant daysAgo(int days) {
        return NOON.minus(Duration.ofDays(days));
    }

    @Test
    void aNameSaysWhenItWasMade() {
        assertThat(Backup.nameAt(Instant.parse("2026-11-26T03:00:07.9Z"))).isEqualTo("sidecar-20261126-030007.zip");
        assertThat(Backup.moment("sidecar-20261126-030007.zip")).contains(Instant.parse("2026-11-26T03:00:07Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "..",
                "../sidecar-20261126-030007.zip",
                "sidecar-20261126-030007.zip/..",
                "sidecar-20261126-030007.zip\0",
                "sidecar-20261126-030007.zip\n",
                "sidecar-20261126-030007xzip",
                "sidecar-20261326-030007.zip",
                "sidecar.env",
                "/etc/passwd"
            })
    void whatIsNoBackupsNameLeadsToNoFile(String name) {
        assertThat(Backup.moment(name)).isEmpty();
    }

    @Test
    void whatWasFoundInItIsReadBackAsItWasWritten() {
        BackupContents contents = good(NOON).contents().orElseThrow();

        assertThat(BackupContents.read(contents.json().toString())).contains(contents);
        assertThat(contents.rowsInAll()).isEqualTo(5);
        assertThat(contents.rows("nothing")).isZero();
        assertThat(BackupContents.read("made by hand")).isEmpty();
        assertThat(BackupContents.read("{}")).isEmpty();
    }

    @Test
    void oldOnesGoAndTheNewestGoodOneStays() {
        List<Backup> all = List.of(unchecked(daysAgo(8)), good(daysAgo(9)), good(daysAgo(10)));

        assertThat(BackupRetention.expired(all, NOON, WEEK)).containsExactly(all.get(0), all.get(2));
    }

    @Test
    void nothingGoesBeforeItsTime() {
        List<Backup> all = List.of(good(NOON), good(daysAgo(6)), good(daysAgo(7)), good(daysAgo(8)));

        assertThat(BackupRetention.expired(all, NOON, WEEK)).containsExactly(all.get(3));
    }

    @Test
    void nothingGoesWhileNoGoodOneIsThere() {
        assertThat(BackupRetention.expired(List.of(unchecked(daysAgo(30))), NOON, WEEK))
                .isEmpty();
    }

    @Test
    void theDailyOneIsDueAtItsTime() {
        BackupSchedule schedule = new BackupSchedule(LocalTime.of(12, 0));

        assertThat(schedule.before(NOON)).isEqualTo(NOON);
        assertThat(schedule.before(NOON.minusMillis(1))).isEqualTo(daysAgo(1));
        assertThat(schedule.after(NOON)).isEqualTo(NOON.plus(Duration.ofDays(1)));
        assertThat(schedule.due(NOON.minusMillis(1), Optional.of(daysAgo(1)), Optional.empty()))
                .isFalse();
        assertThat(schedule.due(NOON, Optional.of(daysAgo(1)), Optional.empty()))
                .isTrue();
        assertThat(schedule.due(NOON, Optional.of(NOON), Optional.empty())).isFalse();
    }

    @Test
    void aDayThatWasMissedIsMadeUpForAndAFailureIsTriedAgainAnHourLater() {
        BackupSchedule schedule = new BackupSchedule(LocalTime.of(3, 0));

        assertThat(schedule.due(NOON, Optional.empty(), Optional.empty())).isTrue();
        assertThat(schedule.due(NOON, Optional.of(daysAgo(1)), Optional.empty()))
                .isTrue();
        assertThat(schedule.due(NOON, Optional.empty(), Optional.of(NOON.minusSeconds(3_599))))
                .isFalse();
        assertThat(schedule.due(NOON, Optional.empty(), Optional.of(NOON.minusSeconds(3_600))))
                .isTrue();
    }

    @Test
    void aClockThatRanAheadForAWhileKeepsNoBackupFromBeingMade() {
        BackupSchedule schedule = new BackupSchedule(LocalTime.of(3, 0));
        List<Backup> all = List.of(good(daysAgo(-900)), good(daysAgo(1)));

        assertThat(BackupRetention.lastGood(all, NOON)).contains(all.get(1));
        assertThat(schedule.due(NOON, Optional.empty(), Optional.of(daysAgo(-900))))
                .isTrue();
    }

    @Test
    void whatBearsADateToComeDoesNotKeepTheNewestGoodOneFromStaying() {
        List<Backup> all = List.of(good(daysAgo(-900)), good(daysAgo(8)), good(daysAgo(9)));

        assertThat(BackupRetention.expired(all, NOON, WEEK)).containsExactly(all.get(2));
    }
}
