package sidecar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import sidecar.client.ClientLimiter.ClientUsageView;
import sidecar.client.ClientLimiter.ExceededLimit;
import sidecar.client.ClientLimiter.MaxUsage;
import sidecar.client.ClientLimiter.ReservationResult;
import sidecar.time.FakeTime;

class ClientLimiterTest {

    private final FakeTime time = new FakeTime();
    private final ClientLimiter clientLimiter = new ClientLimiter(time, time);

    @Test
    void noWindowOfAMinuteHoldsMoreRequestsThanAllowed() {
        ClientToken client = limited(60, 0, 0, "", "");
        Deque<Long> begun = new ArrayDeque<>();
        Random random = new Random(7);

        for (int i = 0; i < 20_000; i++) {
            time.advance(Duration.ofMillis(random.nextInt(200)));
            if (clientLimiter.take(client, MaxUsage.NOTHING) instanceof ReservationResult.Reserved granted) {
                granted.reservation().settle(0, BigDecimal.ZERO);
                begun.addLast(time.nanos());
            }
            while (time.nanos() - begun.getFirst() >= Duration.ofMinutes(1).toNanos()) {
                begun.removeFirst();
            }
            assertThat(begun.size()).isLessThanOrEqualTo(60);
        }
    }

    @Test
    void aFullMinuteSaysWhenItsFirstRequestIsForgotten() {
        ClientToken client = limited(2, 0, 0, "", "");
        take(client, 0, "0");
        time.advance(Duration.ofSeconds(20));
        take(client, 0, "0");

        ReservationResult.Exceeded refused = refusal(client, 0, "0");
        assertThat(refused.limit()).isEqualTo(ExceededLimit.REQUESTS);
        assertThat(refused.freeIn()).isEqualTo(Duration.ofSeconds(40));
        assertThat(refused.usage().requests()).isEqualTo(2);

        time.advance(Duration.ofSeconds(40));
        take(client, 0, "0");
    }

