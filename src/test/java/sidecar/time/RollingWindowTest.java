package sidecar.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class RollingWindowTest {

    private static final long SPAN = 60;

    private final RollingWindow<Long> window = new RollingWindow<>(Long::longValue);

    private List<Long> gone(long now) {
        List<Long> gone = new ArrayList<>();
        window.age(now, SPAN, gone::add);
        return gone;
    }

    @Test
    void anEntryLeavesExactlyASpanAfterItHappened() {
        window.add(0L);
        window.add(1L);

        assertThat(gone(SPAN - 1)).isEmpty();
        assertThat(gone(SPAN)).containsExactly(0L);
        assertThat(gone(SPAN + 1)).containsExactly(1L);
        assertThat(window.size()).isZero();
    }

    @Test
    void aTickerThatRunsOverIsStillMonotonic() {
        window.add(Long.MAX_VALUE - 10);

        assertThat(gone(Long.MIN_VALUE + 40)).isEmpty();
        assertThat(gone(Long.MIN_VALUE + 49)).containsExactly(Long.MAX_VALUE - 10);
    }

    @Test
    void whatIsRemovedNeverHappened() {
        window.add(0L);
        window.add(1L);
        window.add(2L);

        window.remove(1L);
        assertThat(window.removeLatest()).isTrue();

        assertThat(window.entries()).containsExactly(0L);
        assertThat(window.latest()).isZero();
        assertThat(window.removeLatest()).isTrue();
        assertThat(window.removeLatest()).isFalse();
    }

    @Test
    void itSaysWhenAnEntryLeavesAndNeverInNoTime() {
        window.add(10L);

        assertThat(window.leavesIn(window.nth(0), 30, SPAN)).isEqualTo(40);
        assertThat(window.leavesIn(window.nth(0), 100, SPAN)).isEqualTo(1);
        assertThatThrownBy(() -> window.nth(1)).isInstanceOf(NoSuchElementException.class);
    }
}
