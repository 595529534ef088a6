package sidecar.admission;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.failure.FailureClass;
import sidecar.pool.Lease;
import sidecar.pool.LeaseResult;
import sidecar.pool.RetryEligibility;
import sidecar.pool.SelectionCriteria;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;
import sidecar.provider.PathUse;

class AdmissionTest {

    private static SomeProvider one() {
        return SomeProvider.named("a").rpm(1).maps("m", "n");
    }

    private static void fail(Lease lease, FailureClass kind, int status) {
        lease.failed(new Lease.Failed(kind, status, Duration.ZERO, "HTTP " + status));
        lease.close();
    }

    // when those who wait have their turn

    @Test
    void theNextHasThePlaceAtTheInstantItFreesAndNotANanosecondLater() {
        AdmissionFixture hall = new AdmissionFixture(one());
        hall.seconds(0.123456789);
        hall.use("m", 1);
        hall.seconds(7);
        AdmissionFixture.Visitor next = hall.ask("next", "m");

        hall.time.advance(AdmissionFixture.WINDOW.minusSeconds(7).minusNanos(1));
        assertThat(next.waits()).isTrue();
        hall.time.advance(Duration.ofNanos(1));

        assertThat(next.granted()).isTrue();
        assertThat(next.answeredAt()).isEqualTo(AdmissionFixture.WINDOW.plusNanos(123_456_789));
    }

    @Test
    void twoPlacesThatFreeOneNanosecondApartAreGivenOutOneNanosecondApart() {
        AdmissionFixture hall =
                new AdmissionFixture(SomeProvider.named("a").rpm(2).maps("m", "n"));
        hall.use("m", 1);
        hall.time.advance(Duration.ofNanos(1));
        hall.use("m", 1);
        AdmissionFixture.Visitor first = hall.ask("first", "m");
        AdmissionFixture.Visitor second = hall.ask("second", "m");

        hall.seconds(100);

        assertThat(first.answeredAt()).isEqualTo(AdmissionFixture.WINDOW);
        assertThat(second.answeredAt()).isEqualTo(AdmissionFixture.WINDOW.plusNanos(1));
    }

    @Test
    void oneTimerWakesEverybodyAndNoneIsLeftWhenNobodyWaits() {
        AdmissionFixture hall = new AdmissionFixture(
                SomeProvider.named("a").rpm(1).maps("m", "n"),
                SomeProvider.named("b").rpm(1).maps("x", "n"));
        hall.use("m", 1);
        hall.use("x", 1);
        AdmissionFixture.Visitor first = hall.ask("first", "m");
        AdmissionFixture.Visitor second = hall.ask("second", "m");
        AdmissionFixture.Visitor third = hall.ask("third", "x");
        assertThat(hall.time.pending())
                .as("one each for giving up, one for all for the next place")
                .isEqualTo(4);

        first.leave();
        first.leave();
        second.leave();
        third.leave();

        assertThat(hall.time.pending()).isZero();
        assertThat(hall.admission.depth()).isZero();
    }

    @Test
    void noTimerIsLeftWhenEverybodyWasServed() {
        AdmissionFixture hall =
                new AdmissionFixture(SomeProvider.named("a").rpm(3).maps("m", "n"));
        hall.use("m", 3);
        for (int i = 0; i < 5; i++) {
            hall.ask("v" + i, "m");
        }

        hall.seconds(61);
        assertThat(hall.admission.depth()).isEqualTo(2);
        hall.visitors.stream()
                .filter(v -> !v.answers.isEmpty())
                .forEach(v -> v.lease().close());
        hall.seconds(61);

        assertThat(hall.admission.depth()).isZero();
        assertThat(hall.time.pending()).isZero();
    }

    @Test
    void arrivalDecidesAlsoAmongDifferentWishes() {
        AdmissionFixture hall = new AdmissionFixture(
                        SomeProvider.named("a").rpm(2).maps("m", "n").maps("x", "n"))
                .patience(Duration.ofMinutes(5));
        hall.use("m", 2);
        List<AdmissionFixture.Visitor> inOrder = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            inOrder.add(hall.ask("v" + i, i % 3 == 0 ? "x" : "m"));
        }

