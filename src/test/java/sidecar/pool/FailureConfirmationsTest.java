package sidecar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import sidecar.time.FakeTime;

class FailureConfirmationsTest {

    private final FakeTime time = new FakeTime();
    private final FailureConfirmations confirmations = new FailureConfirmations(time);

    @Test
    void theSecondThatAsksForSomethingElseConfirms() {
        assertThat(confirmations.confirm("model", 1)).isFalse();
        assertThat(confirmations.confirm("model", 2)).isTrue();
    }

    @Test
    void theSameRequestConfirmsNothingHoweverOftenItIsSent() {
        for (int i = 0; i < 100; i++) {
            assertThat(confirmations.confirm("model", 1)).isFalse();
        }
    }

    @Test
    void whatWasServedMeanwhileIsNotRefused() {
        confirmations.confirm("model", 1);
        confirmations.served("model");

        assertThat(confirmations.confirm("model", 2)).isFalse();
    }

    /** One client's wrong requests, each with other words, beside another's good ones. */
    @Test
    void whatIsServedAllTheWhileIsNotRefusedHoweverDifferentTheRequestsAreThatFail() {
        confirmations.served("model");

        for (int i = 0; i < 100; i++) {
            assertThat(confirmations.confirm("model", i)).isFalse();
        }
    }

    @Test
    void whatWasServedLongAgoMayBeGone() {
        confirmations.served("model");

        time.advance(FailureConfirmations.SERVED_LATELY);

        assertThat(confirmations.confirm("model", 1)).isFalse();
        assertThat(confirmations.confirm("model", 2)).isTrue();
    }

    @Test
    void aProviderThatIsChangedBeginsAnew() {
        confirmations.served("bkd_1 CHAT model");
        confirmations.served("bkd_1");
        confirmations.served("bkd_10");

        confirmations.forget("bkd_1");

        for (String what : new String[] {"bkd_1 CHAT model", "bkd_1"}) {
            confirmations.confirm(what, 1);
            assertThat(confirmations.confirm(what, 2)).as(what).isTrue();
        }
        confirmations.confirm("bkd_10", 1);
        assertThat(confirmations.confirm("bkd_10", 2)).as("another").isFalse();
    }

    @Test
    void anHourLaterItIsANewMatter() {
        confirmations.confirm("model", 1);

        time.advance(FailureConfirmations.REMEMBERED);

        assertThat(confirmations.confirm("model", 2)).isFalse();
        assertThat(confirmations.confirm("model", 3)).as("from then on").isTrue();
    }

    @Test
    void eachThingHasItsOwn() {
        confirmations.confirm("model", 1);

        assertThat(confirmations.confirm("another", 2)).isFalse();
    }

    @Test
    void noNumberOfThingsFillsTheMemory() {
        for (int i = 0; i < 50_000; i++) {
            confirmations.confirm("model " + i, 1);
            confirmations.served("another " + i);
        }

        assertThat(confirmations.size()).isLessThanOrEqualTo(10_000);
    }
}
