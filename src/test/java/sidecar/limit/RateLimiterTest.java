package sidecar.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.time.FakeTime;

class RateLimiterTest {

    private static final Duration WINDOW = Duration.ofSeconds(61);

    private final FakeTime time = new FakeTime();
    private final RateLimiter rateLimiter = quotas(time);

    private static RateLimiter quotas(FakeTime time) {
        return new RateLimiter(
                time, time, () -> new LimitSettings(WINDOW, Duration.ZERO), GrantLog.NONE, NodeShare.WHOLE);
    }

    private static QuotaLimits group(int rpm, String... members) {
        return QuotaLimits.perMinute("group", rpm, members);
    }

    private static Optional<Grant> take(RateLimiter from, QuotaLimits limits, String account) {
        return from.take(limits, GrantRequest.of(account)) instanceof GrantResult.Granted granted
                ? Optional.of(granted.grant())
                : Optional.empty();
    }

    private Optional<Grant> take(QuotaLimits limits, String account) {
        return take(rateLimiter, limits, account);
    }

    private Duration freeIn(QuotaLimits limits) {
        return rateLimiter
                .blockedBy(limits, GrantRequest.of(limits.accounts().get(0)))
                .flatMap(GrantResult.Full::freeIn)
                .orElse(Duration.ZERO);
    }

    @Test
    void aPlaceFreesExactlyAWindowAfterItsStamp() {
        QuotaLimits one = group(1, "a");
        Grant grant = take(one, "a").orElseThrow();
        time.advance(Duration.ofMinutes(5));
        assertThat(take(one, "a")).as("not stamped yet").isEmpty();

        grant.stamp();
        time.advance(WINDOW.minusNanos(1));
        assertThat(take(one, "a")).isEmpty();
        assertThat(freeIn(one)).isEqualTo(Duration.ofNanos(1));
        time.advance(Duration.ofNanos(1));

        assertThat(freeIn(one)).isZero();
        assertThat(take(one, "a")).isPresent();
    }

    @Test
    void aRefundGivesThePlaceBackOnceAndNotAfterAStamp() {
        QuotaLimits two = group(2, "a");
        Grant refunded = take(two, "a").orElseThrow();
        Grant stamped = take(two, "a").orElseThrow();

        refunded.refund();
        refunded.refund();
        refunded.stamp();
        stamped.stamp();
        stamped.refund();
        stamped.stamp();

        assertThat(rateLimiter.used(two)).isEqualTo(1);
    }

    @Test
    void membersOfAGroupShareOneWindowAndTakeTheirHistoryAlong() {
        QuotaLimits both = group(2, "a", "b");
        take(both, "a").orElseThrow().stamp();
        take(both, "b").orElseThrow().stamp();

        assertThat(take(both, "a")).isEmpty();
        assertThat(rateLimiter.used(group(2, "a"))).as("apart again").isEqualTo(1);
        assertThat(rateLimiter.used(group(2, "c"))).isZero();
    }

    @Test
    void zeroIsUnlimited() {
        QuotaLimits free = group(0, "a");
        for (int i = 0; i < 1000; i++) {
            take(free, "a").orElseThrow().stamp();
        }

        assertThat(freeIn(free)).isZero();
        assertThat(rateLimiter.share(free)).isZero();
        assertThat(take(group(1000, "a"), "a")).as("but counted").isEmpty();
    }

    @Test
    void aLoweredLimitIsFreeOnlyWhenEnoughPlacesAre() {
        for (int i = 0; i < 3; i++) {
            take(group(3, "a"), "a").orElseThrow().stamp();
            time.advance(Duration.ofSeconds(10));
        }

        assertThat(freeIn(group(3, "a"))).isEqualTo(Duration.ofSeconds(31));
        assertThat(freeIn(group(1, "a"))).isEqualTo(Duration.ofSeconds(51));
    }

    /** A permit as the test knows it; stampedAt is −1 until then. */
    private static final class Permit {
        final Grant grant;
        long stampedAt = -1;

