package sidecar.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.time.FakeTime;

/** Each limit by itself and all of them together; {@link RateLimiterTest} has the window. */
class LimitsTest {

    private static final Duration WINDOW = Duration.ofSeconds(61);
    private static final int NONE = 0;

    private final FakeTime time = new FakeTime();
    private Duration gap = Duration.ZERO;
    private final RateLimiter rateLimiter =
            new RateLimiter(time, time, () -> new LimitSettings(WINDOW, gap), GrantLog.NONE, NodeShare.WHOLE);

    private static QuotaLimits limits(int rpm, int rpd, int tpm, int concurrency) {
        return new QuotaLimits("g", List.of("a", "b"), rpm, rpd, tpm, concurrency, false);
    }

    private static QuotaLimits bucket(int rpm, String... accounts) {
        return new QuotaLimits("g", List.of(accounts), rpm, NONE, NONE, NONE, true);
    }

    private static GrantRequest tokens(int tokens) {
        return new GrantRequest("a", tokens, "", 0);
    }

    private Optional<Grant> take(QuotaLimits limits, GrantRequest request) {
        return rateLimiter.take(limits, request) instanceof GrantResult.Granted granted
                ? Optional.of(granted.grant())
                : Optional.empty();
    }

    private Grant taken(QuotaLimits limits, GrantRequest request) {
        return take(limits, request).orElseThrow();
    }

    private int takeAll(QuotaLimits limits) {
        int all = 0;
        for (Optional<Grant> grant = take(limits, GrantRequest.of("a"));
                grant.isPresent();
                grant = take(limits, GrantRequest.of("a"))) {
            grant.get().close();
            all++;
        }
        return all;
    }

    private GrantResult.Full full(QuotaLimits limits, GrantRequest request) {
        return (GrantResult.Full) rateLimiter.take(limits, request);
    }

    private static GrantResult.Full full(GrantResult.Limit limit, Duration freeIn) {
        return new GrantResult.Full(limit, Optional.of(freeIn));
    }

    private static GrantResult.Full until(GrantResult.Limit limit) {
        return new GrantResult.Full(limit, Optional.empty());
    }

    // bucket

    @Test
    void aBucketHoldsAMinutesRequestsAndFillsEvenly() {
        QuotaLimits limits = bucket(60, "a");
        assertThat(takeAll(limits)).isEqualTo(60);
        assertThat(full(limits, GrantRequest.of("a"))).isEqualTo(full(GrantResult.Limit.MINUTE, Duration.ofSeconds(1)));

        time.advance(Duration.ofSeconds(1).minusNanos(1));
        assertThat(takeAll(limits)).isZero();
        time.advance(Duration.ofNanos(1));
        assertThat(takeAll(limits)).isEqualTo(1);
        time.advance(Duration.ofMillis(2500));

        assertThat(takeAll(limits)).isEqualTo(2);
    }

    @Test
    void aBucketNeverHoldsMoreThanAMinutesRequests() {
        QuotaLimits limits = bucket(60, "a");

        time.advance(Duration.ofHours(5));

        assertThat(takeAll(limits)).isEqualTo(60);
    }

    @Test
    void aRefundGoesBackIntoTheBucket() {
        QuotaLimits limits = bucket(2, "a");
        Grant unused = taken(limits, GrantRequest.of("a"));
        taken(limits, GrantRequest.of("a")).close();

        unused.refund();
        unused.close();

        assertThat(takeAll(limits)).isEqualTo(1);
    }

    @Test
    void changingTheLimiterToABucketGivesNothingAway() {
        QuotaLimits window = QuotaLimits.perMinute("g", 40, "a");
        assertThat(takeAll(window)).isEqualTo(40);

        assertThat(takeAll(bucket(40, "a"))).isZero();
    }

    @Test
    void changingTheLimiterThereAndBackGivesNothingAwayEither() {
        takeAll(bucket(40, "a"));
        time.advance(Duration.ofMinutes(3));
        assertThat(takeAll(QuotaLimits.perMinute("g", 40, "a"))).isEqualTo(40);

        assertThat(takeAll(bucket(40, "a"))).isZero();
    }

