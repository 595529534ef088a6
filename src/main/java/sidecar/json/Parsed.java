package sidecar.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** The result of reading an operator's JSON object: a value, or everything that is wrong with the object. Immutable. */
public sealed interface Parsed<T> {

    /**
     * Every rule is kept; nothing is stored yet.
     *
     * @param warnings one sentence each, such as for a field that was ignored
     */
    record Accepted<T>(T value, List<String> warnings) implements Parsed<T> {
        public Accepted {
            warnings = List.copyOf(warnings);
        }

        @Override
        public List<FieldError> errors() {
            return List.of();
        }
    }

    /** Refused as a whole; at least one error. */
    record Rejected<T>(List<FieldError> errors) implements Parsed<T> {
        public Rejected {
            errors = List.copyOf(errors);
            if (errors.isEmpty()) {
                throw new IllegalArgumentException("errors must name at least one");
            }
        }

        @Override
        public List<String> warnings() {
            return List.of();
        }
    }

    /** What is wrong; empty when it was accepted. */
    List<FieldError> errors();

    /** What an operator should know about what was accepted; empty when it was not. */
    List<String> warnings();

    /**
     * What was read from {@code fields}, once {@link Fields#reportUnknown} was called: with a warning for each unknown field, or the errors there are.
     *
     * @param value is asked only when there are none
     */
    static <T> Parsed<T> of(Fields fields, Supplier<T> value) {
        return fields.errors().isEmpty()
                ? new Accepted<>(value.get(), fields.unknownFields())
                : new Rejected<>(fields.errors());
    }

    /** One answer to both results. */
    default <R> R fold(
            BiFunction<? super T, List<String>, ? extends R> accepted,
            Function<List<FieldError>, ? extends R> rejected) {
        return this instanceof Accepted<T> good
                ? accepted.apply(good.value(), good.warnings())
                : rejected.apply(errors());
    }

    /** The same with another value. */
    default <R> Parsed<R> map(Function<? super T, ? extends R> change) {
        return fold((value, said) -> new Accepted<R>(change.apply(value), said), Rejected<R>::new);
    }

    /** The same with further warnings. */
    default Parsed<T> warn(List<String> further) {
        return fold(
                (value, said) -> {
                    List<String> all = new ArrayList<>(said);
                    all.addAll(further);
                    return new Accepted<>(value, all);
                },
                Rejected::new);
    }

    /** The value; empty when it was rejected. */
    default Optional<T> toOptional() {
        return fold((value, said) -> Optional.of(value), errors -> Optional.empty());
    }
}
