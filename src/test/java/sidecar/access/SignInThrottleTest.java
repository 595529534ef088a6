package sidecar.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignInThrottleTest {

    private Instant now = Instant.parse("2026-11-26T10:00:00Z");
    private final SignInThrottle throttle = new SignInThrottle(() -> now);

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
        now = now.plusSeconds(2);

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
        now = now.plus(Duration.ofMinutes(61));
        fail("a", 1);

        assertThat(throttle.wait("a")).isZero();
    }

    @Test
    void aClockThatIsSetBackLocksNobodyOut() {
        fail("a", 60);
        now = now.minus(Duration.ofDays(1));

        assertThat(throttle.wait("a")).isLessThanOrEqualTo(Duration.ofMinutes(5));
        fail("a", 1);
        now = now.plus(Duration.ofMinutes(5));
        assertThat(throttle.wait("a")).isZero();
    }

    @Test
    void aFloodOfAddressesIsBounded() {
        fail("a", 9);
        for (int i = 0; i < 10_000; i++) {
            throttle.failed("x" + i);
        }

        assertThat(throttle.wait("a")).isZero();
    }
}