    @Test
    void aBucketThatWasUnlimitedHoldsNoGrudge() {
        QuotaLimits unlimited = bucket(0, "a");
        for (int i = 0; i < 1000; i++) {
            taken(unlimited, GrantRequest.of("a")).close();
        }

        QuotaLimits limited = bucket(60, "a");
        assertThat(takeAll(limited)).isZero();
        time.advance(Duration.ofSeconds(1));

        assertThat(takeAll(limited)).as("full of debt, and no more than full").isEqualTo(1);
    }

    @Test
    void aLoweredBucketIsNoDeeperInDebtThanItIsDeep() {
        takeAll(bucket(6000, "a"));

        QuotaLimits lowered = bucket(6, "a");
        assertThat(takeAll(lowered)).isZero();
        time.advance(Duration.ofSeconds(10));

        assertThat(takeAll(lowered)).isEqualTo(1);
    }

    // day

    @Test
    void theDayEndsAtMidnightUtc() {
        QuotaLimits limits = limits(NONE, 3, NONE, NONE);
        assertThat(takeAll(limits)).isEqualTo(3);
        Duration rest = Duration.between(time.instant(), Instant.parse("2026-11-24T00:00:00Z"));
        assertThat(full(limits, GrantRequest.of("b"))).isEqualTo(full(GrantResult.Limit.DAY, rest));

        time.advance(rest.minusNanos(1));
        assertThat(takeAll(limits)).isZero();
        time.advance(Duration.ofNanos(1));

        assertThat(takeAll(limits)).isEqualTo(3);
    }

    @Test
    void aRequestOfWhichNothingWasSentIsNoneOfTheDays() {
        QuotaLimits limits = limits(NONE, 1, NONE, NONE);
        Grant unused = taken(limits, GrantRequest.of("a"));

        unused.refund();
        unused.refund();

        assertThat(takeAll(limits)).isEqualTo(1);
    }

    @Test
    void theDaysCountBelongsToTheAccountAndNotToItsGroup() {
        takeAll(limits(NONE, 3, NONE, NONE));

        assertThat(take(new QuotaLimits("elsewhere", List.of("a"), NONE, 3, NONE, NONE, false), GrantRequest.of("a")))
                .isEmpty();
        assertThat(take(new QuotaLimits("elsewhere", List.of("b"), NONE, 3, NONE, NONE, false), GrantRequest.of("b")))
                .isPresent();
    }

    // LLM tokens

