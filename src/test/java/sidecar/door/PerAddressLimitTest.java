package sidecar.door;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PerAddressLimitTest {

    private final PerAddressLimit limit = new PerAddressLimit(3, 2);

    @Test
    void oneAddressTakesNoMoreThanItsShare() {
        assertThat(limit.tryAcquire("a")).isTrue();
        assertThat(limit.tryAcquire("a")).isTrue();
        assertThat(limit.tryAcquire("a")).isFalse();
        assertThat(limit.tryAcquire("b")).isTrue();
    }

    @Test
    void allTogetherTakeNoMoreThanThereIs() {
        for (String address : new String[] {"a", "b", "c"}) {
            assertThat(limit.tryAcquire(address)).isTrue();
        }

        assertThat(limit.tryAcquire("d")).isFalse();
    }

    @Test
    void whatIsGivenBackIsThereAgain() {
        limit.tryAcquire("a");
        limit.tryAcquire("a");
        limit.release("a");

        assertThat(limit.tryAcquire("a")).isTrue();
        limit.release("a");
        limit.release("a");
        for (String address : new String[] {"a", "b", "c"}) {
            assertThat(limit.tryAcquire(address)).isTrue();
        }
    }
}
