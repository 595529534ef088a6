package sidecar.json;

import java.util.Optional;

/** The result of reading one text: what it stands for, or the rule that it breaks. Immutable. */
public sealed interface ParsedText<T> {

    /** The text keeps every rule. */
    record Valid<T>(T value) implements ParsedText<T> {
        @Override
        public Optional<T> toOptional() {
            return Optional.of(value);
        }

        @Override
        public Optional<String> fault() {
            return Optional.empty();
        }
    }

    /**
     * The text stands for nothing.
     *
     * @param rule completes a sentence that begins with the name of the field, such as "must have a host name"
     */
    record Faulty<T>(String rule) implements ParsedText<T> {
        @Override
        public Optional<T> toOptional() {
            return Optional.empty();
        }

        @Override
        public Optional<String> fault() {
            return Optional.of(rule);
        }
    }

    /** What the text stands for; empty when it breaks a rule. */
    Optional<T> toOptional();

    /** The rule that it breaks; empty when it keeps them all. */
    Optional<String> fault();
}
