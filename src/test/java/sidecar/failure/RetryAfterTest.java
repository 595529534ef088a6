package sidecar.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private static Optional<Duration> read(Map<String, String> headers, String body) {
        return RetryAfter.read(name -> Optional.ofNullable(headers.get(name)), body, NOW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "100 | PT100S",
                "' 7 ' | PT7S",
                "0 | PT0S",
                "1.5 | PT1.5S",
                "Mon, 23 Nov 2026 12:01:40 GMT | PT100S",
                "Mon, 23 Nov 2026 11:59:00 GMT | PT0S",
                "21600 | PT6H",
                "21601 | PT6H",
                "999999999 | PT6H",
                "1000000000 | PT6H",
                "1000000000000 | PT6H",
                "99999999999999999999 | PT6H",
                "9223372036854775808.5 | PT6H",
                "0000000000007 | PT7S",
                "1.50000000000000 | PT1.5S",
                "Fri, 31 Dec 9999 23:59:59 GMT | PT6H",
                "Sat, 01 Jan 2800 00:00:00 GMT | PT6H"
            })
    void v2Row21_secondsAndDatesAreHonouredUpToSixHours(String value, Duration expected) {
        assertThat(read(Map.of("Retry-After", value), "")).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({"-1", "abc", "''", "1e9", "0x10", "١٢", "+5", "Mon 23 Nov", "1 2", "NaN", "Infinity"})
    void garbageIsNothingAsked(String value) {
        assertThat(read(Map.of("Retry-After", value), "")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1s, PT1S",
        "6m0s, PT6M",
        "120ms, PT0.12S",
        "1h2m3.5s, PT1H2M3.5S",
        "2m, PT2M",
        "45, PT45S",
        "999999h, PT6H",
        "99999999999999999999h, PT6H",
        "99999999999999999999m, PT6H",
        "99999999999999999999s, PT6H",
        "99999999999999999999ms, PT6H",
        "5h59m99999999s, PT6H"
    })
    void resetSpansAreReadInOpenAisForm(String value, Duration expected) {
        assertThat(read(Map.of("x-ratelimit-reset-requests", value), "")).contains(expected);
        assertThat(read(Map.of("x-ratelimit-reset-tokens", value), "")).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({"s", "m", "1x", "1s2h", "''", "-1s", "1.5h"})
    void otherSpansAreNothingAsked(String value) {
        assertThat(read(Map.of("x-ratelimit-reset-requests", value), "")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Please try again in 7.5s. | PT7.5S",
                "try again in 5 hours | PT5H",
                "Try Again In 2 minutes | PT2M",
                "try again in 120ms | PT0.12S",
                "try again in 3 sec | PT3S",
                "try again in 999999999h | PT6H",
                "try again in 99999999999999999999 ms | PT6H",
                "try again in 1000000000000s | PT6H"
            })
    void theBodysOwnWordsAreRead(String body, Duration expected) {
        assertThat(read(Map.of(), body)).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({"try again later", "try again in a minute", "try again in 5", "try again in 5 sheep"})
    void otherWordsAreNot(String body) {
        assertThat(read(Map.of(), body)).isEmpty();
    }

    @Test
    void theLongestWishHoldsAndRetryAfterBeatsTheResetSpans() {
        assertThat(read(Map.of("Retry-After", "5"), "try again in 9s")).contains(Duration.ofSeconds(9));
        assertThat(read(Map.of("Retry-After", "5", "x-ratelimit-reset-tokens", "1h"), ""))
                .contains(Duration.ofSeconds(5));
        assertThat(read(Map.of("x-ratelimit-reset-requests", "1s", "x-ratelimit-reset-tokens", "1m"), ""))
                .contains(Duration.ofMinutes(1));
    }

    @Test
    void nothingThatAnUpstreamWritesMakesItThrow() {
        Random random = new Random(1);
        String bits = "0123456789.hms -+eE:,GMTry again in";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "try again in " : "");
            for (int n = random.nextInt(14); n > 0; n--) {
                text.append(bits.charAt(random.nextInt(bits.length())));
            }
            String value = text.toString();

            Optional<Duration> asked = read(Map.of("Retry-After", value, "x-ratelimit-reset-requests", value), value);

            asked.ifPresent(wish -> assertThat(wish).isBetween(Duration.ZERO, RetryAfter.LONGEST));
        }
    }

    @Test
    void anyNumberOfDigitsIsALongTime() {
        assertThat(read(Map.of("Retry-After", "9".repeat(60_000)), "")).contains(RetryAfter.LONGEST);
        assertThat(read(Map.of(), "try again in " + "9".repeat(60_000) + "h")).contains(RetryAfter.LONGEST);
        assertThat(read(Map.of(), "try again in " + "9".repeat(30_000) + " ".repeat(30_000) + "x"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1764325000", "1764325000000"})
    void aMomentIsNoSpan(String epoch) {
        assertThat(read(Map.of("x-ratelimit-reset-requests", epoch), "")).isEmpty();
    }
}
