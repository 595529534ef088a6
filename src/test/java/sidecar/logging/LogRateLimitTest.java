package sidecar.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sidecar.logging.LogRateLimit.LineVerdict;
import sidecar.logging.LogRateLimit.Ruling;
import sidecar.time.FakeTime;

class LogRateLimitTest {

    private final FakeTime time = new FakeTime();
    private final LogRateLimit limit = new LogRateLimit(time);

    private long passed(String kind, int lines) {
        return IntStream.range(0, lines)
                .mapToObj(i -> limit.next(kind))
                .filter(ruling -> ruling.verdict() != LineVerdict.DROP)
                .count();
    }

    @Test
    void tenOfAKindPassWithinAMinute() {
        assertThat(passed("a", 1_000)).isEqualTo(10);
        assertThat(passed("b", 3)).isEqualTo(3);
    }

    @Test
    void theTenthSaysThatMoreIsLeftOut() {
        passed("a", 9);

        assertThat(limit.next("a")).isEqualTo(new Ruling(LineVerdict.PASS_LAST, 0));
        assertThat(limit.next("a")).isEqualTo(new Ruling(LineVerdict.DROP, 0));
    }

    @Test
    void afterAMinuteTheNextSaysHowManyWereLeftOut() {
        passed("a", 52);
        time.advance(LogRateLimit.WINDOW);

        assertThat(limit.next("a")).isEqualTo(new Ruling(LineVerdict.PASS, 42));
        assertThat(limit.next("a")).isEqualTo(new Ruling(LineVerdict.PASS, 0));
    }

    @Test
    void kindsThatSomebodyMakesUpFillNoMemory() {
        passed("a", 20);
        for (int i = 0; i < 1_000; i++) {
            limit.next("made up " + i);
        }

        assertThat(limit.next("a")).isEqualTo(new Ruling(LineVerdict.PASS, 0));
    }
}
