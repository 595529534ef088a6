package sidecar.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What was typed: scenarios, and options with a value each. */
final class Options {

    private final List<String> scenarios = new ArrayList<>();
    private final Map<String, String> values = new HashMap<>();

    /**
     * Reads what was typed.
     *
     * @param numbers names of options that take a whole number
     * @param texts names of options that take any text
     * @throws IllegalArgumentException naming the word that makes no sense
     */
    Options(Set<String> numbers, Set<String> texts, String... words) {
        for (int i = 0; i < words.length; i++) {
            if (!words[i].startsWith("--")) {
                scenarios.add(words[i]);
                continue;
            }
            String name = words[i].substring(2);
            if (!numbers.contains(name) && !texts.contains(name)) {
                throw new IllegalArgumentException("there is no option " + words[i]);
            }
            if (++i == words.length) {
                throw new IllegalArgumentException(words[i - 1] + " needs a value");
            }
            if (numbers.contains(name) && !words[i].matches("\\d{1,8}")) {
                throw new IllegalArgumentException(words[i - 1] + " must be a whole number, was " + words[i]);
            }
            values.put(name, words[i]);
        }
    }

    List<String> scenarios() {
        return scenarios;
    }

    int number(String name, int otherwise) {
        return values.containsKey(name) ? Integer.parseInt(values.get(name)) : otherwise;
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** Where data and logs of this run go. */
    Path work() {
        return Path.of(text("work").orElse("."));
    }

    /** A scenario's numbers, except those that were typed. */
    Plan over(Plan plan) {
        return new Plan(
                number("keys", plan.keys()),
                number("rpm", plan.rpm()),
                number("clients", plan.clients()),
                number("seconds", plan.seconds()),
                number("tokens", plan.tokens()),
                number("interval", plan.intervalMillis()));
    }
}
