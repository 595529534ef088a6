package sidecar.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the query parameters of one request, and collects what is wrong with them. Not thread-safe. */
public final class QueryParameters {

    /** Later ones cannot be counted in milliseconds. */
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final List<FieldError> errors = new ArrayList<>();

    /** Everything that was refused so far. */
    public List<FieldError> errors() {
        return List.copyOf(errors);
    }

    /** Refuses a parameter for a rule of the caller's own. */
    public void refuse(String name, String rule) {
        errors.add(new FieldError(name, rule));
    }

    /** A whole number; {@code preset} when there is none, or it is refused. */
    public int integer(String name, @Nullable String text, int preset, int min, int max) {
        if (text == null || text.isBlank()) {
            return preset;
        }
        int value = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
        if (value < min || value > max) {
            refuse(name, name + " must be an integer from " + min + " to " + max + ", was " + Texts.excerpt(text));
            return preset;
        }
        return value;
    }

    /** A moment, such as {@code 2026-11-25T08:00:00Z}, or a UTC day, which means its beginning. */
    public Optional<Instant> instant(String name, @Nullable String text) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        try {
            Instant moment = text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
            if (moment.isBefore(Instant.EPOCH) || moment.isAfter(LATEST)) {
                throw new DateTimeException("not in these centuries");
            }
            return Optional.of(moment);
        } catch (DateTimeException unreadable) {
            refuse(
                    name,
                    name + " must be a UTC time such as 2026-11-25T08:00:00Z or a day, was " + Texts.excerpt(text));
            return Optional.empty();
        }
    }

    /** A text; empty when there is none. */
    public Optional<String> text(@Nullable String text) {
        return Optional.ofNullable(text).filter(some -> !some.isBlank());
    }

    /** One of a few words; the first when there is none, or it is refused. */
    public String choice(String name, @Nullable String text, List<String> words) {
        if (text == null || text.isBlank()) {
            return words.get(0);
        }
        if (!words.contains(text)) {
            refuse(name, name + " must be one of " + String.join(", ", words) + ", was " + Texts.excerpt(text));
            return words.get(0);
        }
        return text;
    }
}
