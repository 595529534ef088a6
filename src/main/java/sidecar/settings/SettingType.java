package sidecar.settings;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sidecar.address.AddressRange;
import sidecar.failure.FailureRulesSetting;
import sidecar.json.Texts;

/**
 * How a setting's text is read.
 *
 * @param name of the type, for the documentation
 * @param rule what a text must be like, completing "must be …"
 * @param read empty when the text breaks the rule; gets stripped text
 * @param stored as {@code read}, of a text that an earlier version may have stored: what can be kept of it is kept, and the consumer is told of what cannot
 * @param write the text that reads back as the same value
 * @param fault what exactly is wrong with a text that breaks the rule; empty where the rule says it all
 * @param options every text there is, where there are only a few
 */
public record SettingType<T>(
        String name,
        String rule,
        Function<String, Optional<T>> read,
        BiFunction<String, Consumer<String>, Optional<T>> stored,
        Function<T, String> write,
        Function<String, Optional<String>> fault,
        List<String> options) {

    private static final int MAX_DIGITS = 18;

    SettingType(String name, String rule, Function<String, Optional<T>> read, Function<T, String> write) {
        this(name, rule, read, (text, warning) -> read.apply(text), write, text -> Optional.empty(), List.of());
    }

    private SettingType<T> of(List<String> all) {
        return new SettingType<>(name, rule, read, stored, write, fault, all);
    }

    /** Whether its texts may be JSON, so that JSON may be given for them. */
    public boolean json() {
        return name.equals("json");
    }

    static SettingType<Integer> integer(int min, int max) {
        return new SettingType<>(
                "integer",
                "an integer from " + min + " to " + max,
                text -> whole(text, min, max).map(Long::intValue),
                String::valueOf);
    }

    static SettingType<Long> bytes(long min, long max) {
        return new SettingType<>(
                "integer",
                "an integer from " + min + " to " + max + " (bytes)",
                text -> whole(text, min, max),
                String::valueOf);
    }

    private static Optional<Long> whole(String text, long min, long max) {
        if (!text.matches("-?[0-9]{1," + MAX_DIGITS + "}")) {
            return Optional.empty();
        }
        long number = Long.parseLong(text);
        return number >= min && number <= max ? Optional.of(number) : Optional.empty();
    }

    static SettingType<Boolean> flag() {
        return new SettingType<Boolean>(
                        "boolean",
                        "true or false",
                        text -> switch (text.toLowerCase(Locale.ROOT)) {
                            case "true" -> Optional.of(true);
                            case "false" -> Optional.of(false);
                            default -> Optional.empty();
                        },
                        String::valueOf)
                .of(List.of("true", "false"));
    }

    /** Seconds, which may have decimals. */
    static SettingType<Duration> seconds(String min, String max) {
        return duration("seconds", 9, min, max);
    }

    /** Milliseconds, which may have decimals. */
    static SettingType<Duration> millis(String min, String max) {
        return duration("milliseconds", 6, min, max);
    }

    /** @param nanoPlaces how many decimals of the unit make a nanosecond */
    private static SettingType<Duration> duration(String unit, int nanoPlaces, String min, String max) {
        return new SettingType<>(
                "duration",
                "a number of " + unit + " from " + min + " to " + max,
                text -> decimal(text, min, max)
                        .map(s -> Duration.ofNanos(s.movePointRight(nanoPlaces).longValue())),
                d -> plain(BigDecimal.valueOf(d.toNanos(), nanoPlaces)));
    }

    static SettingType<BigDecimal> fraction(String min, String max) {
        return new SettingType<>(
                "decimal", "a number from " + min + " to " + max, text -> decimal(text, min, max), SettingType::plain);
    }

    private static Optional<BigDecimal> decimal(String text, String min, String max) {
        // No exponents: 1e999999999 would be a giant when written out.
        if (!text.matches("-?[0-9]{1,12}(\\.[0-9]{1,9})?")) {
            return Optional.empty();
        }
        BigDecimal number = new BigDecimal(text);
        boolean inside = number.compareTo(new BigDecimal(min)) >= 0 && number.compareTo(new BigDecimal(max)) <= 0;
        return inside ? Optional.of(number) : Optional.empty();
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    static SettingType<String> choice(String... names) {
        List<String> known = List.of(names);
        return new SettingType<String>(
                        "choice",
                        "one of " + String.join(", ", names),
                        text -> known.stream()
                                .filter(n -> n.equalsIgnoreCase(text))
                                .findFirst(),
                        text -> text)
                .of(known);
    }

    /** Any text on one line, of at most {@code max} characters. */
    static SettingType<String> text(int max) {
        return new SettingType<>(
                "text",
                "one line of at most " + max + " characters",
                text -> text.length() <= max && !Texts.hasControls(text) ? Optional.of(text) : Optional.empty(),
                text -> text);
    }

    /** A text that is empty or matches {@code pattern}. */
    static SettingType<String> text(String rule, String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return new SettingType<>(
                "text",
                rule,
                text -> text.isEmpty() || compiled.matcher(text).matches() ? Optional.of(text) : Optional.empty(),
                text -> text);
    }

    /** Items separated by commas, each of them matching {@code pattern}. */
    static SettingType<List<String>> list(String items, String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return list(
                items,
                item -> Optional.of(item).filter(text -> compiled.matcher(text).matches()));
    }

    /** Addresses and ranges of them, separated by commas. */
    static SettingType<List<AddressRange>> addressRanges() {
        return list("addresses or networks such as 10.0.0.0/8", AddressRange::parse);
    }

    private static <T> SettingType<List<T>> list(String items, Function<String, Optional<T>> reader) {
        return new SettingType<>(
                "list",
                items + ", separated by commas",
                text -> {
                    List<Optional<T>> read = Arrays.stream(text.split(","))
                            .map(String::strip)
                            .filter(item -> !item.isEmpty())
                            .map(reader)
                            .toList();
                    return read.stream().allMatch(Optional::isPresent)
                            ? Optional.of(
                                    read.stream().map(Optional::orElseThrow).toList())
                            : Optional.empty();
                },
                found -> found.stream().map(Object::toString).collect(Collectors.joining(", ")));
    }

    /** Failure rules; their own words say which rule is bad. */
    static SettingType<FailureRulesSetting> failureRules() {
        return new SettingType<>(
                "json",
                "openai, nvidia-nim or a JSON list of rules",
                text -> FailureRulesSetting.parse(text).toOptional(),
                FailureRulesSetting::stored,
                FailureRulesSetting::text,
                text -> FailureRulesSetting.parse(text).fault(),
                List.of());
    }

    static SettingType<LocalTime> timeOfDay() {
        return new SettingType<>(
                "time",
                "a time of day such as 03:00",
                text -> {
                    try {
                        return Optional.of(LocalTime.parse(text));
                    } catch (DateTimeParseException e) {
                        return Optional.empty();
                    }
                },
                LocalTime::toString);
    }
}
