package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One bound for all bytes that are held, whoever holds them. */
class ByteBudgetTest {

    private static final long BOUND = 1 << 20;

    private final ByteBudget budget = new ByteBudget(() -> BOUND);
    private final List<String> asked = new ArrayList<>();

    private ByteBudget.Share share(String name) {
        return budget.share(() -> asked.add(name));
    }

    @Test
    void whatIsAskedForNeverExceedsTheBound() {
        assertThat(budget.tryHold(BOUND - 10)).isTrue();
        assertThat(budget.tryHold(11)).isFalse();
        assertThat(budget.tryHold(10)).isTrue();
        budget.release(BOUND - 10);

        assertThat(budget.held()).isEqualTo(10);
    }

    @Test
    void whatHasComeAlreadyIsCountedBeyondTheBound() {
        ByteBudget.Share share = share("a");
        share.set(BOUND + 1);

        assertThat(budget.exceeded()).isTrue();
        assertThat(budget.exhausted()).isFalse();
        assertThat(budget.tryHold(1)).isFalse();
        share.set(BOUND + BOUND / 2 + 1);
        assertThat(budget.exhausted()).isTrue();
    }

    @Test
    void theOldestThatHoldsEnoughIsAskedFirstAndOnlyOnce() {
        ByteBudget.Share first = share("first");
        ByteBudget.Share small = share("small");
        ByteBudget.Share second = share("second");
        first.set(ByteBudget.WORTH_ASKING);
        small.set(ByteBudget.WORTH_ASKING - 1);
        second.set(BOUND);
        assertThat(asked).containsExactly("first");

        second.set(BOUND + 1);
        second.set(BOUND + 2);
        small.set(ByteBudget.WORTH_ASKING - 2);

        assertThat(asked).containsExactly("first", "second");
    }

    @Test
    void nobodyIsAskedWhileThereIsRoom() {
        share("a").set(BOUND);

        assertThat(asked).isEmpty();
    }

    @Test
    void aClosedShareHoldsNothingWhateverIsStillCounted() {
        ByteBudget.Share share = share("a");
        share.set(5);
        share.add(3);
        share.close();
        share.close();
        share.add(7);
        share.set(9);

        assertThat(budget.held()).isZero();
    }

    @Test
    void aClosedShareIsNotAsked() {
        ByteBudget.Share over = share("over");
        over.set(ByteBudget.WORTH_ASKING);
        over.close();

        share("other").set(BOUND + 1);

        assertThat(asked).containsExactly("other");
    }
}
