package sidecar.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    @ParameterizedTest
    @CsvSource({"0, 5", "1, 10", "2, 20", "3, 40", "5, 160", "6, 300", "7, 300", "63, 300", "64, 300", "2147483647, 300"
    })
    void eachDelayIsTwiceTheOneBeforeUpToTheLongest(int failuresBefore, long seconds) {
        Backoff backoff = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(5));

        assertThat(Duration.ofNanos(backoff.nanos(failuresBefore))).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void aFirstDelayBeyondTheLongestIsTheLongest() {
        assertThat(new Backoff(Duration.ofHours(9), Duration.ofHours(6)).nanos(0))
                .isEqualTo(Duration.ofHours(6).toNanos());
    }

    @Test
    void noDelayStaysNone() {
        assertThat(new Backoff(Duration.ZERO, Duration.ofHours(1)).nanos(30)).isZero();
    }

    @Test
    void aNegativeDelayIsRefused() {
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(-1), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
    }
}
