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

    private static final Set<String> NUMBERS =
            Set.of("seconds", "clients", "keys", "rpm", "tokens", "interval", "workers", "port");
    private static final Set<String> TEXTS = Set.of("url", "admin-token", "client-token", "work");

    private final List<String> scenarios = new ArrayList<>();
    private final Map<String, String> values = new HashMap<>();

    /** @throws IllegalArgumentException naming the word that makes no sense */
    Options(String... words) {
        for (int i = 0; i < words.length; i++) {
            if (!words[i].startsWith("--")) {
                scenarios.add(words[i]);
                continue;
            }
            String name = words[i].substring(2);
            if (!NUMBERS.contains(name) && !TEXTS.contains(name)) {
                throw new IllegalArgumentException("there is no option " + words[i]);
            }
            if (++i == words.length) {
                throw new IllegalArgumentException(words[i - 1] + " needs a value");
            }
            if (NUMBERS.contains(name) && !words[i].matches("\\d{1,6}")) {
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