    @Test
    void tokensAreReservedUntilTheWindowHasPassed() {
        QuotaLimits limits = limits(NONE, NONE, 1000, NONE);
        Grant first = taken(limits, tokens(600));
        time.advance(Duration.ofSeconds(10));
        first.stamp();

        assertThat(full(limits, tokens(401))).isEqualTo(full(GrantResult.Limit.TOKENS, WINDOW));
        taken(limits, tokens(400)).close();
        time.advance(WINDOW.minusNanos(1));
        assertThat(take(limits, tokens(1))).isEmpty();
        time.advance(Duration.ofNanos(1));

        assertThat(take(limits, tokens(600))).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"100, 900, true", "100, 901, false", "1000, 1, false", "5000, 1, false", "0, 1000, true"})
    void whatItDidCostTakesThePlaceOfTheEstimate(int cost, int next, boolean fits) {
        QuotaLimits limits = limits(NONE, NONE, 1000, NONE);
        Grant grant = taken(limits, tokens(600));

        grant.stamp();
        grant.settle(cost);
        grant.close();

        assertThat(take(limits, tokens(next)).isPresent()).isEqualTo(fits);
    }

    @Test
    void aRequestLargerThanTheLimitGoesWhenNothingIsUsed() {
        QuotaLimits limits = limits(NONE, NONE, 1000, NONE);

        Grant large = taken(limits, tokens(5000));

        assertThat(take(limits, tokens(1))).isEmpty();
        large.close();
        time.advance(WINDOW);
        assertThat(take(limits, tokens(1))).isPresent();
        assertThat(take(limits, tokens(5000))).as("something is used").isEmpty();
    }

    @Test
    void settlingTwiceOrTooLateSpoilsNothing() {
        QuotaLimits limits = limits(NONE, NONE, 1000, NONE);
        Grant refunded = taken(limits, tokens(100));
        refunded.refund();
        refunded.settle(900);
        Grant aged = taken(limits, tokens(100));
        aged.close();
        aged.settle(200);
        aged.settle(300);
        time.advance(WINDOW);
        assertThat(take(limits, tokens(1000))).isPresent();

        aged.settle(900);
        time.advance(WINDOW);

        assertThat(take(limits(NONE, NONE, 2000, NONE), tokens(1000))).isPresent();
        assertThat(take(limits(NONE, NONE, 2000, NONE), tokens(1))).isEmpty();
    }

    // at once

    @Test
    void attemptsAtOnceCountUntilTheyEnd() {
        QuotaLimits limits = limits(NONE, NONE, NONE, 2);
        Grant first = taken(limits, GrantRequest.of("a"));
        taken(limits, GrantRequest.of("b"));
        time.advance(Duration.ofHours(1));

        assertThat(full(limits, GrantRequest.of("a"))).isEqualTo(until(GrantResult.Limit.CONCURRENCY));
        first.stamp();
        assertThat(take(limits, GrantRequest.of("a"))).as("sent, but not ended").isEmpty();
        first.close();
        first.close();

        assertThat(take(limits, GrantRequest.of("a"))).isPresent();
        assertThat(take(limits, GrantRequest.of("a"))).isEmpty();
    }

    @Test
    void workersCountOverAllGroups() {
        QuotaLimits a = QuotaLimits.perMinute("ga", 40, "a");
        QuotaLimits b = QuotaLimits.perMinute("gb", 40, "b");
        Grant first = taken(a, new GrantRequest("a", 0, "host model", 1));

        assertThat(full(b, new GrantRequest("b", 0, "host model", 1))).isEqualTo(until(GrantResult.Limit.WORKERS));
        assertThat(take(b, new GrantRequest("b", 0, "host other", 1))).isPresent();
        first.close();
        first.close();

        assertThat(take(b, new GrantRequest("b", 0, "host model", 1))).isPresent();
        assertThat(rateLimiter.running("host model")).isEqualTo(1);
    }

    // together

    @Test
    void aRefusalOfAnyLimitTakesNothingOfTheOthers() {
        QuotaLimits busy = limits(10, 10, 1000, 1);
        taken(busy, tokens(10));
        for (int i = 0; i < 50; i++) {
            assertThat(take(busy, tokens(10))).isEmpty();
        }

        assertThat(rateLimiter.used(busy)).isEqualTo(1);
        assertThat(takeAll(limits(10, 10, NONE, NONE))).isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1, DAY", "1, 0, 1, 1, MINUTE", "0, 0, 1, 1, TOKENS", "0, 0, 0, 1, CONCURRENCY"})
    void theLongestObstacleIsTheOneThatIsTold(int rpm, int rpd, int tpm, int concurrency, GrantResult.Limit told) {
        QuotaLimits limits = limits(rpm, rpd, tpm, concurrency);
        taken(limits, tokens(1));

        assertThat(full(limits, tokens(1)).limit()).isEqualTo(told);
    }

    // the gap

    @ParameterizedTest
    @CsvSource({"1, 25000000", "40, 25000000", "240, 25000000", "241, 24896265", "1000, 6000000", "60000, 100000"})
    void startsOfOneGroupKeepTheirDistance(int rpm, long nanos) {
        gap = Duration.ofMillis(25);
        QuotaLimits limits = QuotaLimits.perMinute("g", rpm, "a", "b");
        QuotaLimits wide = new QuotaLimits("g", List.of("a", "b"), Math.max(rpm, 3), NONE, NONE, NONE, false);
        QuotaLimits used = rpm < 3 ? wide : limits;

        List<Duration> starts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            starts.add(taken(used, GrantRequest.of(i == 1 ? "b" : "a")).startIn());
        }

        assertThat(starts).containsExactly(Duration.ZERO, Duration.ofNanos(nanos), Duration.ofNanos(2 * nanos));
    }

    @Test
    void theGapIsOverWhenItsTimeHasPassed() {
        gap = Duration.ofMillis(25);
        QuotaLimits limits = QuotaLimits.perMinute("g", 40, "a");
        taken(limits, GrantRequest.of("a"));
        time.advance(Duration.ofMillis(10));
        Grant next = taken(limits, GrantRequest.of("a"));
        assertThat(next.startIn()).isEqualTo(Duration.ofMillis(15));

        time.advance(Duration.ofMillis(40));

        assertThat(next.startIn()).isZero();
        assertThat(taken(limits, GrantRequest.of("a")).startIn()).isZero();
    }

    @Test
    void groupsKeepNoDistanceFromEachOtherAndBucketsNone() {
        gap = Duration.ofMillis(25);
        taken(QuotaLimits.perMinute("g1", 40, "a"), GrantRequest.of("a"));

        assertThat(taken(QuotaLimits.perMinute("g2", 40, "b"), GrantRequest.of("b"))
                        .startIn())
                .isZero();
        taken(bucket(40, "c"), GrantRequest.of("c"));
        assertThat(taken(bucket(40, "c"), GrantRequest.of("c")).startIn()).isZero();
        taken(QuotaLimits.perMinute("g3", 0, "d"), GrantRequest.of("d"));
        assertThat(taken(QuotaLimits.perMinute("g3", 0, "d"), GrantRequest.of("d"))
                        .startIn())
                .isZero();
    }

    // what an earlier run left

    /** Holds what is given and drops what it is told. */
    private record Left(List<GrantLog.Past> past, List<GrantLog.Day> days) implements GrantLog {
        @Override
        public int granted(String account, int tokens) {
            return -1;
        }

        @Override
        public void stamped(int place) {}

        @Override
        public void settled(int place, int tokens) {}

        @Override
        public void freed(int place) {}

        @Override
        public void counted(Day day) {}
    }

    @Test
    void aRestartForgetsNeitherPlacesNorTokensNorTheDay() {
        long today = time.instant().getEpochSecond() / 86_400;
        RateLimiter again = new RateLimiter(
                time,
                time,
                () -> new LimitSettings(WINDOW, gap),
                new Left(
                        List.of(
                                new GrantLog.Past("a", Duration.ofSeconds(20), 300, 0),
                                new GrantLog.Past("a", Duration.ofSeconds(60), 400, 1),
                                new GrantLog.Past("b", Duration.ZERO, 0, 2)),
                        List.of(new GrantLog.Day("a", today, 7), new GrantLog.Day("b", today - 1, 9))),
                NodeShare.WHOLE);

        assertThat(again.used(limits(40, NONE, NONE, NONE))).isEqualTo(3);
        assertThat(again.take(limits(3, NONE, NONE, NONE), GrantRequest.of("a")))
                .isEqualTo(full(GrantResult.Limit.MINUTE, Duration.ofSeconds(1)));
        assertThat(again.take(limits(NONE, NONE, 700, NONE), tokens(1)))
                .isEqualTo(full(GrantResult.Limit.TOKENS, Duration.ofSeconds(1)));
        assertThat(again.take(limits(NONE, 8, NONE, NONE), GrantRequest.of("a")))
                .isInstanceOf(GrantResult.Granted.class);
        assertThat(again.take(limits(NONE, 8, NONE, NONE), GrantRequest.of("a")))
                .isInstanceOf(GrantResult.Full.class);
    }
}
