package sidecar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefusalConfirmationsTest {

    private static final long HOUR = RefusalConfirmations.REMEMBERED.toNanos();

    private final RefusalConfirmations witnesses = new RefusalConfirmations();

    @Test
    void theSecondThatAsksForSomethingElseConfirms() {
        assertThat(witnesses.confirms("model", 1, 0)).isFalse();
        assertThat(witnesses.confirms("model", 2, 1)).isTrue();
    }

    @Test
    void theSameRequestConfirmsNothingHoweverOftenItIsSent() {
        for (int i = 0; i < 100; i++) {
            assertThat(witnesses.confirms("model", 1, i)).isFalse();
        }
    }

    @Test
    void whatWasServedMeanwhileIsNotRefused() {
        witnesses.confirms("model", 1, 0);
        witnesses.served("model");

        assertThat(witnesses.confirms("model", 2, 1)).isFalse();
    }

    @Test
    void anHourLaterItIsANewMatter() {
        witnesses.confirms("model", 1, 0);

        assertThat(witnesses.confirms("model", 2, HOUR)).isFalse();
        assertThat(witnesses.confirms("model", 3, HOUR + 1)).as("from then on").isTrue();
    }

    @Test
    void eachThingHasItsOwn() {
        witnesses.confirms("model", 1, 0);

        assertThat(witnesses.confirms("another", 2, 1)).isFalse();
    }

    @Test
    void noNumberOfThingsFillsTheMemory() {
        for (int i = 0; i < 50_000; i++) {
            witnesses.confirms("model " + i, 1, i);
        }

        assertThat(witnesses.size()).isLessThanOrEqualTo(10_000);
    }
}
