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

class QuotasTest {

    private static final Duration WINDOW = Duration.ofSeconds(61);

    private final FakeTime time = new FakeTime();
    private final Quotas quotas = new Quotas(time, () -> WINDOW);

    private static Quotas.Group group(int rpm, String... members) {
        return new Quotas.Group(List.of(members), rpm);
    }

    @Test
    void aPlaceFreesExactlyAWindowAfterItsStamp() {
        Quotas.Group one = group(1, "a");
        Grant grant = quotas.take(one, "a").orElseThrow();
        time.advance(Duration.ofMinutes(5));
        assertThat(quotas.take(one, "a")).as("not stamped yet").isEmpty();

        grant.stamp();
        time.advance(WINDOW.minusNanos(1));
        assertThat(quotas.take(one, "a")).isEmpty();
        assertThat(quotas.freeIn(one)).isEqualTo(Duration.ofNanos(1));
        time.advance(Duration.ofNanos(1));

        assertThat(quotas.freeIn(one)).isZero();
        assertThat(quotas.take(one, "a")).isPresent();
    }

    @Test
    void v2Row27_aRefundGivesThePlaceBackOnceAndNotAfterAStamp() {
        Quotas.Group two = group(2, "a");
        Grant refunded = quotas.take(two, "a").orElseThrow();
        Grant stamped = quotas.take(two, "a").orElseThrow();

        refunded.refund();
        refunded.refund();
        refunded.stamp();
        stamped.stamp();
        stamped.refund();
        stamped.stamp();

        assertThat(quotas.used(two)).isEqualTo(1);
    }

    @Test
    void membersOfAGroupShareOneWindowAndTakeTheirHistoryAlong() {
        Quotas.Group both = group(2, "a", "b");
        quotas.take(both, "a").orElseThrow().stamp();
        quotas.take(both, "b").orElseThrow().stamp();

        assertThat(quotas.take(both, "a")).isEmpty();
        assertThat(quotas.used(group(2, "a"))).as("apart again").isEqualTo(1);
        assertThat(quotas.used(group(2, "c"))).isZero();
    }

    @Test
    void v2Row34_zeroIsUnlimited() {
        Quotas.Group free = group(0, "a");
        for (int i = 0; i < 1000; i++) {
            quotas.take(free, "a").orElseThrow().stamp();
        }

        assertThat(quotas.freeIn(free)).isZero();
        assertThat(quotas.share(free)).isZero();
        assertThat(quotas.take(group(1000, "a"), "a")).as("but counted").isEmpty();
    }

    @Test
    void aLoweredLimitIsFreeOnlyWhenEnoughPlacesAre() {
        for (int i = 0; i < 3; i++) {
            quotas.take(group(3, "a"), "a").orElseThrow().stamp();
            time.advance(Duration.ofSeconds(10));
        }

        assertThat(quotas.freeIn(group(3, "a"))).isEqualTo(Duration.ofSeconds(31));
        assertThat(quotas.freeIn(group(1, "a"))).isEqualTo(Duration.ofSeconds(51));
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
    void v2Row33_noPermitIsLostOrDoubledInTenThousandRandomSteps(long begin) {
        FakeTime clock = new FakeTime(begin);
        Quotas many = new Quotas(clock, () -> WINDOW);
        Quotas.Group group = group(7, "a", "b", "c");
        Random random = new Random(42);
        List<Permit> held = new ArrayList<>();
        List<Permit> stamped = new ArrayList<>();
        long passed = 0;
        for (int step = 0; step < 10_000; step++) {
            long now = passed;
            stamped.removeIf(permit -> now - permit.stampedAt >= WINDOW.toNanos());
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    Optional<Grant> grant = many.take(group, group.members().get(random.nextInt(3)));
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
}