        Permit(Grant grant) {
            this.grant = grant;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 200_000_000_000L})
    void noPermitIsLostOrDoubledInTenThousandRandomSteps(long begin) {
        FakeTime clock = new FakeTime(begin);
        RateLimiter many = quotas(clock);
        QuotaLimits group = group(7, "a", "b", "c");
        Random random = new Random(42);
        List<Permit> held = new ArrayList<>();
        List<Permit> stamped = new ArrayList<>();
        long passed = 0;
        for (int step = 0; step < 10_000; step++) {
            long now = passed;
            stamped.removeIf(permit -> now - permit.stampedAt >= WINDOW.toNanos());
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    Optional<Grant> grant = take(many, group, group.accounts().get(random.nextInt(3)));
                    assertThat(grant.isPresent()).isEqualTo(held.size() + stamped.size() < 7);
                    grant.ifPresent(g -> held.add(new Permit(g)));
                }
                case 2 -> {
                    if (!held.isEmpty()) {
                        Permit permit = held.remove(random.nextInt(held.size()));
                        permit.grant.stamp();
                        permit.grant.refund();
                        permit.stampedAt = passed;
                        stamped.add(permit);
                    }
                }
                case 3 -> {
                    if (!held.isEmpty()) {
                        Permit permit = held.remove(random.nextInt(held.size()));
                        permit.grant.refund();
                        permit.grant.stamp();
                    }
                }
                default -> {
                    long nanos = random.nextInt(20) * 1_000_000_000L;
                    clock.advance(Duration.ofNanos(nanos));
                    passed += nanos;
                    long later = passed;
                    stamped.removeIf(permit -> later - permit.stampedAt >= WINDOW.toNanos());
                }
            }
            assertThat(many.used(group)).isEqualTo(held.size() + stamped.size());
        }
    }

    /** A part of the limits, which may change at any moment. */
    private static final class Part implements NodeShare {
        private int requests;
        private int day;
        private int tokens;
        private int running;
        private final List<String> exhausted = new ArrayList<>();

        @Override
        public boolean isWhole() {
            return false;
        }

        @Override
        public void exhausted(QuotaLimits limits, GrantResult.Limit limit, long epochDay, long wanted) {
            exhausted.add(limit + " " + wanted);
        }

        @Override
        public int part(QuotaLimits limits, GrantResult.Limit limit, long epochDay) {
            return switch (limit) {
                case MINUTE -> requests;
                case DAY -> day;
                case TOKENS -> tokens;
                case CONCURRENCY -> running;
                case WORKERS -> throw new AssertionError("of the host's model, not of the group");
            };
        }
    }

    private final Part part = new Part();
    private final RateLimiter shared =
            new RateLimiter(time, time, () -> new LimitSettings(WINDOW, Duration.ZERO), GrantLog.NONE, part);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onlyThePartThatIsThisProcesssIsGranted(boolean bucket) {
        QuotaLimits forty = new QuotaLimits("group", List.of("a"), 40, 0, 0, 0, bucket);

        assertThat(take(shared, forty, "a")).as("no part").isEmpty();
        assertThat(shared.blockedBy(forty, GrantRequest.of("a")).orElseThrow().freeIn())
                .contains(WINDOW);
        assertThat(shared.nextFreeNanos(forty, 3)).containsExactly(WINDOW.toNanos());

        part.requests = 2;
        assertThat(take(shared, forty, "a")).isPresent();
        assertThat(take(shared, forty, "a")).isPresent();
        assertThat(take(shared, forty, "a")).as("more than its part").isEmpty();

        part.requests = 3;
        assertThat(take(shared, forty, "a")).as("the part has grown").isPresent();
    }

    @Test
    void whoSharesOutIsToldWhichPartWasTooSmall() {
        QuotaLimits all = new QuotaLimits("group", List.of("a"), 40, 10, 1_000, 10, false);
        GrantRequest request = new GrantRequest("a", 100, "", 0);

        limit(all, request);
        part.day = 10;
        limit(all, request);
        part.requests = 10;
        limit(all, request);
        part.tokens = 100;
        limit(all, request);
        part.running = 10;
        assertThat(shared.take(all, request)).isInstanceOf(GrantResult.Granted.class);
        assertThat(limit(all, request)).isEqualTo(GrantResult.Limit.TOKENS);

        assertThat(part.exhausted).containsExactly("DAY 1", "MINUTE 1", "TOKENS 100", "CONCURRENCY 1", "TOKENS 200");
    }

    @Test
    void whatIsLargerThanTheWholeLimitPassesOnlyWhenAllOfItIsThisProcesss() {
        QuotaLimits thousand = new QuotaLimits("group", List.of("a"), 0, 0, 1_000, 0, false);
        GrantRequest large = new GrantRequest("a", 5_000, "", 0);
        part.tokens = 999;

        assertThat(limit(thousand, large)).isEqualTo(GrantResult.Limit.TOKENS);

        part.tokens = 1_000;
        assertThat(shared.take(thousand, large)).isInstanceOf(GrantResult.Granted.class);
        assertThat(limit(thousand, large)).isEqualTo(GrantResult.Limit.TOKENS);
    }

    @Test
    void everyLimitHasItsPart() {
        QuotaLimits all = new QuotaLimits("group", List.of("a"), 0, 10, 1_000, 10, false);
        GrantRequest request = new GrantRequest("a", 100, "", 0);
        part.day = 1;
        part.tokens = 150;
        part.running = 1;

        assertThat(shared.take(all, request)).isInstanceOf(GrantResult.Granted.class);
        assertThat(limit(all, request)).isEqualTo(GrantResult.Limit.DAY);
        part.day = 10;
        assertThat(limit(all, request)).isEqualTo(GrantResult.Limit.TOKENS);
        part.tokens = 1_000;
        assertThat(limit(all, request)).isEqualTo(GrantResult.Limit.CONCURRENCY);
        part.running = 2;
        assertThat(shared.take(all, request)).isInstanceOf(GrantResult.Granted.class);
    }

    private GrantResult.Limit limit(QuotaLimits limits, GrantRequest request) {
        return shared.blockedBy(limits, request).orElseThrow().limit();
    }
}
