package sidecar.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import sidecar.time.FakeTime;

class GuessThrottleTest {

    private final FakeTime time = new FakeTime();
    private final GuessThrottle throttle = new GuessThrottle(time);

    private void fail(String address, int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed(address);
        }
    }

    @Test
    void fourFailuresAreHuman() {
        fail("a", 4);

        assertThat(throttle.wait("a")).isZero();
    }

    @Test
    void fromTheFifthOnTheWaitDoubles() {
        fail("a", 5);
        assertThat(throttle.wait("a")).isEqualTo(Duration.ofSeconds(1));

        fail("a", 3);
        assertThat(throttle.wait("a")).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void itNeverWaitsLongerThanFiveMinutes() {
        fail("a", 60);

        assertThat(throttle.wait("a")).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void theSameWrongTokenAgainIsNoOtherGuess() {
        for (int i = 0; i < 9; i++) {
            throttle.failed("a", "the same");
        }
        assertThat(throttle.wait("a")).isZero();

        fail("a", 4);
        assertThat(throttle.wait("a")).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void waitingHelps() {
        fail("a", 6);
        time.advance(Duration.ofSeconds(2));

        assertThat(throttle.wait("a")).isZero();
    }

    @Test
    void anotherAddressIsNotConcerned() {
        fail("a", 9);

        assertThat(throttle.wait("b")).isZero();
    }

    @Test
    void successForgets() {
        fail("a", 9);
        throttle.succeeded("a");
        fail("a", 1);

        assertThat(throttle.wait("a")).isZero();
    }

    @Test
    void anHourOfQuietForgets() {
        fail("a", 9);
        time.advance(Duration.ofMinutes(61));
        fail("a", 1);

        assertThat(throttle.wait("a")).isZero();
    }

    @Test
    void aGuessThatIsRepeatedDoesNotBeginTheWaitAnew() {
        fail("a", 4);
        throttle.failed("a", "the same");
        time.advance(Duration.ofMillis(400));
        throttle.failed("a", "the same");

        assertThat(throttle.wait("a")).isEqualTo(Duration.ofMillis(600));
    }

    @Test
    void aFloodOfAddressesIsBounded() {
        for (int i = 0; i < 20_000; i++) {
            throttle.failed("x" + i);
        }

        assertThat(throttle.size()).isLessThanOrEqualTo(10_000);
    }

    @Test
    void aFloodOfAddressesHidesNoGuesser() {
        for (int i = 0; i < 20_000; i++) {
            throttle.failed("x" + i);
        }
        fail("a", 9);
        for (int i = 0; i < 20_000; i++) {
            throttle.failed("y" + i);
        }

        assertThat(throttle.wait("a")).isEqualTo(Duration.ofSeconds(16));
    }
}
