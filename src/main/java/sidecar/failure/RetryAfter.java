package sidecar.failure;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads how long an upstream asks to be left alone. Pure functions. */
public final class RetryAfter {

    /** Longer wishes are cut to this. */
    public static final Duration LONGEST = Duration.ofHours(6);

    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
    // OpenAI's own form of x-ratelimit-reset-*: 1s, 6m0s, 120ms, 1h2m3.5s
    private static final Pattern SPAN =
            Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,6})m(?!s))?(?:(\\d{1,6}(?:\\.\\d{1,9})?)s)?(?:(\\d{1,9})ms)?");
    private static final Pattern IN_BODY = Pattern.compile(
            "try again in (\\d{1,9}(?:\\.\\d{1,9})?)\\s*(ms|milliseconds?|s|sec|seconds?|m|min|minutes?|h|hours?)\\b",
            Pattern.CASE_INSENSITIVE);

    private RetryAfter() {}

    /**
     * The longest of what the headers and the body ask for.
     *
     * @param header the first value of a header by its name
     * @param body the beginning of the answer's body
     * @param now the wall clock, for HTTP dates
     * @return at most {@link #LONGEST}; empty when nothing readable was asked
     */
    public static Optional<Duration> read(Function<String, Optional<String>> header, String body, Instant now) {
        Optional<Duration> asked = header.apply("Retry-After").flatMap(value -> secondsOrDate(value, now));
        if (asked.isEmpty()) {
            asked = longer(
                    header.apply("x-ratelimit-reset-requests").flatMap(RetryAfter::span),
                    header.apply("x-ratelimit-reset-tokens").flatMap(RetryAfter::span));
        }
        return longer(asked, inBody(body)).map(d -> d.compareTo(LONGEST) > 0 ? LONGEST : d);
    }

    private static Optional<Duration> secondsOrDate(String value, Instant now) {
        String text = value.trim();
        if (SECONDS.matcher(text).matches()) {
            return Optional.of(ofSeconds(text));
        }
        try {
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO);
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> span(String value) {
        String text = value.trim();
        if (SECONDS.matcher(text).matches()) {
            return Optional.of(ofSeconds(text));
        }
        Matcher m = SPAN.matcher(text);
        if (text.isEmpty() || !m.matches()) {
            return Optional.empty();
        }
        Duration sum = Duration.ZERO;
        sum = m.group(1) == null ? sum : sum.plusHours(Long.parseLong(m.group(1)));
        sum = m.group(2) == null ? sum : sum.plusMinutes(Long.parseLong(m.group(2)));
        sum = m.group(3) == null ? sum : sum.plus(ofSeconds(m.group(3)));
        sum = m.group(4) == null ? sum : sum.plusMillis(Long.parseLong(m.group(4)));
        return Optional.of(sum);
    }

    private static Optional<Duration> inBody(String body) {
        Matcher m = IN_BODY.matcher(body);
        if (!m.find()) {
            return Optional.empty();
        }
        Duration number = ofSeconds(m.group(1));
        String unit = m.group(2).toLowerCase(Locale.ROOT);
        if (unit.startsWith("ms") || unit.startsWith("milli")) {
            return Optional.of(number.dividedBy(1000));
        }
        return Optional.of(number.multipliedBy(unit.startsWith("h") ? 3600 : unit.startsWith("m") ? 60 : 1));
    }

    private static Duration ofSeconds(String number) {
        return Duration.ofNanos(
                (long) (Double.parseDouble(number) * Duration.ofSeconds(1).toNanos()));
    }

    private static Optional<Duration> longer(Optional<Duration> a, Optional<Duration> b) {
        return a.isEmpty() ? b : b.isEmpty() ? a : a.get().compareTo(b.get()) >= 0 ? a : b;
    }
}
