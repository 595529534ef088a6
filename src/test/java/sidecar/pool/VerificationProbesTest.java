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
    private final VerificationProbes checks = new VerificationProbes(time);

    @Test
    void aDoubtIsLookedIntoAtOnce() {
        checks.doubt("p", "m");

        assertThat(checks.next()).contains(new VerificationProbes.Due("p", "m"));
        assertThat(checks.next()).as("under way").isEmpty();
    }

    @Test
    void oneThatFoundNoRoomIsMadeAgain() {
        checks.doubt("p", "m");
        checks.next();

        time.advance(Duration.ofSeconds(59));
        assertThat(checks.next()).isEmpty();
        time.advance(Duration.ofSeconds(1));
        assertThat(checks.next()).isPresent();
    }

    @Test
    void aRefusalIsTriedAgainAfterFiveFifteenAndSixtyMinutesThenHourly() {
        checks.refused("p", "m");
        List<Long> minutes = new ArrayList<>();
        for (int minute = 1; minute <= 210; minute++) {
            time.advance(Duration.ofMinutes(1));
            if (checks.next().isPresent()) {
                minutes.add((long) minute);
                checks.refused("p", "m");
            }
        }

        assertThat(minutes).containsExactly(5L, 20L, 80L, 140L, 200L);
    }

    @Test
    void whatIsAcceptedIsNotTriedAnyMore() {
        checks.refused("p", "m");
        checks.accepted("p");
        time.advance(Duration.ofHours(2));

        assertThat(checks.next()).isEmpty();
    }

    @Test
    void aRefusalAfterADoubtBeginsTheRoadBack() {
        checks.doubt("p", "m");
        checks.next();
        checks.refused("p", "m");
        checks.settled("p", "m", false);

        time.advance(Duration.ofMinutes(4));
        assertThat(checks.next()).isEmpty();
        time.advance(Duration.ofMinutes(1));
        assertThat(checks.next()).isEqualTo(Optional.of(new VerificationProbes.Due("p", "m")));
    }

    @Test
    void whatIsSettledIsNotDoubtedAgainForFiveMinutes() {
        checks.doubt("p", "m");
        checks.next();
        checks.settled("p", "m", true);

        checks.doubt("p", "m");
        assertThat(checks.next()).isEmpty();
        time.advance(Duration.ofMinutes(5));
        checks.doubt("p", "m");
        assertThat(checks.next()).map(VerificationProbes.Due::model).contains("m");
    }

    @Test
    void whileACredentialIsRefusedNothingElseIsDoubted() {
        checks.refused("p", "m");
        checks.doubt("p", "other");

        assertThat(checks.next()).isEmpty();
    }

    @Test
    void aProviderThatIsGoneOrChangedIsForgotten() {
        checks.refused("p", "m");
        checks.doubt("q", "m");
        checks.forget("p");
        checks.forget("q");
        time.advance(Duration.ofHours(2));

        assertThat(checks.next()).isEmpty();
    }

    @Test
    void refusalsOfWhatIsUnderWayAreNoChecks() {
        checks.refused("p", "m");
        checks.refused("p", "m");
        checks.refused("p", "m");

        time.advance(Duration.ofMinutes(5));

        assertThat(checks.next()).isPresent();
    }

    @Test
    void anAnswerThatIsNeitherYesNorNoMovesOn() {
        checks.refused("p", "m");
        time.advance(Duration.ofMinutes(5));
        checks.next();
        checks.settled("p", "m", false);

        time.advance(Duration.ofMinutes(14));
        assertThat(checks.next()).isEmpty();
        time.advance(Duration.ofMinutes(1));
        assertThat(checks.next()).isPresent();
    }

    @Test
    void aChatThatWasAnsweredContradictsAFailureForFiveMinutes() {
        assertThat(checks.contradicted("p", "m")).isFalse();
        checks.doubt("p", "m");
        assertThat(checks.contradicted("p", "m")).isFalse();
        checks.next();
        checks.settled("p", "m", true);

        assertThat(checks.contradicted("p", "m")).isTrue();
        assertThat(checks.contradicted("p", "other")).isFalse();
        time.advance(Duration.ofMinutes(5));
        assertThat(checks.contradicted("p", "m")).isFalse();
    }

    @Test
    void aChatThatFailedContradictsNothingAndIsNotMadeAgainAtOnce() {
        checks.doubt("p", "m");
        checks.next();
        checks.settled("p", "m", false);

        assertThat(checks.contradicted("p", "m")).isFalse();
        checks.doubt("p", "m");
        assertThat(checks.next()).isEmpty();
        time.advance(Duration.ofMinutes(5));
        checks.doubt("p", "m");
        assertThat(checks.next()).isPresent();
    }

    @Test
    void aDoubtWithoutAModelIsSettledByAChatWithAny() {
        checks.doubt("p", "");
        assertThat(checks.next()).contains(new VerificationProbes.Due("p", ""));
        checks.settled("p", "m", true);
        time.advance(Duration.ofMinutes(2));

        assertThat(checks.next()).isEmpty();
    }

    @Test
    void whatIsInQuestionOfAProviderThatIsGoneIsForgotten() {
        checks.refused("p", "m");
        checks.doubt("q", "m");
        checks.retain(Set.of("p"));

        assertThat(checks.next()).isEmpty();
        time.advance(Duration.ofMinutes(5));
        assertThat(checks.next()).map(VerificationProbes.Due::providerId).contains("p");
    }
}
