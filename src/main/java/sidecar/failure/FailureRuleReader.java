package sidecar.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sidecar.json.Decimals;
import sidecar.json.Json;
import sidecar.json.Texts;

/** Reads one rule that an operator wrote as a JSON object. Only the first fault is told. Not thread-safe. */
final class FailureRuleReader {

    private static final List<String> KNOWN = List.of("status", "body", "label", "class", "cooldown_seconds");
    private static final int MOST_BODY = 500;
    private static final int MOST_LABEL = 100;
    private static final int MOST_DIGITS = 20;
    private static final Pattern STATUS = Pattern.compile("([0-9]{3})(?:-([0-9]{3}))?");
    private static final String CLASSES =
            Arrays.stream(FailureClass.values()).map(FailureClass::wire).collect(Collectors.joining(", "));

    private final ObjectNode object;
    private Optional<String> fault = Optional.empty();
    private int faults;
    private boolean badPattern;

    FailureRuleReader(ObjectNode object) {
        this.object = object;
    }

    /** What is wrong with the object; empty when nothing is. */
    Optional<String> fault() {
        return fault;
    }

    /** Whether nothing is wrong but that its body is no pattern which this version can search for. */
    boolean onlyPatternIsBad() {
        return badPattern && faults == 1;
    }

    /** The rule; empty when there is a fault. */
    Optional<FailureRule> read() {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!KNOWN.contains(name)) {
                refuse(Texts.excerpt(name) + " is unknown; known are " + String.join(", ", KNOWN));
            }
        }
        Range range = range();
        Optional<BodyPattern> body = body();
        LabelGlob label = label();
        FailureClass means = means();
        Duration cooldown = cooldown();
        return fault.isPresent()
                ? Optional.empty()
                : Optional.of(new FailureRule(range.from(), range.to(), body, label, means, cooldown));
    }

    private record Range(int from, int to) {}

    /** What is below 400 is no operator's to reinterpret: a redirect must never be relayed, nor an answer lost. */
    private Range range() {
        JsonNode node = object.get("status");
        Matcher matcher = STATUS.matcher(node == null ? "" : node.asText());
        if (matcher.matches()) {
            int from = Integer.parseInt(matcher.group(1));
            int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
            if (from >= 400 && from <= to && to <= 599) {
                return new Range(from, to);
            }
        }
        refuse("status", "must be a status or a range such as 429 or 500-599, from 400 to 599", node);
        return new Range(0, 0);
    }

    private Optional<BodyPattern> body() {
        Optional<String> regex = text("body", MOST_BODY);
        try {
            return regex.map(BodyPattern::of);
        } catch (IllegalArgumentException e) {
            badPattern = true;
            refuse("body", "must be a regular expression of RE2's (" + e.getMessage() + ")", object.get("body"));
            return Optional.empty();
        }
    }

    private LabelGlob label() {
        return text("label", MOST_LABEL).map(LabelGlob::new).orElse(LabelGlob.ANY);
    }

    /** A text that may be absent, null or empty. */
    private Optional<String> text(String name, int max) {
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isTextual() || node.textValue().length() > max) {
            refuse(name, "must be a string of at most " + max + " characters", node);
            return Optional.empty();
        }
        return Optional.of(node.textValue()).filter(text -> !text.isEmpty());
    }

    private FailureClass means() {
        JsonNode node = object.get("class");
        Optional<FailureClass> known = node == null ? Optional.empty() : FailureClass.of(node.asText());
        if (known.isEmpty()) {
            refuse("class", "must be one of " + CLASSES, node);
        }
        return known.orElse(FailureClass.CLIENT);
    }

    private Duration cooldown() {
        JsonNode node = object.get("cooldown_seconds");
        if (node == null || node.isNull()) {
            return Duration.ZERO;
        }
        long longest = RetryAfterReader.LONGEST.toSeconds();
        Optional<BigDecimal> seconds = Decimals.read(node, MOST_DIGITS, MOST_DIGITS)
                .filter(number -> number.signum() >= 0 && number.compareTo(BigDecimal.valueOf(longest)) <= 0);
        if (seconds.isPresent()) {
            return Duration.ofNanos(seconds.get().movePointRight(9).longValue());
        }
        refuse("cooldown_seconds", "must be a number from 0 to " + longest, node);
        return Duration.ZERO;
    }

    private void refuse(String field, String rule, @Nullable JsonNode node) {
        refuse(field + " " + rule + (node == null ? "; it is missing" : ", was " + Texts.excerpt(Json.write(node))));
    }

    private void refuse(String what) {
        faults++;
        fault = fault.or(() -> Optional.of(what));
    }
}
