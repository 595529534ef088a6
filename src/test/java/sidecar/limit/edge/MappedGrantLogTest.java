package sidecar.limit.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.limit.Grant;
import sidecar.limit.GrantLog;
import sidecar.limit.GrantRequest;
import sidecar.limit.GrantResult;
import sidecar.limit.LimitSettings;
import sidecar.limit.NodeShare;
import sidecar.limit.QuotaLimits;
import sidecar.limit.RateLimiter;
import sidecar.time.FakeTime;

/** A second log on the same file is what the next process finds after a kill: nothing is written at the end of the first. */
class MappedGrantLogTest {

    private static final Duration WINDOW = Duration.ofSeconds(61);
    private static final int FEW = 8;
    private static final String ACCOUNT = "https://api.example.com:443#ab12";

    @TempDir
    Path directory;

    private Instant wall = Instant.parse("2026-11-23T12:00:00Z");
    private final InstantSource clock = () -> wall;

    private MappedGrantLog open() {
        try {
            return MappedGrantLog.open(directory, WINDOW, clock, FEW);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void pass(Duration time) {
        wall = wall.plus(time);
    }

    private Path file() {
        return directory.resolve("grants");
    }

    @Test
    void aStampedGrantIsAsOldAsItsStamp() {
        MappedGrantLog log = open();
        int place = log.granted(ACCOUNT, 700);
        pass(Duration.ofSeconds(10));
        log.stamped(place);
        pass(Duration.ofSeconds(20));

        assertThat(open().past()).containsExactly(new GrantLog.Past(ACCOUNT, Duration.ofSeconds(20), 700, place));
    }

    @Test
    void aGrantThatWasNeverStampedCountsFromTheNextStart() {
        int place = open().granted(ACCOUNT, 0);
        pass(Duration.ofSeconds(50));

        assertThat(open().past()).containsExactly(new GrantLog.Past(ACCOUNT, Duration.ZERO, 0, place));
        pass(Duration.ofSeconds(30));
        assertThat(open().past())
                .as("and not from each start anew")
                .containsExactly(new GrantLog.Past(ACCOUNT, Duration.ofSeconds(30), 0, place));
    }

    @Test
    void aStampInTheFutureCountsAsNow() {
        MappedGrantLog log = open();
        int place = log.granted(ACCOUNT, 0);
        log.stamped(place);
        pass(Duration.ofDays(-365));

        assertThat(open().past()).containsExactly(new GrantLog.Past(ACCOUNT, Duration.ZERO, 0, place));
        pass(Duration.ofSeconds(61));
        assertThat(open().past()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"60999, 1", "61000, 0"})
    void whatIsOlderThanTheWindowIsForgotten(long millis, int left) {
        MappedGrantLog log = open();
        int place = log.granted(ACCOUNT, 0);
        log.stamped(place);
        pass(Duration.ofMillis(millis));

        MappedGrantLog next = open();
        assertThat(next.past()).hasSize(left);
        assertThat(next.granted("another", 0) == place)
                .as("its place is used again")
                .isEqualTo(left == 0);
    }

    @Test
    void whatWasFreedIsForgotten() {
        MappedGrantLog log = open();
        log.freed(log.granted(ACCOUNT, 0));
        int stamped = log.granted(ACCOUNT, 0);
        log.stamped(stamped);
        log.freed(stamped);

        assertThat(open().past()).isEmpty();
    }

    @Test
    void whatAGrantCostIsKept() {
        MappedGrantLog log = open();
        log.settled(log.granted(ACCOUNT, 4096), 17);

        assertThat(open().past()).extracting(GrantLog.Past::tokens).containsExactly(17);
    }

    @Test
    void theFileGrowsAndStaysThatLarge() throws IOException {
        MappedGrantLog log = open();
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < 5 * FEW; i++) {
            places.add(log.granted("account " + i, i));
        }
        long size = Files.size(file());

        MappedGrantLog next = open();
        assertThat(places).doesNotHaveDuplicates().doesNotContain(0);
        assertThat(next.past()).extracting(GrantLog.Past::place).containsExactlyInAnyOrderElementsOf(places);
        assertThat(next.past()).allSatisfy(past -> assertThat(past.account()).isEqualTo("account " + past.tokens()));
        places.forEach(next::freed);
        places.forEach(place -> next.granted(ACCOUNT, 0));
        assertThat(Files.size(file())).isEqualTo(size);
    }

    @Test
    void aKillWhileItGrowsLosesNothing() throws IOException {
        MappedGrantLog log = open();
        for (int i = 0; i < FEW - 1; i++) {
            log.granted(ACCOUNT, i);
        }
        try (RandomAccessFile half = new RandomAccessFile(file().toFile(), "rw")) {
            half.setLength(half.length() + 700);
        }

        MappedGrantLog next = open();
        assertThat(next.past()).hasSize(FEW - 1);
        for (int i = 0; i < FEW; i++) {
            next.granted(ACCOUNT, i);
        }
        assertThat(open().past()).hasSize(2 * FEW - 1);
    }

    @Test
    void segmentsMayBeOfAnotherSizeNextTime() throws IOException {
        MappedGrantLog log = open();
        for (int i = 0; i < 3 * FEW - 1; i++) {
            log.granted(ACCOUNT, i);
        }

        assertThat(MappedGrantLog.open(directory, WINDOW, clock, FEW + 2).past())
                .hasSize(3 * FEW - 1);
    }

    @Test
    void aSlotThatWasNotFinishedIsFree() throws IOException {
        GrantFile file = GrantFile.open(file(), FEW).orElseThrow();
        file.text(3, "half".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        file.tokens(3, 9);
        file.number(3, wall.toEpochMilli());

        assertThat(open().past()).isEmpty();
        file.state(3, 1);
        assertThat(open().past()).extracting(GrantLog.Past::account).containsExactly("half");
    }

    @ParameterizedTest
    @CsvSource({"0, 77", "0, -1", "16, 0", "16, -5", "16, 493", "16, 2000000000"})
    void aSlotThatCannotHaveBeenWrittenIsFreed(int offset, int value) throws IOException {
        MappedGrantLog log = open();
        int bad = log.granted(ACCOUNT, 1);
        log.stamped(bad);
        int good = log.granted(ACCOUNT, 2);
        try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
            file.seek((long) bad * GrantFile.SLOT_BYTES + offset);
            file.writeInt(value);
        }

        MappedGrantLog next = open();
        assertThat(next.past()).extracting(GrantLog.Past::place).containsExactly(good);
        assertThat(next.granted(ACCOUNT, 3)).isEqualTo(bad);
        assertThat(open().past()).hasSize(2);
    }

    @Test
    void theDaysCountIsKeptInOnePlace() throws IOException {
        MappedGrantLog log = open();
        long today = wall.getEpochSecond() / 86_400;
        long size = Files.size(file());
        for (int count = 1; count <= 5 * FEW; count++) {
            log.counted(new GrantLog.Day(ACCOUNT, today, count));
        }
        log.counted(new GrantLog.Day("another", today, 1));

        assertThat(open().days())
                .containsExactlyInAnyOrder(
                        new GrantLog.Day(ACCOUNT, today, 5 * FEW), new GrantLog.Day("another", today, 1));
        assertThat(Files.size(file())).isEqualTo(size);
    }

    @Test
    void aNewDayReplacesTheOld() {
        MappedGrantLog log = open();
        long today = wall.getEpochSecond() / 86_400;
        log.counted(new GrantLog.Day(ACCOUNT, today, Integer.MAX_VALUE));
        MappedGrantLog next = open();
        next.counted(new GrantLog.Day(ACCOUNT, today + 1, 1));

        assertThat(open().days()).containsExactly(new GrantLog.Day(ACCOUNT, today + 1, 1));
    }

    @ParameterizedTest
    @CsvSource({"-2, 0", "-1, 1", "0, 1", "1, 1", "2, 0", "-70000, 0"})
    void onlyDaysAboutNowAreTakenUp(long away, int left) {
        long today = wall.getEpochSecond() / 86_400;
        open().counted(new GrantLog.Day(ACCOUNT, today + away, 3));

        MappedGrantLog next = open();
        assertThat(next.days()).hasSize(left);
        next.counted(new GrantLog.Day(ACCOUNT, today, 4));
        assertThat(open().days()).containsExactly(new GrantLog.Day(ACCOUNT, today, 4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not ours", "Sidecar grants, version 2\n"})
    void aForeignFileIsKeptAside(String content) throws IOException {
        Files.writeString(file(), content);
        Files.writeString(directory.resolve("grants.bad-1"), "an earlier one");

        MappedGrantLog log = open();
        assertThat(log.past()).isEmpty();
        log.granted(ACCOUNT, 0);
        assertThat(open().past()).hasSize(1);
        assertThat(directory.resolve("grants.bad-1")).hasContent("an earlier one");
        assertThat(directory.resolve("grants.bad-2")).hasContent(content);
        assertThat(directory.resolve("grants.bad-3")).doesNotExist();
    }

    @Test
    void aStartThatWasKilledWhileMakingTheFileLeavesNothingInTheWay() throws IOException {
        Files.writeString(directory.resolve("grants.new"), "half");

        open().granted(ACCOUNT, 0);

        assertThat(open().past()).hasSize(1);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void onlyTheOwnerMayReadIt() throws IOException {
        open();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void anIdentityIsWrittenWholeOrNotAtAll() {
        MappedGrantLog log = open();
        String longest = "é".repeat(GrantFile.MOST_TEXT / 2);
        log.granted(longest, 1);
        int place = log.granted(longest + "é", 2);
        assertThat(place).isEqualTo(-1);
        log.stamped(place);
        log.settled(place, 3);
        log.freed(place);
        log.counted(new GrantLog.Day(longest + "é", wall.getEpochSecond() / 86_400, 1));

        MappedGrantLog next = open();
        assertThat(next.past()).extracting(GrantLog.Past::account).containsExactly(longest);
        assertThat(next.days()).isEmpty();
    }

    @Test
    void whenItCannotGrowTheRestIsNotWrittenAndNothingFails() throws IOException {
        MappedGrantLog log = open();
        Path moved = directory.resolve("moved");
        Files.move(file(), moved);
        Files.createDirectory(file());
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < FEW + 1; i++) {
            places.add(log.granted(ACCOUNT, i));
        }
        log.stamped(places.get(FEW));
        log.freed(places.get(FEW));
        log.freed(places.get(0));

        assertThat(places.subList(FEW - 1, FEW + 1)).containsOnly(-1);
        assertThat(log.granted(ACCOUNT, 100)).isEqualTo(places.get(0));
        Files.delete(file());
        Files.move(moved, file());
        assertThat(open().past()).hasSize(FEW - 1);
    }

    @Test
    void anInterruptedThreadMayGrowIt() {
        MappedGrantLog log = open();
        Thread.currentThread().interrupt();
        for (int i = 0; i < 2 * FEW; i++) {
            log.granted(ACCOUNT, i);
        }

        assertThat(Thread.interrupted()).isTrue();
        assertThat(open().past()).hasSize(2 * FEW);
    }

    @Test
    void manyGrantsComeBack() throws IOException {
        MappedGrantLog log = MappedGrantLog.open(directory, WINDOW, clock);
        for (int i = 0; i < 100_000; i++) {
            log.stamped(log.granted(ACCOUNT, i));
        }

        List<GrantLog.Past> past = MappedGrantLog.open(directory, WINDOW, clock).past();
        assertThat(past).hasSize(100_000);
        assertThat(past.stream().mapToLong(GrantLog.Past::tokens).sum()).isEqualTo(4_999_950_000L);
    }

    @Test
    void atEveryMomentTheNextStartFindsWhatWasThere() {
        Random random = new Random(7);
        MappedGrantLog log = open();
        Map<Integer, GrantLog.Past> expected = new HashMap<>();
        for (int step = 0; step < 2_000; step++) {
            List<Integer> places = List.copyOf(expected.keySet());
            int now = step;
            int any = places.isEmpty() ? 0 : places.get(random.nextInt(places.size()));
            if (places.isEmpty() || random.nextInt(3) == 0) {
                String account = "account " + random.nextInt(5);
                int place = log.granted(account, step);
                assertThat(expected.put(place, new GrantLog.Past(account, Duration.ZERO, step, place)))
                        .isNull();
            } else if (random.nextBoolean()) {
                log.stamped(any);
                log.settled(any, step);
                expected.computeIfPresent(any, (p, was) -> new GrantLog.Past(was.account(), was.age(), now, p));
            } else {
                log.freed(any);
                expected.remove(any);
            }
            if (random.nextInt(100) == 0) {
                log = open();
                assertThat(log.past()).containsExactlyInAnyOrderElementsOf(expected.values());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noWindowIsForgottenByAKill(boolean stamped) {
        QuotaLimits three = QuotaLimits.perMinute("group", 3, ACCOUNT);
        RateLimiter before = quotas(new FakeTime(-5));
        for (int i = 0; i < 3; i++) {
            Grant grant = ((GrantResult.Granted) before.take(three, GrantRequest.of(ACCOUNT))).grant();
            if (stamped) {
                grant.stamp();
            }
        }
        pass(Duration.ofSeconds(20));

        FakeTime time = new FakeTime();
        RateLimiter after = quotas(time);
        time.advance(Duration.ofSeconds(stamped ? 41 : 61).minusNanos(1));
        assertThat(after.take(three, GrantRequest.of(ACCOUNT))).isNotInstanceOf(GrantResult.Granted.class);
        time.advance(Duration.ofNanos(1));
        assertThat(after.take(three, GrantRequest.of(ACCOUNT))).isInstanceOf(GrantResult.Granted.class);
    }

    @Test
    void noDayIsForgottenByAKill() {
        QuotaLimits two = new QuotaLimits("group", List.of(ACCOUNT), 0, 2, 0, 0, false);
        RateLimiter before = quotas(new FakeTime());
        before.take(two, GrantRequest.of(ACCOUNT));
        before.take(two, GrantRequest.of(ACCOUNT));

        assertThat(quotas(new FakeTime()).take(two, GrantRequest.of(ACCOUNT)))
                .isNotInstanceOf(GrantResult.Granted.class);
        pass(Duration.ofDays(1));
        assertThat(quotas(new FakeTime()).take(two, GrantRequest.of(ACCOUNT))).isInstanceOf(GrantResult.Granted.class);
    }

    private RateLimiter quotas(FakeTime time) {
        return new RateLimiter(time, clock, () -> new LimitSettings(WINDOW, Duration.ZERO), open(), NodeShare.WHOLE);
    }
}
