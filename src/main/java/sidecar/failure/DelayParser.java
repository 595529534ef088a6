package sidecar.failure;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads a delay as upstreams write one: a number of seconds, a sum of numbers with units, or the moment of its end. Pure
 * functions; nothing that is longer than {@link RetryAfterReader#LONGEST} is told apart.
 */
final class DelayParser {

    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private static final Map<String, Duration> UNITS =
            Map.of("ms", MILLI, "s", SECOND, "m", MINUTE, "h", HOUR, "d", Duration.ofDays(1));

    // possessive throughout: a long run of digits is read once, and is a long time
    private static final String NUMBER = "\\d++(?:\\.\\d++)?+";
    private static final String UNIT =
            "ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?";
    private static final String TERM = NUMBER + "\\s{0,3}+(?:" + UNIT + ")(?![a-z])";
    private static final String SUM = TERM + "(?:(?:,|\\s|and\\s){0,5}+" + TERM + ")*+";

    private static final Pattern BARE = Pattern.compile(NUMBER);
    private static final Pattern WHOLE_SUM = Pattern.compile(SUM, Pattern.CASE_INSENSITIVE);
    private static final Pattern ONE_TERM =
            Pattern.compile("(" + NUMBER + ")\\s{0,3}+(" + UNIT + ")(?![a-z])", Pattern.CASE_INSENSITIVE);

    /** RFC 3339, as far as it can be told from other text. */
    private static final String MOMENT =
            "\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?(?:[Zz]|[+-]\\d\\d:\\d\\d)";

    /** What a sentence must say for a span in it to be a delay: "50 requests in 5 hours" is none. */
    private static final Pattern IN_SENTENCE = Pattern.compile(
            "\\b(?:(?:try(?:ing)?(?: it| this| your request)?(?: once)? again|retry(?:ing)?(?: your request| again)?|come back|resets?"
                    + "|refills?|renews?|available(?: again)?|expires?)(?: only)? (?:in|after|at)(?: about| around| approximately)?"
                    + "|wait(?:ing)?(?: for)?(?: about| at least| another)?)\\s{1,3}+(?:(" + MOMENT + ")|(" + SUM
                    + "))",
            Pattern.CASE_INSENSITIVE);

    private DelayParser() {}

    /** A value that holds nothing else, such as {@code 120}, {@code 1h2m3.5s}, or an HTTP date. */
    static Optional<Duration> value(String value, Instant now) {
        String text = value.strip();
        if (BARE.matcher(text).matches()) {
            return Optional.of(moment(text).map(then -> until(then, now)).orElseGet(() -> times(text, SECOND)));
        }
        return WHOLE_SUM.matcher(text).matches() ? Optional.of(sum(text)) : date(text, now);
    }

    /** A value in milliseconds. */
    static Optional<Duration> millis(String value) {
        String text = value.strip();
        return BARE.matcher(text).matches() ? Optional.of(times(text, MILLI)) : Optional.empty();
    }

    /** What a sentence asks for, such as {@code Please try again in 6m0s.} */
    static Optional<Duration> sentence(String text, Instant now) {
        Matcher delay = IN_SENTENCE.matcher(text);
        if (!delay.find()) {
            return Optional.empty();
        }
        return delay.group(1) == null ? Optional.of(sum(delay.group(2))) : date(delay.group(1), now);
    }

    private static Duration sum(String text) {
        Duration sum = Duration.ZERO;
        Matcher term = ONE_TERM.matcher(text);
        while (term.find()) {
            sum = sum.plus(times(term.group(1), unit(term.group(2))));
        }
        return atMost(sum);
    }

    private static Duration unit(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean millis = lower.startsWith("ms") || lower.startsWith("mil");
        return UNITS.getOrDefault(millis ? "ms" : lower.substring(0, 1), SECOND);
    }

    /** The moment of a number that may count the seconds or the milliseconds since 1970. */
    private static Optional<Instant> moment(String number) {
        double count = Double.parseDouble(number);
        if (count < 1e9 || count >= 1e13) {
            return Optional.empty();
        }
        return Optional.of(Instant.ofEpochMilli((long) (count < 1e11 ? count * 1_000 : count)));
    }

    /** The three forms of RFC 9110 §5.6.7, and RFC 3339. */
    private static Optional<Duration> date(String text, Instant now) {
        Stream<DateTimeFormatter> forms = Stream.of(DateTimeFormatter.RFC_1123_DATE_TIME, rfc850(now), ASCTIME);
        return forms.map(form -> parsed(text, form))
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> rfc3339(text))
                .map(then -> until(then, now));
    }

    private static final DateTimeFormatter ASCTIME = DateTimeFormatter.ofPattern(
                    "EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** Its year has two digits: one more than fifty years ahead is meant as one of the past. */
    private static DateTimeFormatter rfc850(Instant now) {
        return new DateTimeFormatterBuilder()
                .appendPattern("EEEE, dd-MMM-")
                .appendValueReduced(
                        ChronoField.YEAR, 2, 2, now.atZone(ZoneOffset.UTC).getYear() - 49)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.ENGLISH)
                .withZone(ZoneOffset.UTC);
    }

    private static Optional<Instant> parsed(String text, DateTimeFormatter form) {
        try {
            return Optional.of(ZonedDateTime.parse(text, form).toInstant());
        } catch (DateTimeException another) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> rfc3339(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text.replace(' ', 'T')).toInstant());
        } catch (DateTimeException another) {
            return Optional.empty();
        }
    }

    private static Duration until(Instant then, Instant now) {
        return then.isAfter(now) ? atMost(Duration.between(now, then)) : Duration.ZERO;
    }

    private static Duration times(String number, Duration unit) {
        double nanos = Double.parseDouble(number) * unit.toNanos();
        return nanos >= RetryAfterReader.LONGEST.toNanos() ? RetryAfterReader.LONGEST : Duration.ofNanos((long) nanos);
    }

    private static Duration atMost(Duration delay) {
        return delay.compareTo(RetryAfterReader.LONGEST) > 0 ? RetryAfterReader.LONGEST : delay;
    }
}
