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
import org.jspecify.annotations.Nullable;

/** Reads how long an upstream asks to be left alone. Pure functions. */
public final class RetryAfter {

    /** Longer wishes are cut to this. */
    public static final Duration LONGEST = Duration.ofHours(6);

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MILLI = Duration.ofMillis(1);

    // possessive: a long run of digits is read once, and is a long time
    private static final Pattern SECONDS = Pattern.compile("\\d++(?:\\.\\d++)?+");
    // a longer one among x-ratelimit-reset-* is no span but a moment, such as 1764325000
    private static final Pattern SHORT_SECONDS = Pattern.compile("\\d{1,9}(?:\\.\\d{1,9})?");
    // OpenAI's own form of x-ratelimit-reset-*: 1s, 6m0s, 120ms, 1h2m3.5s
    private static final Pattern SPAN =
            Pattern.compile("(?:(\\d++)h)?(?:(\\d++)m(?!s))?(?:(\\d++(?:\\.\\d++)?+)s)?(?:(\\d++)ms)?");
    private static final Pattern IN_BODY = Pattern.compile(
            "try again in (\\d++(?:\\.\\d++)?+)\\s*+(ms|milliseconds?|s|sec|seconds?|m|min|minutes?|h|hours?)\\b",
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
            return Optional.of(times(text, SECOND));
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
        if (SHORT_SECONDS.matcher(text).matches()) {
            return Optional.of(times(text, SECOND));
        }
        Matcher m = SPAN.matcher(text);
        if (text.isEmpty() || !m.matches()) {
            return Optional.empty();
        }
        return Optional.of(part(m.group(1), HOUR)
                .plus(part(m.group(2), MINUTE))
                .plus(part(m.group(3), SECOND))
                .plus(part(m.group(4), MILLI)));
    }

    private static Duration part(@Nullable String number, Duration unit) {
        return number == null ? Duration.ZERO : times(number, unit);
    }

    private static Optional<Duration> inBody(String body) {
        Matcher m = IN_BODY.matcher(body);
        if (!m.find()) {
            return Optional.empty();
        }
        String unit = m.group(2).toLowerCase(Locale.ROOT);
        if (unit.startsWith("ms") || unit.startsWith("milli")) {
            return Optional.of(times(m.group(1), MILLI));
        }
        return Optional.of(times(m.group(1), unit.startsWith("h") ? HOUR : unit.startsWith("m") ? MINUTE : SECOND));
    }

    /** At most {@link #LONGEST}, however many digits there are. */
    private static Duration times(String number, Duration unit) {
        double nanos = Double.parseDouble(number) * unit.toNanos();
        return nanos >= LONGEST.toNanos() ? LONGEST : Duration.ofNanos((long) nanos);
    }

    private static Optional<Duration> longer(Optional<Duration> a, Optional<Duration> b) {
        return a.isEmpty() ? b : b.isEmpty() ? a : a.get().compareTo(b.get()) >= 0 ? a : b;
    }
}
