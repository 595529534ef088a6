package sidecar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefusalConfirmationsTest {

    private static final long HOUR = RefusalConfirmations.REMEMBERED.toNanos();

    private final RefusalConfirmations confirmations = new RefusalConfirmations();

    @Test
    void theSecondThatAsksForSomethingElseConfirms() {
        assertThat(confirmations.confirm("model", 1, 0)).isFalse();
        assertThat(confirmations.confirm("model", 2, 1)).isTrue();
    }

    @Test
    void theSameRequestConfirmsNothingHoweverOftenItIsSent() {
        for (int i = 0; i < 100; i++) {
            assertThat(confirmations.confirm("model", 1, i)).isFalse();
        }
    }

    @Test
    void whatWasServedMeanwhileIsNotRefused() {
        confirmations.confirm("model", 1, 0);
        confirmations.served("model");

        assertThat(confirmations.confirm("model", 2, 1)).isFalse();
    }

    @Test
    void anHourLaterItIsANewMatter() {
        confirmations.confirm("model", 1, 0);

        assertThat(confirmations.confirm("model", 2, HOUR)).isFalse();
        assertThat(confirmations.confirm("model", 3, HOUR + 1))
                .as("from then on")
                .isTrue();
    }

    @Test
    void eachThingHasItsOwn() {
        confirmations.confirm("model", 1, 0);

        assertThat(confirmations.confirm("another", 2, 1)).isFalse();
    }

    @Test
    void noNumberOfThingsFillsTheMemory() {
        for (int i = 0; i < 50_000; i++) {
            confirmations.confirm("model " + i, 1, i);
        }

        assertThat(confirmations.size()).isLessThanOrEqualTo(10_000);
    }
}
