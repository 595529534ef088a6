package sidecar.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TableVersionsTest {

    private final List<String> reloaded = new ArrayList<>();
    private final TableVersions versions = new TableVersions();

    @BeforeEach
    void subscribe() {
        versions.subscribe("a", () -> reloaded.add("a"));
        versions.subscribe("b", () -> reloaded.add("b"));
    }

    private void know(long a, long b) {
        versions.catchUp(Map.of("a", a, "b", b));
        reloaded.clear();
    }

    @Test
    void whatIsNotKnownIsRead() {
        versions.catchUp(Map.of("a", 7L));

        assertThat(reloaded).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whatIsKnownIsNotReadAgain() {
        know(7, 0);

        versions.catchUp(Map.of("a", 7L));

        assertThat(reloaded).isEmpty();
    }

    @Test
    void aHigherVersionIsAChangeOfAnother() {
        know(7, 3);

        versions.catchUp(Map.of("a", 7L, "b", 5L));

        assertThat(reloaded).containsExactly("b");
        assertThat(versions.isOutdated("b", 5)).isFalse();
    }

    @Test
    void ownChangesAreNotReadAgain() {
        know(7, 3);

        versions.changing("a", 8);
        versions.catchUp(Map.of("a", 8L, "b", 3L));

        assertThat(reloaded).isEmpty();
    }

    @Test
    void anOwnChangeDoesNotHideOneThatWasMissed() {
        know(7, 3);

        versions.changing("a", 9);
        versions.catchUp(Map.of("a", 9L, "b", 3L));

        assertThat(reloaded).containsExactly("a");
    }

    @Test
    void anOwnChangeOfWhichNobodyKnowsWhetherItWasCommittedIsRead() {
        know(7, 3);
        versions.changing("a", 8);

        versions.forget(Set.of("a"));
        versions.catchUp(Map.of("a", 8L, "b", 3L));

        assertThat(reloaded).containsExactly("a");
    }

    @Test
    void afterAnotherConnectionAllIsReadWhateverItsVersion() {
        know(7, 3);

        versions.forgetAll();
        versions.catchUp(Map.of("a", 6L, "b", 3L));
        versions.catchUp(Map.of("a", 6L, "b", 3L));

        assertThat(reloaded).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whatCannotBeReadIsTriedAgainAndHoldsNothingElseUp() {
        List<String> tries = new ArrayList<>();
        versions.subscribe("a", () -> {
            tries.add("a");
            if (tries.size() < 3) {
                throw new IllegalStateException("the database is away");
            }
        });
        Map<String, Long> stored = Map.of("a", 1L, "b", 1L);

        versions.catchUp(stored);
        versions.catchUp(stored);
        versions.catchUp(stored);
        versions.catchUp(stored);

        assertThat(tries).hasSize(3);
        assertThat(reloaded.stream().filter("b"::equals)).hasSize(1);
    }

    @Test
    void whatFailsAfterAnOwnChangeIsReadByTheNextPoll() {
        know(7, 3);
        List<String> tries = new ArrayList<>();
        versions.subscribe("a", () -> {
            if (tries.isEmpty()) {
                tries.add("a");
                throw new IllegalStateException("the database is away");
            }
        });
        versions.changing("a", 8);

        versions.tryToReload("a", 8);
        reloaded.clear();
        versions.catchUp(Map.of("a", 8L, "b", 3L));

        assertThat(reloaded).containsExactly("a");
    }

    @Test
    void aSlowReadingDoesNotUndoWhatWasLearnedMeanwhile() {
        know(7, 3);
        versions.subscribe("b", () -> versions.changing("b", 5));

        versions.catchUp(Map.of("a", 7L, "b", 4L));

        assertThat(versions.isOutdated("b", 4)).isFalse();
        assertThat(versions.isOutdated("b", 5)).isTrue();
    }
}
