package sidecar.json;

import static sidecar.json.Attribute.AttributeType.FLAG;
import static sidecar.json.Attribute.AttributeType.INTEGER;
import static sidecar.json.Attribute.AttributeType.TEXT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * One component of a value as JSON has it: under which name, by which rule, and where the value has it. Declared once, beside the component,
 * for all that reads, writes or shows it. Immutable.
 *
 * @param <O> the value
 * @param <T> what the component is
 * @param name also that of its input in a form and of its column in CSV
 */
public record Attribute<O, T>(
        String name, AttributeType type, Function<O, T> getter, Rule<T> rule, Function<T, JsonNode> json) {

    /** What JSON has for it, and what a text that stands for it is turned into. */
    public enum AttributeType {
        TEXT,
        INTEGER,
        FLAG
    }

    /** How {@link Fields} read it. */
    @FunctionalInterface
    public interface Rule<T> {

        /** What the field says; {@code old} where it says nothing, or is refused. */
        T read(Fields fields, String name, T old);
    }

    /** A text of {@code min} to {@code max} characters. */
    public static <O> Attribute<O, String> text(String name, int min, int max, Function<O, String> getter) {
        return new Attribute<>(name, TEXT, getter, (fields, at, old) -> fields.text(at, old, min, max), Json::tree);
    }

    /** A text, or none. */
    public static <O> Attribute<O, Optional<String>> optionalText(
            String name, int max, Function<O, Optional<String>> getter) {
        Rule<Optional<String>> rule = (fields, at, old) -> fields.optionalText(at, old, max);
        return new Attribute<>(
                name, TEXT, getter, rule, text -> text.map(Json::tree).orElse(NullNode.getInstance()));
    }

    /** One of several constants, by the names that {@code wire} gives them. */
    public static <O, E> Attribute<O, E> choice(
            String name, E[] constants, Function<E, String> wire, Function<O, E> getter) {
        Map<String, E> byName = new LinkedHashMap<>();
        for (E constant : constants) {
            byName.put(wire.apply(constant), constant);
        }
        String names = String.join(", ", byName.keySet());
        Rule<E> rule =
                (fields, at, old) -> fields.choice(at, old, text -> Optional.ofNullable(byName.get(text)), names);
        return new Attribute<>(name, TEXT, getter, rule, constant -> Json.tree(wire.apply(constant)));
    }

    /** A number from {@code min} to {@code max}. */
    public static <O> Attribute<O, Integer> integer(String name, int min, int max, Function<O, Integer> getter) {
        return new Attribute<>(
                name, INTEGER, getter, (fields, at, old) -> fields.integer(at, old, min, max), Json::tree);
    }

    /** A number from 1, or none. */
    public static <O> Attribute<O, OptionalInt> optionalInteger(String name, Function<O, OptionalInt> getter) {
        return new Attribute<>(
                name,
                INTEGER,
                getter,
                Fields::optionalInteger,
                number -> number.isPresent() ? Json.tree(number.getAsInt()) : NullNode.getInstance());
    }

    /** True or false. */
    public static <O> Attribute<O, Boolean> flag(String name, Function<O, Boolean> getter) {
        return new Attribute<>(name, FLAG, getter, Fields::flag, Json::tree);
    }

    /** The same as an attribute of a whole, of which {@code O} is a part. */
    public <W> Attribute<W, T> in(Function<W, O> part) {
        return new Attribute<>(name, type, whole -> getter.apply(part.apply(whole)), rule, json);
    }

    /** What {@code fields} say; what {@code old} has where they say nothing. */
    public T read(Fields fields, O old) {
        return rule.read(fields, name, getter.apply(old));
    }

    /** Puts what {@code value} has into {@code object}. */
    public void write(ObjectNode object, O value) {
        object.set(name, json.apply(getter.apply(value)));
    }
}
