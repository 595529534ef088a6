package sidecar.console;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import sidecar.json.FieldError;
import sidecar.json.Parsed;

/** The result of storing, or of deleting, something that operators configure. Immutable. */
public sealed interface Saved<T> {

    /**
     * Stored, or deleted, and in force.
     *
     * @param warnings one sentence each
     */
    record Stored<T>(T value, List<String> warnings) implements Saved<T> {
        public Stored {
            warnings = List.copyOf(warnings);
        }
    }

    /** Nothing was stored, since fields break their rules; at least one error. */
    record Invalid<T>(List<FieldError> errors) implements Saved<T> {
        public Invalid {
            errors = List.copyOf(errors);
            if (errors.isEmpty()) {
                throw new IllegalArgumentException("errors must name at least one");
            }
        }
    }

    /**
     * Nothing was stored, since something else that is stored stands against it.
     *
     * @param error why, as REST says it
     * @param taken what another has already; empty where the reason is none of the kind
     */
    record Conflict<T>(FieldError error, Optional<String> taken) implements Saved<T> {}

    /** There is no such thing. */
    record Missing<T>() implements Saved<T> {}

    /** Stored without warnings. */
    static <T> Saved<T> of(T value) {
        return new Stored<>(value, List.of());
    }

    /** The value, or that there is no such thing. */
    static <T> Saved<T> of(Optional<T> value) {
        return value.<Saved<T>>map(Saved::of).orElseGet(Missing::new);
    }

    /** Nothing was stored, since {@code value} is another's already. */
    static <T> Saved<T> taken(String field, String value, String reason) {
        return new Conflict<>(new FieldError(field, reason), Optional.of(value));
    }

    /** Nothing was stored, for a reason that is no field's. */
    static <T> Saved<T> refused(String reason) {
        return new Conflict<>(new FieldError("", reason), Optional.empty());
    }

    /** What was read, as if it were stored. */
    static <T> Saved<T> of(Parsed<T> parsed) {
        return parsed.fold(Stored<T>::new, Invalid<T>::new);
    }

    /** One answer to each result. */
    default <R> R fold(
            BiFunction<? super T, List<String>, ? extends R> stored,
            Function<List<FieldError>, ? extends R> invalid,
            Function<Conflict<T>, ? extends R> conflict,
            Supplier<? extends R> missing) {
        if (this instanceof Stored<T> done) {
            return stored.apply(done.value(), done.warnings());
        }
        if (this instanceof Invalid<T> refused) {
            return invalid.apply(refused.errors());
        }
        return this instanceof Conflict<T> other ? conflict.apply(other) : missing.get();
    }

    /** What {@code next} makes of what was stored; every other result stays. */
    default <R> Saved<R> flatMap(BiFunction<? super T, List<String>, Saved<R>> next) {
        return fold(next, Invalid<R>::new, other -> new Conflict<R>(other.error(), other.taken()), Missing<R>::new);
    }

    /** The same with another value. */
    default <R> Saved<R> map(Function<? super T, ? extends R> change) {
        return flatMap((value, warnings) -> new Stored<R>(change.apply(value), warnings));
    }

    /** What was stored; empty for every other result. */
    default Optional<T> toOptional() {
        return this instanceof Stored<T> done ? Optional.of(done.value()) : Optional.empty();
    }
}
