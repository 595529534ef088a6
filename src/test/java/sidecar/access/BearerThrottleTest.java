package sidecar.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sidecar.access.BearerThrottle.Judgement;
import sidecar.time.FakeTime;

class BearerThrottleTest {

    private final FakeTime time = new FakeTime();
    private final BearerThrottle throttle = new BearerThrottle(time);

    private Judgement guess(String address, String token) {
        return throttle.judge(address, Optional.empty(), token);
    }

    private Judgement right(String address, String role) {
        return throttle.judge(address, Optional.of(role), "right " + role);
    }

    private void guesses(String address, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(guess(address, "guess " + i)).isEqualTo(new Judgement.WrongToken());
        }
    }

    @Test
    void fiveGuessesAreFreeAndTheNextHasToWait() {
        guesses("a", 5);

        assertThat(guess("a", "another")).isEqualTo(new Judgement.Wait(Duration.ofSeconds(1)));
        time.advance(Duration.ofSeconds(1));
        assertThat(guess("a", "another")).isEqualTo(new Judgement.WrongToken());
        assertThat(guess("a", "yet another")).isEqualTo(new Judgement.Wait(Duration.ofSeconds(2)));
    }

    @Test
    void whileAnAddressWaitsARightGuessLooksLikeAWrongOne() {
        guesses("a", 5);

        assertThat(right("a", "admin")).isEqualTo(guess("a", "another"));
    }

    @Test
    void aTokenThatWasRightFromThereIsNeverRefused() {
        right("a", "admin");
        guesses("a", 5);

        assertThat(right("a", "admin")).isEqualTo(new Judgement.TrustedToken("admin"));
        assertThat(guess("a", "another")).isInstanceOf(Judgement.Wait.class);
    }

    @Test
    void aViewersTokenBuysNoGuessesAtTheAdmins() {
        right("a", "viewer");
        guesses("a", 5);

        assertThat(right("a", "viewer")).isEqualTo(new Judgement.TrustedToken("viewer"));
        assertThat(right("a", "admin")).isInstanceOf(Judgement.Wait.class);
    }

    @Test
    void aRightTokenForgivesNoGuesses() {
        guesses("a", 4);
        right("a", "admin");
        guess("a", "the fifth");

        assertThat(guess("a", "another")).isInstanceOf(Judgement.Wait.class);
    }

    @Test
    void whatWasRightADayAgoIsForgotten() {
        right("a", "admin");
        time.advance(Duration.ofHours(25));
        guesses("a", 5);

        assertThat(right("a", "admin")).isInstanceOf(Judgement.Wait.class);
    }

    @Test
    void aScriptWithAnOldTokenGuessesNothing() {
        for (int i = 0; i < 100; i++) {
            assertThat(guess("a", "old token")).isEqualTo(new Judgement.WrongToken());
        }

        assertThat(right("a", "admin")).isEqualTo(new Judgement.TrustedToken("admin"));
        assertThat(guess("a", "another")).isEqualTo(new Judgement.WrongToken());
    }

    @Test
    void anotherAddressIsNotConcerned() {
        guesses("a", 5);

        assertThat(right("b", "admin")).isEqualTo(new Judgement.TrustedToken("admin"));
    }

    @Test
    void theWaitIsToldInWholeSecondsNeverEarly() {
        assertThat(new Judgement.Wait(Duration.ofMillis(1)).seconds()).isEqualTo("1");
        assertThat(new Judgement.Wait(Duration.ofMillis(1_500)).seconds()).isEqualTo("2");
    }

    @Test
    void aFloodOfAddressesIsBounded() {
        for (int i = 0; i < 20_000; i++) {
            right("x" + i, "admin");
        }

        assertThat(throttle.size()).isLessThanOrEqualTo(10_000);
    }
}