        for (int round = 0; round < 4; round++) {
            hall.seconds(61);
            assertThat(inOrder.stream().filter(v -> !v.answers.isEmpty()).toList())
                    .isEqualTo(inOrder.subList(0, 2 * round + 2));
            inOrder.subList(2 * round, 2 * round + 2).forEach(v -> v.lease().close());
        }
    }

    private static void assertServedInOrder(AdmissionFixture hall, List<AdmissionFixture.Visitor> inOrder) {
        for (int i = 0; i < 75; i++) {
            hall.seconds(2);
            inOrder.stream()
                    .filter(v -> !v.answers.isEmpty())
                    .forEach(v -> v.lease().close());
        }
        assertThat(inOrder)
                .allMatch(AdmissionFixture.Visitor::granted)
                .isSortedAccordingTo(comparing(AdmissionFixture.Visitor::answeredAt));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void arrivalDecidesAmongDifferentWishesThoughNoTwoReadingsOfTheClockAreTheSame(long seed) {
        AdmissionFixture hall = new AdmissionFixture(IntStream.range(0, 12)
                        .mapToObj(i -> SomeProvider.named("p" + i)
                                .rpm(5)
                                .maps("m", "n")
                                .maps("x", "n")
                                .maps("y", "n"))
                        .toArray(SomeProvider[]::new))
                .patience(Duration.ofMinutes(5));
        Random random = new Random(seed);
        hall.time.readingTakes(() -> random.nextInt(50_000));
        List<AdmissionFixture.Visitor> inOrder = new ArrayList<>();
        for (int i = 0; i < 121; i++) {
            inOrder.add(hall.ask("v" + i, i < 100 ? "m" : i % 3 == 0 ? "x" : "y"));
            hall.seconds(0.003);
        }

        assertServedInOrder(hall, inOrder);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void arrivalDecidesAmongThoseWhoEachNeedOtherLlmTokens(long seed) {
        AdmissionFixture hall = new AdmissionFixture(IntStream.range(0, 4)
                        .mapToObj(i -> SomeProvider.named("p" + i)
                                .rpm(5)
                                .tpm(1_000_000)
                                .maps("m", "n"))
                        .toArray(SomeProvider[]::new))
                .patience(Duration.ofMinutes(5));
        Random random = new Random(seed);
        hall.time.readingTakes(() -> random.nextInt(50_000));
        List<AdmissionFixture.Visitor> inOrder = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            inOrder.add(hall.visitor("v" + i).ask(AdmissionFixture.wish("m", 1 + random.nextInt(500))));
            hall.seconds(0.003);
        }

        assertServedInOrder(hall, inOrder);
    }

    @Test
    void whoNeedsFewerLlmTokensIsServedWhereWhoNeedsMoreMustGoOnWaiting() {
        AdmissionFixture hall =
                new AdmissionFixture(SomeProvider.named("a").tpm(1_000).maps("m", "n"));
        hall.visitor("user").ask(AdmissionFixture.wish("m", 600)).lease().close();
        hall.seconds(10);
        hall.visitor("user").ask(AdmissionFixture.wish("m", 300)).lease().close();
        AdmissionFixture.Visitor more = hall.visitor("more").ask(AdmissionFixture.wish("m", 800));
        AdmissionFixture.Visitor less = hall.visitor("less").ask(AdmissionFixture.wish("m", 200));
        AdmissionFixture.Visitor least = hall.visitor("least").ask(AdmissionFixture.wish("m", 150));
        assertThat(List.of(more, less, least)).allMatch(AdmissionFixture.Visitor::waits);

        hall.seconds(51);
        assertThat(more.answers).isEmpty();
        assertThat(List.of(less, least)).allMatch(AdmissionFixture.Visitor::granted);
        less.lease().close();
        least.lease().close();
        hall.seconds(61);

        assertThat(more.granted()).isTrue();
    }

    @Test
    void arrivalDecidesAlsoWhoFallsBackFirst() {
        AdmissionFixture hall = new AdmissionFixture(
                SomeProvider.named("a").rpm(1).maps("m", "n").maps("x", "n"),
                SomeProvider.named("f").fallback().rpm(2).maps("m", "n").maps("x", "n"));
        Duration longer = Duration.ofSeconds(60);
        AdmissionFixture.Visitor before = hall.ask("before", "m");
        AdmissionFixture.Visitor first = hall.visitor("first").ask(AdmissionFixture.wish("m"), longer);
        AdmissionFixture.Visitor second = hall.visitor("second").ask(AdmissionFixture.wish("x"), longer);
        AdmissionFixture.Visitor third = hall.visitor("third").ask(AdmissionFixture.wish("m"), longer);
        assertThat(third.waits()).isTrue();

        fail(before.lease(), FailureClass.CREDENTIAL, 401);

        assertThat(first.granted()).isTrue();
        assertThat(second.granted()).isTrue();
        assertThat(third.waits()).isTrue();
    }

    @Test
    void whoAsksAgainStandsWhereItStood() {
        AdmissionFixture hall = new AdmissionFixture(
                SomeProvider.named("a").rpm(1).maps("m", "n").maps("x", "n"));
        AdmissionFixture.Visitor first = hall.ask("first", "m");
        AdmissionFixture.Visitor second = hall.ask("second", "m");
        fail(first.lease(), FailureClass.OVERLOADED, 500);

        first.ask(AdmissionFixture.wish("x"));
        hall.seconds(61);

        assertThat(first.answers).hasSize(2);
        assertThat(second.waits()).isTrue();
    }

    @Test
    void aPlaceThatIsGivenBackGoesToTheNextAtOnce() {
        AdmissionFixture hall = new AdmissionFixture(one());
        AdmissionFixture.Visitor first = hall.ask("first", "m");
        AdmissionFixture.Visitor next = hall.ask("next", "m");

        first.lease().unused();
        first.lease().close();

        assertThat(next.granted()).isTrue();
    }

    @Test
    void aSlotThatIsFreeGoesToTheNextAtOnce() {
        AdmissionFixture hall =
                new AdmissionFixture(SomeProvider.named("a").concurrency(1).maps("m", "n"));
        AdmissionFixture.Visitor first = hall.ask("first", "m");
        AdmissionFixture.Visitor next = hall.ask("next", "m");
        hall.seconds(100);
        assertThat(next.waits()).isTrue();

        first.lease().close();

        assertThat(next.granted()).isTrue();
    }

    @Test
    void aSlotCountsAlsoForAttemptsBegunBeforeTheLimitWasSet() {
        AdmissionFixture hall = new AdmissionFixture(SomeProvider.named("a").maps("m", "n"));
        AdmissionFixture.Visitor first = hall.ask("first", "m");
        hall.providers(SomeProvider.named("a").concurrency(1).maps("m", "n"));
        AdmissionFixture.Visitor next = hall.ask("next", "m");
        assertThat(next.waits()).isTrue();

        first.lease().close();

        assertThat(next.granted()).isTrue();
    }

    @Test
    void tokensThatWereNotUsedGoToTheNextAtOnce() {
        AdmissionFixture hall =
                new AdmissionFixture(SomeProvider.named("a").tpm(1000).maps("m", "n"));
        AdmissionFixture.Visitor first = hall.visitor("first").ask(AdmissionFixture.wish("m", 900));
        AdmissionFixture.Visitor next = hall.visitor("next").ask(AdmissionFixture.wish("m", 200));
        assertThat(next.waits()).isTrue();

        first.lease().cost(100);
        first.lease().close();

        assertThat(next.granted()).isTrue();
    }

    @Test
    void aRaisedLimitLetsTheNextInAtOnce() {
        AdmissionFixture hall = new AdmissionFixture(one());
        hall.use("m", 1);
        AdmissionFixture.Visitor next = hall.ask("next", "m");

        hall.providers(SomeProvider.named("a").rpm(2).maps("m", "n"));

        assertThat(next.granted()).isTrue();
    }

    @Test
    void aNewProviderLetsTheNextInAtOnce() {
        AdmissionFixture hall = new AdmissionFixture(one());
        hall.use("m", 1);
        AdmissionFixture.Visitor next = hall.ask("next", "m");

        hall.providers(one(), SomeProvider.named("b").maps("m", "n"));

        assertThat(next.lease().provider().name()).isEqualTo("b");
    }

    @Test
    void aWorkerMoreEveryCleanMinuteGoesToTheNextAtThatInstant() {
        AdmissionFixture hall = new AdmissionFixture(SomeProvider.named("a").maps("m", "n"));
        AdmissionFixture.Visitor first = hall.ask("first", "m");
        AdmissionFixture.Visitor refused = hall.ask("refused", "m");
        fail(refused.lease(), FailureClass.MODEL_BUSY, 503);
        AdmissionFixture.Visitor next = hall.ask("next", "m");
        assertThat(next.waits()).isTrue();

        hall.seconds(59.999999999);
        assertThat(next.waits()).isTrue();
        hall.time.advance(Duration.ofNanos(1));

        assertThat(next.granted()).isTrue();
        assertThat(first.answers).hasSize(1);
    }

    @Test
    void aPlaceThatFreesWhileSomebodyIsJustQueueingIsNotOverlooked() throws InterruptedException {
        AdmissionFixture hall =
                new AdmissionFixture(SomeProvider.named("a").concurrency(1).maps("m", "n"));
        AdmissionFixture.Visitor first = hall.ask("first", "m");
        List<Thread> releasing = new ArrayList<>();
        hall.whenRulesAreRead = () -> {
            // between "there is no slot" and "it waits"
            hall.whenRulesAreRead = () -> {};
            Thread thread = new Thread(first.lease()::close);
            releasing.add(thread);
            thread.start();
            while (thread.getState() != Thread.State.BLOCKED && thread.getState() != Thread.State.TERMINATED) {
                Thread.onSpinWait();
            }
        };

        AdmissionFixture.Visitor next = hall.ask("next", "m");
        releasing.get(0).join();

        assertThat(next.granted()).isTrue();
    }

    @Test
    void anOperatorsTestThatSucceedsEndsTheCooldownForThoseWhoWait() {
        AdmissionFixture hall = new AdmissionFixture(SomeProvider.named("a").maps("m", "n"));
        AdmissionFixture.Visitor refused = hall.ask("refused", "m");
        fail(refused.lease(), FailureClass.RATE_LIMITED, 429);
        AdmissionFixture.Visitor next = hall.ask("next", "m");
        assertThat(next.waits()).isTrue();
        hall.seconds(1);

        Lease test = hall.pool.leaseFor(hall.provider("a")).orElseThrow();
        test.succeeded(200);
        test.close();

        assertThat(next.granted()).isTrue();
    }

    // how long they wait

    @Test
    void allStaysOfOneExchangeShareOneTimeForWaiting() {
        AdmissionFixture hall =
                new AdmissionFixture(SomeProvider.named("a").rpm(1).maps("m", "n")).patience(Duration.ofSeconds(100));
        hall.use("m", 1);
        AdmissionFixture.Visitor visitor = hall.ask("visitor", "m");
        hall.seconds(61);
        assertThat(visitor.history.waited()).isEqualTo(Duration.ofSeconds(61));
        visitor.lease().close();

        visitor.ask(AdmissionFixture.wish("m"));

        assertThat(visitor.refusal())
                .as("39 s are left, 61 s it would be")
                .isEqualTo(AdmissionResult.Reason.QUEUE_TIMEOUT);
        assertThat(visitor.answers).hasSize(2);
    }

    @Test
    void whoWaitsForAnEventGivesUpWhenItsTimeIsOver() {
        AdmissionFixture hall = new AdmissionFixture(
                        SomeProvider.named("a").concurrency(1).maps("m", "n"))
                .patience(Duration.ofSeconds(30));
        hall.ask("first", "m");
        AdmissionFixture.Visitor next = hall.ask("next", "m");

        hall.seconds(29.999999999);
        assertThat(next.waits()).isTrue();
        hall.time.advance(Duration.ofNanos(1));

        assertThat(next.refusal()).isEqualTo(AdmissionResult.Reason.QUEUE_TIMEOUT);
        assertThat(hall.time.pending()).isZero();
    }

    @Test
    void theTimeForWaitingDoesNotBoundAnAttempt() {
        AdmissionFixture hall = new AdmissionFixture(one()).patience(Duration.ofSeconds(5));
        AdmissionFixture.Visitor first = hall.ask("first", "m");
        hall.seconds(1000);
        first.lease().close();

        first.ask(AdmissionFixture.wish("m"));

        assertThat(first.refusal()).isEqualTo(AdmissionResult.Reason.QUEUE_TIMEOUT);
        hall.seconds(56.5);
        assertThat(hall.visitor("later").ask(AdmissionFixture.wish("m")).waits())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"60.999999999, QUEUE_TIMEOUT", "61, "})
    void whoWouldWaitTooLongIsRefusedAtOnceAndNobodyElse(double patience, AdmissionResult.Reason refusal) {
        AdmissionFixture hall = new AdmissionFixture(one()).patience(Duration.ofNanos(Math.round(patience * 1e9)));
        hall.use("m", 1);

        AdmissionFixture.Visitor visitor = hall.ask("visitor", "m");

        assertThat(visitor.waits()).isEqualTo(refusal == null);
        hall.seconds(61);
        if (refusal == null) {
            assertThat(visitor.granted()).isTrue();
        } else {
            assertThat(visitor.answeredAt()).isZero();
            assertThat(visitor.refusal()).isEqualTo(refusal);
        }
    }

    @Test
    void aPlaceAfterTheClientsOwnDeadlineIsRefusedAtOnce() {
        AdmissionFixture hall = new AdmissionFixture(one());
        hall.use("m", 1);

        AdmissionFixture.Visitor hurried =
                hall.visitor("hurried", AdmissionFixture.WINDOW.minusNanos(1)).ask(AdmissionFixture.wish("m"));
        AdmissionFixture.Visitor patient =
                hall.visitor("patient", AdmissionFixture.WINDOW).ask(AdmissionFixture.wish("m"));

        assertThat(hurried.refusal()).isEqualTo(AdmissionResult.Reason.DEADLINE);
        assertThat(patient.waits()).isTrue();
    }

    @Test
    void thePauseBeforeAFailedProviderIsAskedAgainIsWaitedOutWithoutAQueueTimeout() {
        AdmissionFixture hall = new AdmissionFixture(SomeProvider.named("a").maps("m", "n")).patience(Duration.ZERO);
        AdmissionFixture.Visitor visitor = hall.visitor("visitor");
        String a = hall.provider("a").id();
        long at = hall.time.nanos() + Duration.ofMillis(550).toNanos();

        visitor.ask(tried(Map.of(a, RetryEligibility.aloneFrom(at))));
        assertThat(visitor.waits()).isTrue();
        assertThat(hall.admission.waiting().get(0).expected()).isEqualTo(Duration.ofMillis(550));
        hall.seconds(0.55);

        assertThat(visitor.granted()).isTrue();
    }

    @Test
    void theDaysLimitIsNotWaitedForInVain() {
        AdmissionFixture hall =
                new AdmissionFixture(SomeProvider.named("a").rpm(40).rpd(1).maps("m", "n"));
        hall.use("m", 1);

        AdmissionFixture.Visitor visitor = hall.ask("visitor", "m");

        assertThat(visitor.refusal())
                .as("midnight is twelve hours away")
                .isEqualTo(AdmissionResult.Reason.QUEUE_TIMEOUT);
        hall.seconds(12 * 3600 - 200);
        AdmissionFixture.Visitor late = hall.ask("late", "m");
        assertThat(late.waits()).isTrue();
        hall.seconds(200);
        assertThat(late.granted()).as("at midnight, UTC").isTrue();
    }

    private static SelectionCriteria tried(Map<String, RetryEligibility> tried) {
        return new SelectionCriteria(
                Optional.of("m"),
                Set.of(ApiProtocol.OPENAI_COMPLETIONS),
                Map.of(),
                tried,
                Set.of(),
                Optional.empty(),
                true,
                0,
                PathUse.ANY);
    }

    // how many wait, and who

    @Test
    void moreThanTheQueueHoldsAreRefused() {
        AdmissionFixture hall = new AdmissionFixture(one());
        hall.settings = new AdmissionSettings(2, Duration.ofMinutes(4), Duration.ZERO);
        hall.use("m", 1);
        AdmissionFixture.Visitor first = hall.ask("first", "m");
        hall.ask("second", "m");

        AdmissionFixture.Visitor third = hall.ask("third", "m");

        assertThat(third.refusal()).isEqualTo(AdmissionResult.Reason.QUEUE_FULL);
        first.leave();
        assertThat(hall.ask("fourth", "m").waits()).isTrue();
    }

    @Test
    void aQueueOfNoDepthHoldsNobodyBackWhoNeedNotWait() {
        AdmissionFixture hall =
                new AdmissionFixture(SomeProvider.named("a").rpm(2).maps("m", "n"));
        hall.settings = new AdmissionSettings(0, Duration.ofMinutes(4), Duration.ZERO);

        assertThat(hall.ask("first", "m").granted()).isTrue();
        assertThat(hall.ask("second", "m").granted()).isTrue();
        assertThat(hall.ask("third", "m").refusal()).isEqualTo(AdmissionResult.Reason.QUEUE_FULL);
    }

    @Test
    void operatorsSeeWhoWaitsInTheOrderOfArrivalAndForHowLong() {
        AdmissionFixture hall = new AdmissionFixture(
                SomeProvider.named("a").rpm(1).maps("m", "n"),
                SomeProvider.named("b").rpm(1).maps("x", "n"));
        hall.use("m", 1);
        hall.seconds(20);
        hall.use("x", 1);
        hall.ask("first", "m");
        hall.ask("second", "x");
        hall.seconds(5);
        hall.ask("third", "m");

        assertThat(hall.admission.waiting())
                .containsExactly(
                        new WaiterView(
                                "first", "m", "client of first", Duration.ofSeconds(5), Duration.ofSeconds(61 - 25)),
                        new WaiterView(
                                "second", "x", "client of second", Duration.ofSeconds(5), Duration.ofSeconds(81 - 25)),
                        new WaiterView(
                                "third", "m", "client of third", Duration.ZERO, Duration.ofSeconds(61 - 25 + 61)));
        assertThat(hall.admission.depth()).isEqualTo(3);
    }

    @Test
    void whoWaitsOnlyForAnEventIsExpectedSoon() {
        AdmissionFixture hall =
                new AdmissionFixture(SomeProvider.named("a").concurrency(1).maps("m", "n"));
        hall.ask("first", "m");
        hall.ask("next", "m");
        hall.seconds(10);

        assertThat(hall.admission.waiting())
                .containsExactly(new WaiterView("next", "m", "client of next", Duration.ofSeconds(10), Duration.ZERO));
    }

    // refusals

    @Test
    void whoeverNobodyCanServeIsRefusedAtOnce() {
        AdmissionFixture hall = new AdmissionFixture(one());

        AdmissionFixture.Visitor unknown = hall.ask("unknown", "nothing");

        assertThat(unknown.refusal()).isEqualTo(AdmissionResult.Reason.HOPELESS);
        assertThat(unknown.reason()).isEqualTo(LeaseResult.UnavailableReason.UNKNOWN_MODEL);
    }

    @Test
    void everybodyIsRefusedWhenTheLastProviderIsDeleted() {
        AdmissionFixture hall = new AdmissionFixture(one());
        hall.use("m", 1);
        List<AdmissionFixture.Visitor> waiting = List.of(hall.ask("first", "m"), hall.ask("second", "m"));

        hall.providers();

        assertThat(waiting).allMatch(v -> v.refusal() == AdmissionResult.Reason.HOPELESS);
        assertThat(waiting).allMatch(v -> v.answers.size() == 1);
        assertThat(hall.time.pending()).isZero();
    }

    @Test
    void everybodyIsRefusedWhenTheLastKeyTurnsOutToBeWrong() {
        AdmissionFixture hall =
                new AdmissionFixture(SomeProvider.named("a").concurrency(1).maps("m", "n"));
        AdmissionFixture.Visitor first = hall.ask("first", "m");
        AdmissionFixture.Visitor next = hall.ask("next", "m");

        fail(first.lease(), FailureClass.CREDENTIAL, 401);

        assertThat(next.refusal()).isEqualTo(AdmissionResult.Reason.HOPELESS);
        assertThat(next.reason()).isEqualTo(LeaseResult.UnavailableReason.IN_ERROR);
    }

    @Test
    void stoppingRefusesThoseWhoWaitAndThoseWhoCome() {
        AdmissionFixture hall = new AdmissionFixture(
                SomeProvider.named("a").rpm(1).maps("m", "n"),
                SomeProvider.named("b").maps("x", "n"));
        hall.emergency = 0.1;
        hall.use("m", 1);
        AdmissionFixture.Visitor waiting = hall.ask("waiting", "m");

        hall.admission.drain();
        AdmissionFixture.Visitor newcomer = hall.ask("newcomer", "x");

        assertThat(waiting.refusal()).isEqualTo(AdmissionResult.Reason.DRAINING);
        assertThat(newcomer.refusal()).isEqualTo(AdmissionResult.Reason.DRAINING);
        assertThat(waiting.answers).hasSize(1);
        assertThat(hall.time.pending()).isZero();
    }

    @Test
    void whoHasLeftIsNeverAnswered() {
        AdmissionFixture hall = new AdmissionFixture(one());
        hall.use("m", 1);
        AdmissionFixture.Visitor gone = hall.ask("gone", "m");
        AdmissionFixture.Visitor next = hall.ask("next", "m");

        gone.leave();
        hall.seconds(61);
        hall.admission.drain();
        gone.leave();

        assertThat(gone.answers).isEmpty();
        assertThat(gone.history.waited()).isZero();
        assertThat(next.granted()).isTrue();
    }
}
