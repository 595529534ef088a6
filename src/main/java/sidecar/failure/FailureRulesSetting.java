package sidecar.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.json.ParsedText;
import sidecar.json.Texts;

/**
 * The failure rules as an operator wrote them: the name of a preset, or a JSON list of rules and names of presets, which
 * stand for their rules. Immutable.
 *
 * @param text what was written
 * @param rules what they say
 */
public record FailureRulesSetting(String text, FailureClassifier rules) {

    private static final int MAX_RULES = 100;
    private static final int MAX_CHARACTERS = 200_000;
    private static final int MAX_SIZE = 6_000;

    /**
     * Reads rules that were stored by a version with other regular expressions: a rule whose pattern is none any more is
     * left out, and does not take the others with it.
     *
     * @param warning is told of each rule left out
     * @return empty when anything else is wrong
     */
    public static Optional<FailureRulesSetting> stored(String text, Consumer<String> warning) {
        Optional<FailureRulesSetting> whole = parse(text).toOptional();
        if (whole.isPresent()) {
            return whole;
        }
        try {
            return text.startsWith("[") && text.length() <= MAX_CHARACTERS
                    ? searchable((ArrayNode) Json.read(text), warning)
                            .map(rules -> new FailureRulesSetting(text, new FailureClassifier(rules)))
                    : Optional.empty();
        } catch (MalformedJsonException e) {
            return Optional.empty();
        }
    }

    private static Optional<List<FailureRule>> searchable(ArrayNode list, Consumer<String> warning) {
        List<FailureRule> rules = new ArrayList<>();
        for (int i = 0; i < list.size() && list.size() <= MAX_RULES; i++) {
            List<FailureRule> next = new ArrayList<>(rules);
            Optional<String> fault = item(list.get(i), next);
            if (fault.isPresent() && !onlyPatternIsBad(list.get(i))) {
                return Optional.empty();
            }
            Optional<String> why = fault.or(() -> tooLarge(next));
            if (why.isEmpty()) {
                rules = next;
            } else {
                warning.accept("rule " + (i + 1) + " is left out: " + why.get());
            }
        }
        return list.size() <= MAX_RULES ? Optional.of(rules) : Optional.empty();
    }

    private static boolean onlyPatternIsBad(JsonNode item) {
        if (!(item instanceof ObjectNode object)) {
            return false;
        }
        FailureRuleReader reader = new FailureRuleReader(object);
        reader.read();
        return reader.onlyPatternIsBad();
    }

    /** So many small steps that little of an answer's beginning could be searched. */
    private static Optional<String> tooLarge(List<FailureRule> rules) {
        int size = rules.stream().mapToInt(FailureRule::size).sum();
        return size <= MAX_SIZE
                ? Optional.empty()
                : Optional.of("the regular expressions have " + size + " RE2 instructions together, at most " + MAX_SIZE
                        + " are possible");
    }

    /** Reads a stripped text; a fault names the rule's number, the field and what it must be, in one line. */
    public static ParsedText<FailureRulesSetting> parse(String text) {
        Optional<BuiltInFailureRules> preset = BuiltInFailureRules.of(text);
        if (preset.isPresent()) {
            return new ParsedText.Valid<>(new FailureRulesSetting(
                    text, new FailureClassifier(preset.get().rules())));
        }
        if (!text.startsWith("[")) {
            return new ParsedText.Faulty<>("must be one of " + BuiltInFailureRules.names()
                    + " or a JSON list of rules, was \"" + Texts.excerpt(text) + '"');
        }
        if (text.length() > MAX_CHARACTERS) {
            return new ParsedText.Faulty<>("must have at most " + MAX_CHARACTERS + " characters");
        }
        try {
            return list(text, (ArrayNode) Json.read(text));
        } catch (MalformedJsonException e) {
            return new ParsedText.Faulty<>("is not valid JSON: " + e.reason());
        }
    }

    private static ParsedText<FailureRulesSetting> list(String text, ArrayNode list) {
        if (list.size() > MAX_RULES) {
            return new ParsedText.Faulty<>("must have at most " + MAX_RULES + " rules, has " + list.size());
        }
        List<FailureRule> rules = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Optional<String> fault = item(list.get(i), rules);
            if (fault.isPresent()) {
                return new ParsedText.Faulty<>("rule " + (i + 1) + ": " + fault.get());
            }
        }
        Optional<String> oversize = tooLarge(rules);
        return oversize.isPresent()
                ? new ParsedText.Faulty<>("is too large: " + oversize.get())
                : new ParsedText.Valid<>(new FailureRulesSetting(text, new FailureClassifier(rules)));
    }

    /** Adds what an item stands for, or says what is wrong with it. */
    private static Optional<String> item(JsonNode item, List<FailureRule> rules) {
        if (item instanceof ObjectNode object) {
            FailureRuleReader reader = new FailureRuleReader(object);
            reader.read().ifPresent(rules::add);
            return reader.fault();
        }
        Optional<BuiltInFailureRules> preset =
                item.isTextual() ? BuiltInFailureRules.of(item.textValue()) : Optional.empty();
        preset.ifPresent(known -> rules.addAll(known.rules()));
        return preset.isPresent()
                ? Optional.empty()
                : Optional.of("must be an object or one of " + BuiltInFailureRules.names() + ", was "
                        + Texts.excerpt(Json.write(item)));
    }
}