    @Test
    void aThousandAtOnceGetExactlyTheLimit() throws InterruptedException {
        ClientToken client = limited(60, 0, 0, "", "");
        AtomicInteger granted = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            threads.add(new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                if (clientLimiter.take(client, MaxUsage.NOTHING) instanceof ReservationResult.Reserved) {
                    granted.incrementAndGet();
                }
            }));
        }
        threads.forEach(Thread::start);
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(granted.get()).isEqualTo(60);
    }

    @Test
    void tokensAreTakenAsReckonedAndCountAsUsed() {
        ClientToken client = limited(0, 1_000, 0, "", "");
        Reservation first = take(client, 800, "0");
        assertThat(refusal(client, 300, "0").limit()).isEqualTo(ExceededLimit.TOKENS);

        first.settle(100, BigDecimal.ZERO);
        take(client, 900, "0");

        assertThat(refusal(client, 1, "0").freeIn()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void nobodyIsRefusedByALimitThatIsNotSet() {
        ClientToken client = limited(0, 0, 0, "", "");
        take(client, Long.MAX_VALUE / 4, "1e30").settle(Long.MAX_VALUE / 4, new BigDecimal("1e30"));

        for (int i = 0; i < 100; i++) {
            take(client, 1_000_000_000_000L, "3000000");
        }

        assertThat(clientLimiter.usage(client).requests()).isEqualTo(101);
    }

    @Test
    void oneLimitRefusesForNoOther() {
        ClientToken client = limited(2, 0, 0, "", "");
        take(client, Integer.MAX_VALUE, "5").settle(1_000_000_000_000L, new BigDecimal("3000000"));

        take(client, Integer.MAX_VALUE, "5");

        assertThat(refusal(client, 1, "5").limit()).isEqualTo(ExceededLimit.REQUESTS);
    }

    @Test
    void theNextRequestSeesWhatTheOneBeforeReallyCost() {
        ClientToken client = limited(0, 0, 0, "10", "");
        Reservation first = take(client, 0, "4");
        take(client, 0, "4");
        assertThat(refusal(client, 0, "4").limit()).as("reserved").isEqualTo(ExceededLimit.DAY);

        first.settle(0, new BigDecimal("6"));

        assertThat(clientLimiter.usage(client).day()).isEqualByComparingTo("10");
        assertThat(refusal(client, 0, "0.01").limit()).as("real").isEqualTo(ExceededLimit.DAY);
    }

    @Test
    void aRequestLargerThanTheWholeLimitPassesAlone() {
        ClientToken client = limited(0, 1_000, 0, "", "");

        take(client, 5_000, "0");
        assertThat(refusal(client, 1, "0").limit()).isEqualTo(ExceededLimit.TOKENS);
    }

    @Test
    void noMoreRunAtOnceThanAllowed() {
        ClientToken client = limited(0, 0, 2, "", "");
        Reservation first = take(client, 0, "0");
        take(client, 0, "0");
        assertThat(refusal(client, 0, "0").limit()).isEqualTo(ExceededLimit.CONCURRENCY);

        first.settle(0, BigDecimal.ZERO);
        first.settle(0, BigDecimal.ZERO);

        take(client, 0, "0");
        assertThat(refusal(client, 0, "0").limit()).isEqualTo(ExceededLimit.CONCURRENCY);
    }

    @Test
    void aBudgetIsReservedBeforeAndSettledAfter() {
        ClientToken client = limited(0, 0, 0, "1.00", "");
        Reservation first = take(client, 0, "0.60");
        assertThat(refusal(client, 0, "0.60").limit()).isEqualTo(ExceededLimit.DAY);

        first.settle(10, new BigDecimal("0.10"));
        take(client, 0, "0.90");

        ClientUsageView usage = clientLimiter.usage(client);
        assertThat(usage.day()).isEqualByComparingTo("1.00");
        assertThat(usage.reserved()).isEqualByComparingTo("0.90");
        assertThat(refusal(client, 0, "0.000001").limit()).isEqualTo(ExceededLimit.DAY);
        take(client, 0, "0");
    }

    @Test
    void whatIsSettledLateCountsOnTheDayItWasReserved() {
        ClientToken client = limited(0, 0, 0, "1.00", "");
        Reservation before = take(client, 0, "0.70");
        time.advance(untilMidnight());

        take(client, 0, "0.90");
        before.settle(1, new BigDecimal("0.70"));

        assertThat(clientLimiter.usage(client).day()).isEqualByComparingTo("0.90");
    }

    @Test
    void aMonthHasABudgetOfItsOwn() {
        ClientToken client = limited(0, 0, 0, "", "1.00");
        LocalDate today = LocalDate.ofInstant(time.instant(), ZoneOffset.UTC);
        clientLimiter.spent("ann", today.withDayOfMonth(1), new BigDecimal("0.50"));
        clientLimiter.spent("ann", today.withDayOfMonth(1).minusDays(1), new BigDecimal("9"));

        assertThat(refusal(client, 0, "0.51").limit()).isEqualTo(ExceededLimit.MONTH);
        take(client, 0, "0.50");
    }

    @Test
    void aClockThatWasWrongForAWhileForgivesNothing() {
        AtomicReference<Instant> clock = new AtomicReference<>(time.instant());
        ClientLimiter wrong = new ClientLimiter(time, clock::get);
        ClientToken client = limited(0, 0, 0, "1.00", "1.00");
        wrong.take(client, new MaxUsage(0, new BigDecimal("0.90")));

        clock.set(time.instant().plus(Duration.ofDays(400)));
        wrong.take(client, new MaxUsage(0, new BigDecimal("0.20")));
        clock.set(time.instant());

        assertThat(wrong.usage(client).day()).isEqualByComparingTo("0.90");
        assertThat(wrong.usage(client).month()).as("nor does it take away").isEqualByComparingTo("0.90");
        assertThat(wrong.take(client, new MaxUsage(0, new BigDecimal("0.20"))))
                .isInstanceOf(ReservationResult.Exceeded.class);
    }

    @Test
    void noMoreDaysAreKeptThanTwoMonthsHave() {
        ClientToken client = limited(0, 0, 0, "", "1.00");
        for (int i = 0; i < 100; i++) {
            take(client, 0, "0.01").settle(0, new BigDecimal("0.01"));
            time.advance(Duration.ofDays(1));
        }

        LocalDate today = LocalDate.ofInstant(time.instant(), ZoneOffset.UTC);
        assertThat(clientLimiter.usage(client).month())
                .isEqualByComparingTo(BigDecimal.valueOf(today.getDayOfMonth() - 1L, 2));
    }

    @Test
    void whatWasSentNowhereCountsNowhere() {
        ClientToken client = limited(1, 100, 1, "1.00", "");

        take(client, 100, "1.00").release();

        ClientUsageView usage = clientLimiter.usage(client);
        assertThat(usage.requests()).isZero();
        assertThat(usage.tokens()).isZero();
        assertThat(usage.running()).isZero();
        assertThat(usage.day()).isEqualByComparingTo("0");
        take(client, 100, "1.00");
    }

    private Duration untilMidnight() {
        LocalDate tomorrow = LocalDate.ofInstant(time.instant(), ZoneOffset.UTC).plusDays(1);
        return Duration.between(
                time.instant(), tomorrow.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private Reservation take(ClientToken client, long tokens, String usd) {
        return ((ReservationResult.Reserved) clientLimiter.take(client, new MaxUsage(tokens, new BigDecimal(usd))))
                .reservation();
    }

    private ReservationResult.Exceeded refusal(ClientToken client, long tokens, String usd) {
        return (ReservationResult.Exceeded) clientLimiter.take(client, new MaxUsage(tokens, new BigDecimal(usd)));
    }

    private static ClientToken limited(int rpm, int tpm, int concurrency, String day, String month) {
        ClientLimits limits = new ClientLimits(
                some(rpm),
                some(tpm),
                some(concurrency),
                Optional.of(day).filter(usd -> !usd.isEmpty()).map(BigDecimal::new),
                Optional.of(month).filter(usd -> !usd.isEmpty()).map(BigDecimal::new));
        return Clients.of("ann", limits, List.of(), false);
    }

    private static OptionalInt some(int number) {
        return number == 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }
}
