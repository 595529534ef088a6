package sidecar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sidecar.time.FakeTime;

class VerificationProbesTest {

    private final FakeTime time = new FakeTime();
    private final VerificationProbes verificationProbes = new VerificationProbes(time);

    @Test
    void aDoubtIsLookedIntoAtOnce() {
        verificationProbes.requestCheck("p", "m");

        assertThat(verificationProbes.next()).contains(new VerificationProbes.Due("p", "m"));
        assertThat(verificationProbes.next()).as("under way").isEmpty();
    }

    @Test
    void oneThatFoundNoRoomIsMadeAgain() {
        verificationProbes.requestCheck("p", "m");
        verificationProbes.next();

        time.advance(Duration.ofSeconds(59));
        assertThat(verificationProbes.next()).isEmpty();
        time.advance(Duration.ofSeconds(1));
        assertThat(verificationProbes.next()).isPresent();
    }

    @Test
    void aRefusalIsTriedAgainAfterFiveFifteenAndSixtyMinutesThenHourly() {
        verificationProbes.failed("p", "m");
        List<Long> minutes = new ArrayList<>();
        for (int minute = 1; minute <= 210; minute++) {
            time.advance(Duration.ofMinutes(1));
            if (verificationProbes.next().isPresent()) {
                minutes.add((long) minute);
                verificationProbes.failed("p", "m");
            }
        }

        assertThat(minutes).containsExactly(5L, 20L, 80L, 140L, 200L);
    }

    @Test
    void whatIsAcceptedIsNotTriedAnyMore() {
        verificationProbes.failed("p", "m");
        verificationProbes.accepted("p");
        time.advance(Duration.ofHours(2));

        assertThat(verificationProbes.next()).isEmpty();
    }

    @Test
    void aRefusalAfterADoubtBeginsTheRoadBack() {
        verificationProbes.requestCheck("p", "m");
        verificationProbes.next();
        verificationProbes.failed("p", "m");
        verificationProbes.chatCompleted("p", "m", false);

        time.advance(Duration.ofMinutes(4));
        assertThat(verificationProbes.next()).isEmpty();
        time.advance(Duration.ofMinutes(1));
        assertThat(verificationProbes.next()).isEqualTo(Optional.of(new VerificationProbes.Due("p", "m")));
    }

    @Test
    void whatIsSettledIsNotDoubtedAgainForFiveMinutes() {
        verificationProbes.requestCheck("p", "m");
        verificationProbes.next();
        verificationProbes.chatCompleted("p", "m", true);

        verificationProbes.requestCheck("p", "m");
        assertThat(verificationProbes.next()).isEmpty();
        time.advance(Duration.ofMinutes(5));
        verificationProbes.requestCheck("p", "m");
        assertThat(verificationProbes.next()).map(VerificationProbes.Due::model).contains("m");
    }

    @Test
    void whileACredentialIsRefusedNothingElseIsDoubted() {
        verificationProbes.failed("p", "m");
        verificationProbes.requestCheck("p", "other");

        assertThat(verificationProbes.next()).isEmpty();
    }

    @Test
    void aProviderThatIsGoneOrChangedIsForgotten() {
        verificationProbes.failed("p", "m");
        verificationProbes.requestCheck("q", "m");
        verificationProbes.forget("p");
        verificationProbes.forget("q");
        time.advance(Duration.ofHours(2));

        assertThat(verificationProbes.next()).isEmpty();
    }

    @Test
    void refusalsOfWhatIsUnderWayAreNoChecks() {
        verificationProbes.failed("p", "m");
        verificationProbes.failed("p", "m");
        verificationProbes.failed("p", "m");

        time.advance(Duration.ofMinutes(5));

        assertThat(verificationProbes.next()).isPresent();
    }

    @Test
    void anAnswerThatIsNeitherYesNorNoMovesOn() {
        verificationProbes.failed("p", "m");
        time.advance(Duration.ofMinutes(5));
        verificationProbes.next();
        verificationProbes.chatCompleted("p", "m", false);

        time.advance(Duration.ofMinutes(14));
        assertThat(verificationProbes.next()).isEmpty();
        time.advance(Duration.ofMinutes(1));
        assertThat(verificationProbes.next()).isPresent();
    }

    @Test
    void aChatThatWasAnsweredContradictsAFailureForFiveMinutes() {
        assertThat(verificationProbes.isContradicted("p", "m")).isFalse();
        verificationProbes.requestCheck("p", "m");
        assertThat(verificationProbes.isContradicted("p", "m")).isFalse();
        verificationProbes.next();
        verificationProbes.chatCompleted("p", "m", true);

        assertThat(verificationProbes.isContradicted("p", "m")).isTrue();
        assertThat(verificationProbes.isContradicted("p", "other")).isFalse();
        time.advance(Duration.ofMinutes(5));
        assertThat(verificationProbes.isContradicted("p", "m")).isFalse();
    }

    @Test
    void aChatThatFailedContradictsNothingAndIsNotMadeAgainAtOnce() {
        verificationProbes.requestCheck("p", "m");
        verificationProbes.next();
        verificationProbes.chatCompleted("p", "m", false);

        assertThat(verificationProbes.isContradicted("p", "m")).isFalse();
        verificationProbes.requestCheck("p", "m");
        assertThat(verificationProbes.next()).isEmpty();
        time.advance(Duration.ofMinutes(5));
        verificationProbes.requestCheck("p", "m");
        assertThat(verificationProbes.next()).isPresent();
    }

    @Test
    void aDoubtWithoutAModelIsSettledByAChatWithAny() {
        verificationProbes.requestCheck("p", "");
        assertThat(verificationProbes.next()).contains(new VerificationProbes.Due("p", ""));
        verificationProbes.chatCompleted("p", "m", true);
        time.advance(Duration.ofMinutes(2));

        assertThat(verificationProbes.next()).isEmpty();
    }

    @Test
    void whatIsInQuestionOfAProviderThatIsGoneIsForgotten() {
        verificationProbes.failed("p", "m");
        verificationProbes.requestCheck("q", "m");
        verificationProbes.retain(Set.of("p"));

        assertThat(verificationProbes.next()).isEmpty();
        time.advance(Duration.ofMinutes(5));
        assertThat(verificationProbes.next())
                .map(VerificationProbes.Due::providerId)
                .contains("p");
    }
}
