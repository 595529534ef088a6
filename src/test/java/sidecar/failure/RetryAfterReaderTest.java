package sidecar.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterReaderTest {

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private static Optional<Duration> read(Map<String, String> headers, String body) {
        return RetryAfterReader.read(name -> Optional.ofNullable(byName(headers).get(name)), body, NOW);
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
                "1000000000 | PT0S",
                "1000000000000 | PT0S",
                "9999999999 | PT6H",
                "99999999999999999999 | PT6H",
                "9223372036854775808.5 | PT6H",
                "0000000000007 | PT7S",
                "1.50000000000000 | PT1.5S",
                "Fri, 31 Dec 9999 23:59:59 GMT | PT6H",
                "Sat, 01 Jan 2800 00:00:00 GMT | PT6H"
            })
    void secondsAndDatesAreHonouredUpToSixHours(String value, Duration expected) {
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
    @CsvSource({"s", "m", "1x", "''", "-1s", "1.5.5s", "1s and", "s1", "1 fortnight", "5 minutesx"})
    void otherSpansAreNothingAsked(String value) {
        assertThat(read(Map.of("x-ratelimit-reset-requests", value), "")).isEmpty();
        assertThat(read(Map.of("Retry-After", value), "")).isEmpty();
    }

    /** field-reports.md section 4, and what else upstreams write. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Please try again in 6m0s | PT6M",
                "Please try again in 7m12.5s. Visit https://x/y | PT7M12.5S",
                "Please try again in 1h2m3.4s. | PT1H2M3.4S",
                "Please try again in 5 hours | PT5H",
                "Please retry in 38.2s | PT38.2S",
                "Please retry after 54 seconds. | PT54S",
                "Please try again in 7.5s. | PT7.5S",
                "try again in 5 hours | PT5H",
                "Try Again In 2 minutes | PT2M",
                "try again in 120ms | PT0.12S",
                "try again in 3 sec | PT3S",
                "try again in 999999999h | PT6H",
                "try again in 99999999999999999999 ms | PT6H",
                "try again in 1000000000000s | PT6H",
                "Limit 3, Used 3. Please try again in 20s. | PT20S",
                "You sent 50 requests in 5 hours. Your limit resets in 12 minutes. | PT12M",
                "Please wait 30 seconds before the next request | PT30S",
                "wait for 2 minutes and 5 seconds | PT2M5S",
                "please wait at least 1 min, 30 s | PT1M30S",
                "Quota renews in 1d | PT6H",
                "available again in about 1.5 hours | PT1H30M",
                "Rate limited; retry after 2026-11-23T12:00:45Z | PT45S",
                "resets at 2026-11-23 14:00:00+02:00 | PT0S",
                "You can retry your request in 1 hour | PT1H"
            })
    void theBodysOwnWordsAreRead(String body, Duration expected) {
        assertThat(read(Map.of(), body)).contains(expected);
        assertThat(read(Map.of(), "{\"error\":{\"message\":\"" + body + "\",\"type\":\"x\"}}"))
                .contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "try again later",
                "try again in a minute",
                "try again in 5",
                "try again in 5 sheep",
                "at most 50 requests in 5 hours",
                "Limit: 40 per 1 minute",
                "we waited 30 seconds for it",
                "the await 30 seconds",
                "retry after lunch",
                "{\"error\":{\"details\":[{\"retryDelay\":{}}]}}",
                "{\"retry_after\":null}",
                "{\"retry_after\":true}"
            })
    void otherWordsAreNot(String body) {
        assertThat(read(Map.of(), body)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "retry-after-ms: 1500 | PT1.5S",
                "retry-after-ms: 250.5; Retry-After: 1 | PT0.2505S",
                "retry-after-ms: x; Retry-After: 1 | PT1S",
                "Retry-After: 120s | PT2M",
                "Retry-After: 1m30s | PT1M30S",
                "Retry-After: 1 minute 30 seconds | PT1M30S",
                "Retry-After: 30 minutes | PT30M",
                "Retry-After: 1.5h | PT1H30M",
                "Retry-After: 1s2h | PT2H1S",
                "Retry-After: 1d | PT6H",
                "Retry-After: Monday, 23-Nov-26 12:01:40 GMT | PT100S",
                "Retry-After: Sunday, 06-Nov-94 08:49:37 GMT | PT0S",
                "Retry-After: Mon Nov 23 12:01:40 2026 | PT100S",
                "Retry-After: Sun Nov  6 08:49:37 1994 | PT0S",
                "Retry-After: 2026-11-23T12:01:40Z | PT100S",
                "Retry-After: 2026-11-23T13:01:40.5+01:00 | PT100.5S",
                "Retry-After: 1795435300 | PT100S",
                "Retry-After: 1795435300.5 | PT100.5S",
                "Retry-After: 1795435300250 | PT100.25S",
                "Retry-After: 1795435100 | PT0S",
                "x-ratelimit-reset: 1795435230 | PT30S",
                "X-RateLimit-Reset: 1795435230000; X-RateLimit-Remaining: 0 | PT30S",
                "x-ratelimit-reset-requests: 72m; x-ratelimit-remaining-requests: 3; x-ratelimit-reset-tokens: 2s; x-ratelimit-remaining-tokens: 0 | PT2S",
                "x-ratelimit-reset-requests: 9s; x-ratelimit-remaining-requests: 0; x-ratelimit-reset-tokens: 2s | PT9S",
                "x-ratelimit-reset-requests-day: 5h; x-ratelimit-remaining-requests-day: 88; x-ratelimit-reset-tokens-minute: 41.5; x-ratelimit-remaining-tokens-minute: 0 | PT41.5S",
                "anthropic-ratelimit-requests-reset: 2026-11-23T12:00:20Z | PT20S",
                "anthropic-ratelimit-input-tokens-reset: 2026-11-23T12:00:20Z; anthropic-ratelimit-input-tokens-remaining: 0; anthropic-ratelimit-requests-reset: 2026-11-23T13:00:20Z; anthropic-ratelimit-requests-remaining: 7 | PT20S",
                "RateLimit: \"default\";r=0;t=30 | PT30S",
                "RateLimit: \"day\";r=9;t=3000, \"minute\";r=0;t=30 | PT30S",
                "ratelimit-reset: 12; ratelimit-remaining: 0 | PT12S",
                "Retry-After: 5; x-ratelimit-reset-tokens: 1h | PT5S",
                "x-ratelimit-reset-requests: 1s; x-ratelimit-reset-tokens: 1m | PT1M"
            })
    void headersAreReadInTheFormsOfAllVendors(String headers, Duration expected) {
        assertThat(read(headers(headers), "")).contains(expected);
        assertThat(read(headers(headers), "Please try again in 3 hours"))
                .as("the structured form wins over text")
                .contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-ratelimit-reset-requests: 72m; x-ratelimit-remaining-requests: 3",
                "anthropic-ratelimit-tokens-reset: 2026-11-23T12:00:20Z; anthropic-ratelimit-tokens-remaining: 1000",
                "RateLimit: \"default\";r=5;t=30",
                "RateLimit: \"default\";t=30",
                "RateLimit: garbage",
                "x-ratelimit-reset: soon",
                "Retry-After: Mon, 99 Nov 2026 12:00:00 GMT"
            })
    void aLimitWithSomethingLeftAsksForNothing(String headers) {
        assertThat(read(headers(headers), "")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"code\":429,\"message\":\"Please retry in 38.2s\",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.Help\"},{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"38s\"}]}} | PT38S",
                "[{\"error\":{\"details\":[{\"retryDelay\":\"38.5s\"}]}}] | PT38.5S",
                "{\"error\":{\"metadata\":{\"headers\":{\"X-RateLimit-Limit\":\"20\",\"X-RateLimit-Remaining\":\"0\",\"X-RateLimit-Reset\":\"1795435230000\"}}}} | PT30S",
                "{\"retry_after\":7} | PT7S",
                "{\"error\":{\"retry_after\":7.5}} | PT7.5S",
                "{\"error\":{\"retry_after_ms\":1500}} | PT1.5S",
                "{\"detail\":{\"retry_after_seconds\":12}} | PT12S",
                "{\"error\":{\"metadata\":{\"retry_after\":\"2m\"}}} | PT2M"
            })
    void membersOfTheBodyAreRead(String body, Duration expected) {
        assertThat(read(Map.of(), body)).contains(expected);
    }

    @Test
    void theLongestStructuredWishHolds() {
        assertThat(read(Map.of("Retry-After", "5"), "{\"error\":{\"retry_after\":9},\"x\":\"try again in 1h\"}"))
                .contains(Duration.ofSeconds(9));
        assertThat(read(Map.of("Retry-After", "5"), "try again in 9s")).contains(Duration.ofSeconds(5));
    }

    private static Map<String, String> byName(Map<String, String> headers) {
        Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        found.putAll(headers);
        return found;
    }

    private static Map<String, String> headers(String lines) {
        return Arrays.stream(lines.split(";(?=\\s[A-Za-z])"))
                .map(line -> line.strip().split(":", 2))
                .collect(Collectors.toMap(
                        line -> line[0],
                        line -> line[1].strip(),
                        (a, b) -> b,
                        () -> new TreeMap<>(String.CASE_INSENSITIVE_ORDER)));
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

            asked.ifPresent(wish -> assertThat(wish).isBetween(Duration.ZERO, RetryAfterReader.LONGEST));
        }
    }

    @Test
    void anyNumberOfDigitsIsALongTime() {
        assertThat(read(Map.of("Retry-After", "9".repeat(60_000)), "")).contains(RetryAfterReader.LONGEST);
        assertThat(read(Map.of(), "try again in " + "9".repeat(1_900) + "h")).contains(RetryAfterReader.LONGEST);
        assertThat(read(Map.of(), "try again in " + "9".repeat(900) + " ".repeat(900) + "x"))
                .isEmpty();
    }
}
