package sidecar.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeTimeTest {

    private final FakeTime time = new FakeTime();
    private final long begin = time.nanos();
    private final List<String> ran = new ArrayList<>();

    private void note(String what) {
        ran.add(what + "@" + Duration.ofNanos(time.nanos() - begin).toMillis());
    }

    @Test
    void timersRunInOrderEachAtItsOwnTime() {
        time.after(Duration.ofMillis(30), () -> note("c"));
        time.after(Duration.ofMillis(10), () -> note("a"));
        time.after(Duration.ofMillis(10), () -> note("b"));
        time.after(Duration.ofMillis(31), () -> note("later"));

        time.advance(Duration.ofMillis(30));

        assertThat(ran).containsExactly("a@10", "b@10", "c@30");
        assertThat(time.pending()).isEqualTo(1);
    }

    @Test
    void aTimerSetByATimerRunsInTheSameAdvance() {
        time.after(Duration.ofMillis(10), () -> time.after(Duration.ofMillis(5), () -> note("inner")));

        time.advance(Duration.ofMillis(20));

        assertThat(ran).containsExactly("inner@15");
        assertThat(time.instant()).isEqualTo(FakeTime.BEGIN.plusMillis(20));
    }

    @Test
    void aCancelledTimerDoesNotRun() {
        Timer.Timeout timeout = time.after(Duration.ofMillis(10), () -> note("never"));

        timeout.cancel();
        timeout.cancel();
        time.advance(Duration.ofSeconds(1));

        assertThat(ran).isEmpty();
    }
}
