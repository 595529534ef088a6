package sidecar.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sidecar.json.Json;
import sidecar.json.MalformedJson;
import sidecar.json.Texts;

/**
 * The failure rules as an operator wrote them: the name of a preset, or a JSON list of rules and names of presets, which
 * stand for their rules. Immutable.
 *
 * @param text what was written
 * @param rules what it says
 */
public record FailureTable(String text, FailureRules rules) {

    private static final int MOST_RULES = 100;
    private static final int MOST_CHARACTERS = 200_000;

    /** What became of a text. */
    public sealed interface Parsed {
        /** A table. */
        record Good(FailureTable table) implements Parsed {}

        /**
         * None.
         *
         * @param why one line that names the rule's number, the field and what it must be
         */
        record Bad(String why) implements Parsed {}
    }

    /** Reads a stripped text. */
    public static Parsed parse(String text) {
        Optional<Preset> preset = Preset.of(text);
        if (preset.isPresent()) {
            return new Parsed.Good(
                    new FailureTable(text, new FailureRules(preset.get().rules())));
        }
        if (!text.startsWith("[")) {
            return new Parsed.Bad("must be one of " + Preset.names() + " or a JSON list of rules, was \""
                    + Texts.excerpt(text) + '"');
        }
        if (text.length() > MOST_CHARACTERS) {
            return new Parsed.Bad("must have at most " + MOST_CHARACTERS + " characters");
        }
        try {
            return list(text, (ArrayNode) Json.read(text));
        } catch (MalformedJson e) {
            return new Parsed.Bad("is not valid JSON: " + e.reason());
        }
    }

    private static Parsed list(String text, ArrayNode list) {
        if (list.size() > MOST_RULES) {
            return new Parsed.Bad("must have at most " + MOST_RULES + " rules, has " + list.size());
        }
        List<FailureRule> rules = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Optional<String> fault = item(list.get(i), rules);
            if (fault.isPresent()) {
                return new Parsed.Bad("rule " + (i + 1) + ": " + fault.get());
            }
        }
        return new Parsed.Good(new FailureTable(text, new FailureRules(rules)));
    }

    /** Adds what an item stands for, or says what is wrong with it. */
    private static Optional<String> item(JsonNode item, List<FailureRule> rules) {
        if (item instanceof ObjectNode object) {
            FailureRuleReader reader = new FailureRuleReader(object);
            reader.read().ifPresent(rules::add);
            return reader.fault();
        }
        Optional<Preset> preset = item.isTextual() ? Preset.of(item.textValue()) : Optional.empty();
        preset.ifPresent(known -> rules.addAll(known.rules()));
        return preset.isPresent()
                ? Optional.empty()
                : Optional.of(
                        "must be an object or one of " + Preset.names() + ", was " + Texts.excerpt(Json.write(item)));
    }
}
