package sidecar.body;

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
    void twoThirdsAreForWhoNeedsMuch() {
        long large = ByteBudget.SMALL + 1;
        assertThat(budget.tryHold(BOUND / 3 * 2 - large)).isTrue();
        assertThat(budget.tryHold(large + 1)).isFalse();
        assertThat(budget.tryHold(large)).isTrue();
        budget.release(BOUND / 3 * 2 - large);

        assertThat(budget.held()).isEqualTo(large);
    }

    @Test
    void whoNeedsLittleGetsItFromTheReserve() {
        share("hog").set(BOUND / 3 * 2 + 1);

        assertThat(budget.tryHold(ByteBudget.SMALL)).isTrue();
        assertThat(budget.tryHold(ByteBudget.SMALL + 1)).isFalse();
        share("hog").set(BOUND / 3);
        assertThat(budget.tryHold(1)).as("the reserve has an end").isFalse();
    }

    @Test
    void whatHasComeAlreadyIsCountedBeyondTheBound() {
        ByteBudget.Share share = share("a");
        share.set(BOUND);

        assertThat(budget.isShort()).isTrue();
        assertThat(budget.isExceeded()).isFalse();
        share.set(BOUND + 1);
        assertThat(budget.isExceeded()).isTrue();
    }

    @Test
    void theOldestThatHoldsEnoughIsAskedFirstAndAgainOnlyWhenItGrows() {
        ByteBudget.Share first = share("first");
        ByteBudget.Share small = share("small");
        ByteBudget.Share second = share("second");
        first.set(ByteBudget.SMALL);
        small.set(ByteBudget.SMALL - 1);
        second.set(BOUND);
        assertThat(asked).containsExactly("first");

        second.set(BOUND + 1);
        second.set(BOUND + 2);
        small.set(ByteBudget.SMALL - 2);

        assertThat(asked).containsExactly("first", "second", "second");
    }

    /** Each would ask the next one inside its own call: with a thousand of them the stack was not deep enough. */
    @Test
    void whoGivesBackAsksNobodyElse() {
        List<ByteBudget.Share> shares = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            int n = i;
            shares.add(budget.share(() -> shares.get(n).set(ByteBudget.SMALL)));
            shares.get(i).set(ByteBudget.SMALL + 1);
        }

        shares.get(0).set(BOUND);

        assertThat(budget.isShort()).isTrue();
    }

    @Test
    void whatBelongsToSomethingLargeTakesNothingFromTheReserve() {
        assertThat(budget.tryHold(BOUND / 3 * 2)).isTrue();

        assertThat(budget.tryHold(1, ByteBudget.SMALL + 1)).isFalse();
        assertThat(budget.tryHold(1, ByteBudget.SMALL)).isTrue();
        assertThat(budget.hasRoom(ByteBudget.SMALL + 1)).isFalse();
        assertThat(budget.hasRoom(1)).isTrue();
    }

    @Test
    void nobodyIsAskedWhileThereIsRoom() {
        share("a").set(BOUND / 3 * 2);

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
        over.set(ByteBudget.SMALL);
        over.close();

        share("other").set(BOUND + 1);

        assertThat(asked).containsExactly("other");
    }
}
